"""What `meetlat sync` and `sources check` say of a database: once, true, and with what helps."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import sync_log
from storage.workspace import Workspace
from tests.servers.postgresql import postgres_url
from tests.source_databases import STAYS, run
from workflows.cli import main

__all__ = ["postgres_url"]

PLAIN = STAYS.replace('overlap = "2 days"\n', "")
TABLE = "CREATE TABLE stays (nr INT, ward TEXT, patient TEXT, admitted TEXT, discharged TEXT, changed TEXT)"
ROW = "INSERT INTO stays VALUES (1, 'NA', 'p', '2026-03-01 10:00:00', NULL, '2026-03-01')"


def source(root: Path, url: str, text: str = PLAIN, **options: str) -> list[str]:
    """A workspace with one source "pg"; the words that name it."""
    for folder in ("mappings", "sources"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "mappings" / "stays.toml").write_text(text, "utf-8")
    more = "\n".join(f"{name} = {value}" for name, value in options.items())
    (root / "sources" / "pg.toml").write_text(
        f'kind = "database"\nmapping = "stays"\n[options]\nurl = "{url}"\n{more}\n', "utf-8"
    )
    return ["--workspace", str(root)]


@pytest.fixture
def lite(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    run(url, TABLE, ROW)
    return url


@pytest.fixture
def guarded(postgres_url: str) -> Iterator[str]:
    """A server that asks the account "locked" for its password."""
    with sa.create_engine(postgres_url, poolclass=sa.NullPool).connect() as connection:
        place = Path(connection.exec_driver_sql("SHOW hba_file").scalar_one())
    before = place.read_text("utf-8")
    place.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{before}", "utf-8")
    run(postgres_url, "CREATE ROLE locked LOGIN PASSWORD 'right'", "SELECT pg_reload_conf()", TABLE)
    yield postgres_url
    place.write_text(before, "utf-8")
    run(
        postgres_url,
        "SELECT pg_reload_conf()",
        "DROP TABLE stays",
        "DROP OWNED BY locked",
        "DROP ROLE locked",
    )


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace('watermark = "changed"', "")])
def test_a_table_that_is_suddenly_empty(
    tmp_path: Path, lite: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = source(tmp_path / "w", lite, text, gone_at_most="0.9")
    assert main(["sync", *place]) == 0
    run(lite, "DELETE FROM stays")
    capsys.readouterr()
    code = main(["sync", *place])
    told = capsys.readouterr().err
    assert "file" not in told
    assert (told.count("pg Stay:"), told.count("pg")) == (1, 1)
    assert (code, "nothing was changed" in told) == (3 if text == PLAIN else 2, True)


def test_the_account_of_a_run_adds_up(tmp_path: Path, lite: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(lite, "INSERT INTO stays VALUES (2, 'total', NULL, NULL, NULL, NULL)")
    text = PLAIN.replace("[[table]]", 'not_data = [{ column = "ward", values = ["total"] }]\n\n[[table]]')
    assert main(["sync", *source(tmp_path / "w", lite, text)]) == 0
    assert "2 rows read, 1 loaded, 0 set aside, 1 no data" in capsys.readouterr().out


def test_a_changed_mapping_asks_for_everything_again(
    tmp_path: Path, lite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place, told = source(tmp_path / "w", lite), "Stay: The mapping changed after rows of this table were read"

    def warned() -> bool:
        capsys.readouterr()
        assert main(["sources", "check", *place]) == 0
        return told in capsys.readouterr().out

    assert not warned()
    assert main(["sync", *place]) == 0
    assert not warned()
    source(tmp_path / "w", lite, PLAIN.replace('"Europe/Amsterdam"', '"UTC"'))
    assert warned()
    assert main(["sync", *place]) == 0
    assert warned()
    assert main(["sync", *place, "--whole"]) == 0
    assert not warned()
    run(lite, ROW.replace("(1,", "(2,"))
    assert main(["sync", *place]) == 0
    assert not warned()


def test_a_name_is_told_once(tmp_path: Path, lite: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = source(tmp_path / "w", lite, PLAIN.replace('"ward"', '"afdeling"'))
    assert main(["sources", "check", *place]) == 3
    told = capsys.readouterr().out
    assert "\n  Stay: The source has no column 'afdeling'" in told
    place = source(tmp_path / "w", lite, PLAIN.replace('"changed"', '"ward"'))
    assert main(["sync", *place]) == 2
    assert "pg: Stay (stays): The watermark column holds no number" in capsys.readouterr().err


def test_an_account_that_is_not_let_in(
    tmp_path: Path, guarded: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_SECRET_WORD", "wrong")
    url = guarded.replace("meetlat@", "locked@")
    place = source(tmp_path / "w", url, password='"WORD"')
    for there in (place, source(tmp_path / "v", guarded.replace("meetlat@", "nobody@"))):
        assert main(["sync", *there]) == 2
        told = capsys.readouterr().err
        assert "does not let this account in" in told
        assert "the secret that password names" in told
        assert "Try again" not in told


def test_a_missing_right_is_granted_and_not_looked_for_in_the_mapping(
    tmp_path: Path, guarded: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_SECRET_WORD", "right")
    place = source(tmp_path / "w", guarded.replace("meetlat@", "locked@"), password='"WORD"')
    assert main(["sync", *place]) == 2
    assert "Grant SELECT" in capsys.readouterr().err
    assert main(["sources", "check", *place]) == 3
    told = capsys.readouterr().out
    assert "Grant SELECT" in told
    assert "origin" not in told


def test_a_run_that_is_asked_to_end_leaves_in_order(tmp_path: Path, postgres_url: str) -> None:
    run(postgres_url, TABLE, ROW)
    text = PLAIN.replace('from = "stays"', 'query = "SELECT *, pg_sleep(60) FROM stays"')
    place = source(tmp_path / "w", postgres_url, text, allow_writable="true")
    run_of = subprocess.Popen(
        [sys.executable, "-m", "workflows.cli", "sync", *place], stderr=subprocess.PIPE, text=True
    )
    working, until = tmp_path / "w" / "working", time.monotonic() + 60
    try:
        while not list(working.glob("*/Stay.parquet")) and time.monotonic() < until:
            time.sleep(0.1)
        run_of.terminate()
        assert run_of.communicate(timeout=30)[1].strip() == "Stopped."
        assert run_of.returncode == 143
        assert [one.name for one in working.iterdir()] == []
        last = sync_log.last(Workspace.open(tmp_path / "w"), "pg")
        assert last is not None
        assert (last.state, last.message) == ("failed", "stopped from outside")
    finally:
        run_of.kill()
        run_of.wait()
        run(postgres_url, "DROP TABLE stays")
