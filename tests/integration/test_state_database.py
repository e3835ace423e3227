"""The workspace's state: migrated on first use, on SQLite and on a real PostgreSQL."""

import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text

from core.errors import ConfigurationError
from governance.access import EVERYTHING, LOCAL_OPERATOR
from storage.database import MIGRATIONS, open_engine, writing
from storage.duck import connect
from storage.facts import source_sql
from storage.row_security import narrowed
from storage.schema import REVISION, metadata, pilots
from storage.workspace import Workspace
from tests.intake_files import GOOD, HEADER, NOTES
from tests.servers.postgresql import emptied, postgres_url
from workflows.refresh import ingest

__all__ = ["postgres_url"]


def differences(engine) -> list:  # type: ignore[no-untyped-def, type-arg]
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_a_workspace_is_closed_to_others_and_migrated(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "new" / "workspace")
    assert differences(workspace.engine) == []
    for place in (workspace.root, workspace.root / "secret", workspace.root / "facts"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    with workspace.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISION


def test_the_code_expects_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_current_head() == REVISION


def test_a_state_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    with writing(workspace.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer Meetlat"):
        Workspace.open(tmp_path)


def test_a_broken_state_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"this is not a database, and never was one" * 100)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        Workspace.open(tmp_path)


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        Workspace.open(tmp_path / "file")


def test_a_database_that_is_away_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/state")
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1") as caught:
        Workspace.open(tmp_path)
    assert "hush" not in str(caught.value)


def test_something_else_than_an_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", "our server in the cellar")
    with pytest.raises(ConfigurationError, match="not the address of a database"):
        Workspace.open(tmp_path)


@pytest.fixture
def fresh(postgres_url: str) -> str:
    emptied(postgres_url)
    return postgres_url


@pytest.mark.postgres
def test_postgresql_gets_the_same_tables(tmp_path: Path, fresh: str) -> None:
    engine = open_engine(tmp_path, fresh)
    assert differences(engine) == []
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    row = {"id": "a", "version": 1, "registered_at": "", "plan_sha256": "", "toml": "", "json": "{}"}
    within = narrowed(engine, EVERYTHING, frozenset)
    with writing(within) as connection:
        connection.execute(insert(pilots).values(**row, current=True))
        assert connection.scalar(select(pilots.c.current)) is True
    engine.dispose()


@pytest.mark.postgres
def test_files_come_in_with_the_state_in_postgresql(
    tmp_path: Path, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", fresh)
    (tmp_path / "notes.toml").write_text(NOTES, "utf-8")
    workspace = Workspace.open(tmp_path / "workspace")
    file = tmp_path / "a.csv"
    for minutes, status in (("4,5", "loaded"), ("4,5", "unchanged"), ("5", "loaded")):
        file.write_text(f"{HEADER}\n{GOOD.replace('4,5', minutes)}\n", "utf-8")
        (report,) = ingest(LOCAL_OPERATOR, workspace, [file], str(tmp_path / "notes.toml"))
        assert report.status == status
    assert not (workspace.root / "state.db").exists()
    with connect() as connection:
        rows = connection.sql(f"SELECT active_seconds, batch FROM {source_sql(workspace, 'NoteSession')}")
        assert rows.fetchall() == [(300.0, 2)]
    workspace.engine.dispose()


@pytest.mark.postgres
def test_an_old_postgresql_state_is_recognised(tmp_path: Path, fresh: str) -> None:
    open_engine(tmp_path, fresh).dispose()
    again = open_engine(tmp_path, fresh)
    with again.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
    again.dispose()
