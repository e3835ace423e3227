"""What people do is logged: once, in the transaction of the thing, and never with a patient in it."""

import json
import os
import signal
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from core.errors import AuditUnavailable
from experiments.monitoring.rebase import Rebase
from experiments.plan.canonical import canonical
from governance.access import LOCAL_OPERATOR
from storage import rebases, repository
from storage.schema import batches, pilots
from storage.schema import rebases as kept_rebases
from storage.workspace import Workspace
from tests.audit_log import events, logged, names, without_a_log
from tests.evaluations import PILOT
from tests.intake_files import HEADER, NOTES
from workflows.forget import forget, retain
from workflows.own_kpis import certify, copy
from workflows.refresh import ingest
from workflows.rotate import rotate

CANARIES = ("Jansen", "123456782", "p1secret", "geheim")


class Hospital:
    def __init__(self, root: Path) -> None:
        self.root, self.mapping = root, root / "notes.toml"
        self.mapping.write_text(NOTES, "utf-8")
        self.workspace = Workspace.open(root / "workspace")

    def take(self, name: str, *rows: str, dry_run: bool = False) -> str:
        path = self.root / name
        path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
        return ingest(LOCAL_OPERATOR, self.workspace, [path], str(self.mapping), dry_run=dry_run)[0].status

    def new(self, before: Counter[str]) -> dict[str, int]:
        return dict(names(self.workspace) - before)


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    return Hospital(tmp_path)


FIRST = "1;CHI;E;p1secret;a1;09-03-2026 10:00;;4"


def test_data_that_come_change_or_go_are_one_event_each(hospital: Hospital) -> None:
    steps: dict[str, tuple[Callable[[], object], dict[str, int]]] = {
        "tried": (lambda: hospital.take("t.csv", FIRST, dry_run=True), {}),
        "loaded": (lambda: hospital.take("Jansen 123456782.csv", FIRST), {"data_loaded": 1}),
        "unchanged": (lambda: hospital.take("again.csv", FIRST), {}),
        "corrected": (
            lambda: hospital.take("b.csv", FIRST.replace(";;4", ";;6")),
            {"data_corrected": 1},
        ),
        "rotated": (lambda: rotate(LOCAL_OPERATOR, hospital.workspace), {"key_rotated": 1}),
        "counted": (
            lambda: forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1secret", dry_run=True),
            {},
        ),
        "erased": (
            lambda: forget(LOCAL_OPERATOR, hospital.workspace, "patient", "p1secret"),
            {"person_erased": 1},
        ),
        "not there": (
            lambda: forget(LOCAL_OPERATOR, hospital.workspace, "patient", "geheim"),
            {"person_erased": 1},
        ),
        "too old": (
            lambda: retain(LOCAL_OPERATOR, hospital.workspace, date(2024, 1, 1)),
            {"days_removed": 1},
        ),
    }
    for what, (act, wanted) in steps.items():
        before = names(hospital.workspace)
        act()
        assert hospital.new(before) == wanted, what
    written = str(events(hospital.workspace))
    assert [canary for canary in CANARIES if canary in written] == []
    assert len(events(hospital.workspace)) == 6


def test_definitions_of_kpis_are_one_event_each(hospital: Hospital) -> None:
    workspace = hospital.workspace
    copy(LOCAL_OPERATOR, workspace, "note_time_enc", "our_note_time")
    certify(LOCAL_OPERATOR, workspace, "our_note_time", "CMIO")
    certify(LOCAL_OPERATOR, workspace, "our_note_time", "CMIO")
    assert names(workspace) == {"definition_saved": 1, "definition_certified": 1}
    assert {one.event.participant_object_id for one in events(workspace)} == {"our_note_time"}


def test_plans_and_limits_are_one_event_each_without_the_reason(hospital: Hospital) -> None:
    workspace = hospital.workspace
    for plan in (PILOT, PILOT, replace(PILOT, vendor="B")):
        repository.register(workspace, plan, "", logged)
    assert len(events(workspace)) == 2
    made = add_rebase(workspace)
    rebases.withdraw(workspace, made.id, "me", logged)
    rebases.withdraw(workspace, made.id, "me", logged)
    assert len(events(workspace)) == 4


def add_rebase(workspace: Workspace) -> Rebase:
    return rebases.add(
        workspace,
        kpi="note_time_enc",
        department="cardiologie",
        day=date(2026, 3, 2),
        reason="asked by Mrs Jansen",
        by="me",
        hides_signal=False,
        log=logged,
    )


def test_without_a_log_nothing_is_done(hospital: Hospital) -> None:
    hospital.take("a.csv", FIRST)
    without_a_log(hospital.workspace)
    workspace = hospital.workspace
    refused: tuple[Callable[[], object], ...] = (
        lambda: hospital.take("b.csv", FIRST.replace(";;4", ";;6")),
        lambda: repository.register(workspace, PILOT, "", logged),
        lambda: add_rebase(workspace),
        lambda: rotate(LOCAL_OPERATOR, workspace),
        lambda: forget(LOCAL_OPERATOR, workspace, "patient", "p1secret"),
        lambda: retain(LOCAL_OPERATOR, workspace, date(2026, 4, 6)),
        lambda: copy(LOCAL_OPERATOR, workspace, "note_time_enc", "our_note_time"),
    )
    for act in refused:
        with pytest.raises(AuditUnavailable):
            act()
    with workspace.engine.connect() as connection:
        done = select(func.count()).select_from(batches).where(batches.c.done)
        assert connection.scalar(done) == 1
        for table in (pilots, kept_rebases):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert not list((workspace.root / "kpis").glob("*.toml"))
    workspace.secret()


def in_a_process(root: Path, statement: int) -> int:
    """The exit code; negative where a signal ended it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons mind threads that others left
        child = os.fork()
    if child == 0:
        register_and_die(root, statement)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def register_and_die(root: Path, statement: int) -> None:
    """Killed right before its n-th statement, COMMIT included; the last of them is never reached."""
    workspace, seen = Workspace.open(root), [0]

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(workspace.engine, "before_cursor_execute", count)
    event.listen(workspace.engine, "commit", count)
    try:
        repository.register(workspace, PILOT, canonical(PILOT), logged)
    finally:
        os._exit(7)


def test_killed_between_any_two_statements_an_action_and_its_event_are_both_there_or_both_not(
    tmp_path: Path,
) -> None:
    workspace = Workspace.open(tmp_path)
    for statement in range(1, 30):
        status = in_a_process(tmp_path, statement)
        with workspace.engine.connect() as connection:
            done = connection.scalar(select(func.count()).select_from(pilots))
        assert len(events(workspace)) == done == (status == 7), statement
        if status == 7:
            break
    assert statement > 7


def test_the_event_of_a_load_says_how_much_and_not_from_which_file(hospital: Hospital) -> None:
    hospital.take("Jansen.csv", FIRST, FIRST.replace("1;", "2;", 1).replace(";;4", ";;x"))
    (found,) = events(hospital.workspace)
    details = json.loads(found.event.participant_object_detail)
    assert (details["rows"], details["set_aside"], details["table"]) == (1, 1, "NoteSession")
    assert len(details["sha256"]) == 64
