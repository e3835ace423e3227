"""The audit log on SQLite and on a real PostgreSQL: it only grows, and says so when it was touched."""

import json
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import AuditUnavailable, ConfigurationError, InputError, NotPermitted
from governance.access import LOCAL_OPERATOR, Viewer, require
from governance.audit import NAMES, AuditEvent, canonical
from storage import audit_anchors, audit_triggers
from storage.audit_log_groups import append_grouped
from storage.database import open_engine, writing
from storage.schema import audit_log
from storage.workspace import Workspace
from tests.audit_log import AT, append_logged, events, logged, names
from tests.either_database import BOTH, workspace
from tests.servers.postgresql import emptied, postgres_url
from workflows.anchoring import anchor_now, keep_anchoring
from workflows.audit_log import Wanted, export, shown, verify
from workflows.auditing import denials, event, record, recorded

__all__ = ["postgres_url", "workspace"]

NOBODY = Viewer(name="curious")


def as_superuser(workspace: Workspace, *statements: str) -> None:
    """Without the triggers, as somebody who rules the database could."""
    with writing(workspace.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("RESET ROLE"))
        audit_triggers.drop(connection)
        for statement in statements:
            connection.execute(text(statement))


def refused(workspace: Workspace, statement: str) -> bool:
    try:
        with writing(workspace.engine) as connection:
            connection.execute(text(statement))
    except SQLAlchemyError:
        return True
    return False


TOUCHES = {
    "an event changed": "UPDATE audit_log SET user_id = 'x' WHERE seq = 2",
    "an event gone": "DELETE FROM audit_log WHERE seq = 2",
    "all events gone": "DELETE FROM audit_log",
    "an event twice": "INSERT INTO audit_log SELECT * FROM audit_log WHERE seq = 2",
    "the head moved back": "UPDATE audit_head SET seq = 1",
    "the head rewritten": "UPDATE audit_head SET hash = 'x'",
    "the head gone": "DELETE FROM audit_head",
    "a second head": "INSERT INTO audit_head VALUES (2, 0, 'x')",
}
ON_SQLITE = {"an event replaced": "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE seq = 2"}
ON_POSTGRESQL = {
    "the table emptied": "TRUNCATE audit_log",
    "the head emptied": "TRUNCATE audit_head",
    "without triggers": "SET session_replication_role = replica; DELETE FROM audit_log",
}


def test_the_database_refuses_whatever_is_not_an_addition(workspace: Workspace) -> None:
    append_logged(workspace, 3)
    before = events(workspace)
    postgresql = workspace.engine.dialect.name == "postgresql"
    for what, statement in {**TOUCHES, **(ON_POSTGRESQL if postgresql else ON_SQLITE)}.items():
        assert refused(workspace, statement), what
    assert events(workspace) == before
    assert verify(LOCAL_OPERATOR, workspace).intact


@pytest.mark.postgres
def test_a_role_of_its_own_for_the_application_can_add_and_nothing_else(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied(postgres_url)
    open_engine(tmp_path, postgres_url).dispose()
    owner = create_engine(postgres_url)
    with owner.begin() as connection, suppress(SQLAlchemyError), connection.begin_nested():
        connection.execute(text("CREATE ROLE meetlat_service LOGIN IN ROLE meetlat_app"))
    monkeypatch.setenv("MEETLAT_DATABASE_URL", postgres_url.replace("meetlat@", "meetlat_service@"))
    workspace = Workspace.open(tmp_path)
    append_logged(workspace, 3)
    tried = (
        *TOUCHES.values(),
        *ON_POSTGRESQL.values(),
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "DROP TABLE audit_log",
    )
    for statement in tried:
        assert refused(workspace, statement), statement
    assert verify(LOCAL_OPERATOR, workspace).intact
    workspace.engine.dispose()
    owner.dispose()


def test_an_event_that_cannot_be_written_undoes_the_action(workspace: Workspace) -> None:
    as_superuser(workspace, "ALTER TABLE audit_log RENAME TO hidden")
    with pytest.raises(AuditUnavailable, match="cannot be written"):
        record(LOCAL_OPERATOR, workspace, "exported", "report", "ambient-a")
    with (
        pytest.raises(AuditUnavailable),
        recorded(LOCAL_OPERATOR, workspace, "settings_changed", "installation") as open_,
    ):
        open_.execute(text("INSERT INTO fingerprints VALUES ('done', 'yes')"))
    with workspace.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM fingerprints")) == 0


def test_an_action_that_fails_leaves_no_event(workspace: Workspace) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        recorded(LOCAL_OPERATOR, workspace, "settings_changed", "installation"),
    ):
        raise ZeroDivisionError
    assert names(workspace) == {}


def test_a_refusal_is_logged_once_with_the_same_answer(workspace: Workspace) -> None:
    with (
        pytest.raises(NotPermitted, match="no right"),
        denials(NOBODY, workspace, "page", "effect"),
        denials(NOBODY, workspace),
    ):
        require(NOBODY, "see_log")
    (found,) = events(workspace)
    assert (found.event.event_id, found.event.event_outcome_indicator) == ("denied", "4")
    assert found.event.participant_object_detail == '{"action":"see_log"}'
    assert found.event.user_id == "curious"
    as_superuser(workspace, "DELETE FROM audit_head")
    with pytest.raises(NotPermitted, match="no right"), denials(NOBODY, workspace):
        require(NOBODY, "see_log")


def test_people_at_the_same_moment_make_one_chain(workspace: Workspace) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda _: record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie"), range(80)
            )
        )
    found = verify(LOCAL_OPERATOR, workspace)
    assert (found.intact, found.events) == (True, 80)


@pytest.mark.parametrize("workspace", BOTH[:1], indirect=True)
def test_who_waits_for_a_group_is_told_when_it_fails(workspace: Workspace) -> None:
    as_superuser(workspace, "DELETE FROM audit_head")
    barrier, told = threading.Barrier(6), []

    def view() -> None:
        barrier.wait()
        try:
            record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie")
        except AuditUnavailable:
            told.append(1)

    threads = [threading.Thread(target=view) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 6


def test_an_event_for_a_database_that_is_away_is_not_taken_for_written(tmp_path: Path) -> None:
    away = create_engine(f"sqlite:///{tmp_path / 'no folder' / 'state.db'}")
    with pytest.raises(AuditUnavailable, match="cannot be written"):
        append_grouped(away, logged())


def test_verifying_names_the_place_and_works_on_a_log_that_takes_nothing(workspace: Workspace) -> None:
    append_logged(workspace, 9)
    anchor_now(workspace)
    as_superuser(workspace, "UPDATE audit_log SET user_id = 'x' WHERE seq = 4", "DELETE FROM audit_head")
    found = verify(LOCAL_OPERATOR, workspace)
    assert [(one.code, one.first) for one in found.faults] == [
        ("changed", 4),
        ("no_head", 9),
        ("unguarded", 0),
    ]
    assert not found.logged
    assert found.anchored is not None
    assert found.anchored.seq == 9


@pytest.mark.parametrize(
    ("table", "wanted"),
    [("audit_head", ("no_head", 9, 9)), ("audit_log", ("head", 1, 9))],
)
def test_verifying_works_where_a_superuser_took_a_table_away(
    workspace: Workspace, table: str, wanted: tuple[str, int, int]
) -> None:
    append_logged(workspace, 9)
    anchor_now(workspace)
    as_superuser(workspace, f"DROP TABLE {table}")
    found = verify(LOCAL_OPERATOR, workspace)
    assert wanted in [(one.code, one.first, one.last) for one in found.faults]
    assert not found.logged
    with pytest.raises(AuditUnavailable):
        record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie")


def test_a_tail_that_a_superuser_cut_with_its_head_is_found_by_the_anchor(workspace: Workspace) -> None:
    append_logged(workspace, 9)
    anchor_now(workspace)
    kept = events(workspace)[6]
    as_superuser(
        workspace,
        "DELETE FROM audit_log WHERE seq > 7",
        f"UPDATE audit_head SET seq = 7, hash = '{kept.hash}'",
    )
    without = verify(LOCAL_OPERATOR, workspace, Path(os.devnull))
    assert {one.code for one in without.faults} == {"unguarded"}
    # verifying was itself logged, as event 8
    found = verify(LOCAL_OPERATOR, workspace)
    assert ("cut", 9, 9) in [(one.code, one.first, one.last) for one in found.faults]


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


def test_only_who_may_see_the_log_does(small: Workspace, tmp_path: Path) -> None:
    for workflow in (
        lambda: verify(NOBODY, small),
        lambda: shown(NOBODY, small),
        lambda: export(NOBODY, small, tmp_path / "a.csv"),
    ):
        with pytest.raises(NotPermitted):
            workflow()
    assert not (tmp_path / "a.csv").exists()


def test_the_log_is_handed_out_as_lines_that_anybody_can_verify(small: Workspace, tmp_path: Path) -> None:
    append_logged(small, 3)
    assert export(LOCAL_OPERATOR, small, tmp_path / "log.jsonl") == 4
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    for line, record_ in zip(lines, events(small), strict=True):
        fields = {name: value for name, value in line.items() if name not in ("seq", "prev", "hash")}
        assert json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == canonical(
            record_.event
        )
    assert lines[-1]["EventID"] == "log_exported"


def test_no_cell_of_the_exported_log_is_a_formula(small: Workspace, tmp_path: Path) -> None:
    evil = Viewer(name='=HYPERLINK("x")')
    record(evil, small, "signed_in", "session")
    assert export(LOCAL_OPERATOR, small, tmp_path / "log.csv", Wanted(user=evil.name)) == 1
    found = (tmp_path / "log.csv").read_text("utf-8")
    assert found.startswith(",".join(("seq", "prev", "hash", *NAMES.values())))
    assert "\"'=HYPERLINK" in found
    assert ",=HYPERLINK" not in found


def test_an_export_that_cannot_be_is_one_sentence(small: Workspace, tmp_path: Path) -> None:
    for path in (tmp_path / "log.xlsx", tmp_path / "no" / "log.csv"):
        with pytest.raises(InputError):
            export(LOCAL_OPERATOR, small, path)


def test_the_log_is_filtered_and_leafed_through(small: Workspace) -> None:
    append_logged(small, 120)
    record(LOCAL_OPERATOR, small, "exported", "report", "ambient-a")
    first = shown(LOCAL_OPERATOR, small)
    assert (first.count, len(first.records), first.records[0].seq) == (121, 50, 121)
    assert [one.seq for one in shown(LOCAL_OPERATOR, small, skip=100).records] == list(range(21, 0, -1))
    exports = shown(LOCAL_OPERATOR, small, Wanted(types=("export",)))
    assert [one.event.event_id for one in exports.records] == ["exported"]
    assert shown(LOCAL_OPERATOR, small, Wanted(first=AT.date(), last=AT.date())).count == 120
    assert shown(LOCAL_OPERATOR, small, Wanted(outcome="4")).count == 0


def test_anchors_are_written_every_so_many_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR_EVENTS", "5")
    workspace = Workspace.open(tmp_path)
    for _ in range(13):
        record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie")
    anchors = list(audit_anchors.read(workspace))
    assert [one.seq for one in anchors if not isinstance(one, int)] == [5, 10]


def test_the_app_anchors_while_nothing_happens(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    append_logged(small, 2)

    class Clock(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout == 600
            waited.append(1)
            return len(waited) > 3

    waited: list[int] = []
    keep_anchoring(small, Clock()).join(20)
    assert [one.seq for one in audit_anchors.read(small) if not isinstance(one, int)] == [2]


def test_an_anchor_that_cannot_be_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR", str(tmp_path / "away" / "anchors"))
    workspace = Workspace.open(tmp_path / "workspace")
    for _ in range(3):
        record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie")
    assert verify(LOCAL_OPERATOR, workspace).intact
    with pytest.raises(OSError, match="No such file"):
        anchor_now(workspace)


def test_a_lost_key_of_anchors_is_said(small: Workspace) -> None:
    append_logged(small, 2)
    anchor_now(small)
    audit_anchors.key_path(small).write_text("short", "utf-8")
    with pytest.raises(ConfigurationError, match="no key"):
        anchor_now(small)
    audit_anchors.key_path(small).chmod(0o644)
    with pytest.raises(ConfigurationError, match="Other people"):
        anchor_now(small)
    audit_anchors.key_path(small).unlink()
    with pytest.raises(ConfigurationError, match="is gone"):
        verify(LOCAL_OPERATOR, small)


def test_anchors_reach_the_log_of_a_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR", f"syslog:127.0.0.1:{daemon.getsockname()[1]}")
        workspace = Workspace.open(tmp_path)
        append_logged(workspace, 2)
        made = anchor_now(workspace)
        kept = tmp_path / "messages"
        kept.write_bytes(daemon.recv(4096) + b"\n")
    assert verify(LOCAL_OPERATOR, workspace, kept).anchored == made
    assert audit_anchors.place(workspace) is None


def test_an_event_says_who_where_and_what_without_a_sentence(small: Workspace) -> None:
    made: AuditEvent = event(LOCAL_OPERATOR, small, "plan_changed", "pilot", "ambient-a", version=2)
    assert (made.event_action_code, made.participant_object_id) == ("U", "ambient-a")
    assert made.audit_source_id == made.network_access_point_id != ""
    with pytest.raises(ValueError, match="is no code"):
        event(LOCAL_OPERATOR, small, "plan_changed", "pilot", "ambient-a", reason="asked by Mrs Jansen")


def test_the_columns_are_the_fields(small: Workspace) -> None:
    assert {column.name for column in audit_log.c} == {"seq", "prev", "hash", *NAMES}
