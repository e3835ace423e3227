"""One event at a time: where it happened, how it ended, and what a refusal leaves in the log."""

import getpass
import json
import logging
import pwd
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import AuditUnavailable, NotPermitted, UnknownName
from core.settings import Settings
from governance.access import LOCAL_OPERATOR, Grant, Viewer, fixed, require
from storage import audit_anchors, repository
from storage.workspace import Workspace
from tests.audit_log import events, logged, told, without_a_log
from tests.empty_workspace import empty, workspace
from tests.evaluations import PILOT
from tests.small_hospital import small_hospital
from workflows import auditing
from workflows.auditing import asked_in_vain, at_address, denials, event, record, recorded, refused

__all__ = ["empty", "workspace"]

LARS = fixed("Lars", Grant(role="manager", objects=frozenset({"elsewhere"})))
OPENED = ("viewed", "department")


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    """The machine itself, before and after every test."""
    at_address(None)
    auditing._account.cache_clear()
    yield
    at_address(None)
    auditing._account.cache_clear()


def written(workspace: Workspace, before: int = 0) -> list[tuple[str, ...]]:
    return [told(one.event) for one in events(workspace)[before:]]


def test_an_event_says_when_from_where_and_in_which_hospital(workspace: Workspace) -> None:
    ours = replace(workspace, settings=Settings(hospital="Academic"))
    before = datetime.now(UTC)
    here = event(LARS, ours, *OPENED)
    at_address("10.0.0.7")
    elsewhere = event(LARS, ours, *OPENED)
    at_address("")
    assert before <= datetime.fromisoformat(here.event_date_time) <= datetime.now(UTC)
    assert here.event_date_time.endswith("+00:00")
    assert (here.audit_enterprise_site_id, here.participant_object_id) == ("Academic", "")
    assert here.alternate_user_id == getpass.getuser()
    assert (here.network_access_point_type_code, here.network_access_point_id) == ("1", socket.gethostname())
    assert (elsewhere.network_access_point_type_code, elsewhere.network_access_point_id) == ("2", "10.0.0.7")
    assert event(LARS, ours, *OPENED).network_access_point_type_code == "1"


def test_a_thread_of_its_own_is_at_the_machine_itself(workspace: Workspace) -> None:
    at_address("10.0.0.7")
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(event, LARS, workspace, *OPENED).result()
    assert (made.network_access_point_type_code, made.network_access_point_id) == ("1", socket.gethostname())
    at_address(None)
    assert auditing.ADDRESS.get() == ""


def test_a_number_without_a_name_runs_it_too(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(number: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {number}")

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert event(LARS, workspace, *OPENED).alternate_user_id == ""


def test_an_event_about_nothing_in_particular_that_went_well(workspace: Workspace) -> None:
    record(LARS, workspace, *OPENED)
    with recorded(LARS, workspace, *OPENED):
        pass
    assert written(workspace) == [("viewed", "0", "Lars", "department", "", "")] * 2


def test_the_object_the_outcome_and_the_details_are_written_as_told(workspace: Workspace) -> None:
    record(LARS, workspace, "exported", "report", "ambient-a", "failed", rows=3)
    with recorded(LARS, workspace, "exported", "report", "ambient-a", "refused", rows=3):
        pass
    assert written(workspace) == [
        ("exported", "8", "Lars", "report", "ambient-a", '{"rows":3}'),
        ("exported", "4", "Lars", "report", "ambient-a", '{"rows":3}'),
    ]


def test_an_event_that_is_made_sees_to_the_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR_EVENTS", "1")
    opened = Workspace.open(tmp_path)
    record(LARS, opened, *OPENED)
    event(LARS, opened, *OPENED)
    assert [one.seq for one in audit_anchors.read(opened) if not isinstance(one, int)] == [1]


def test_a_refusal_names_the_right_that_was_missing_and_the_place(workspace: Workspace) -> None:
    def ask(kind: str = "", name: str = "") -> None:
        place = (kind, name) if kind else ()
        with (
            pytest.raises(NotPermitted),
            denials(LARS, workspace),
            denials(LARS, workspace, *place),  # type: ignore[arg-type]
        ):
            require(LARS, "see_log")

    ask()
    ask("page", "audit-log")
    with pytest.raises(NotPermitted), denials(LARS, workspace):
        raise NotPermitted("No.", action=7)
    with pytest.raises(NotPermitted), denials(LARS, workspace):
        raise NotPermitted("No.")
    assert written(workspace) == [
        ("denied", "4", "Lars", "none", "", '{"action":"see_log"}'),
        ("denied", "4", "Lars", "page", "audit-log", '{"action":"see_log"}'),
        ("denied", "4", "Lars", "none", "", ""),
        ("denied", "4", "Lars", "none", "", ""),
    ]


def test_what_is_not_refused_leaves_nothing(workspace: Workspace) -> None:
    with denials(LARS, workspace):
        pass
    with pytest.raises(ZeroDivisionError), denials(LARS, workspace):
        raise ZeroDivisionError
    assert written(workspace) == []


def test_only_a_pilot_that_is_there_was_asked_for_in_vain(workspace: Workspace) -> None:
    repository.register(workspace, PILOT, "", logged)
    before = len(events(workspace))

    def ask(kind: str, name: str) -> None:
        with (
            pytest.raises(UnknownName),
            denials(LARS, workspace, "page", "effect"),
            denials(LARS, workspace, "page", "effect"),
        ):
            raise UnknownName(kind, name, ())

    ask("pilot", PILOT.id)
    ask("pilot", "Mrs Jansen")
    ask("department", PILOT.id)
    ask("KPI", PILOT.id)
    assert written(workspace, before) == [("denied", "4", "Lars", "pilot", PILOT.id, "")]


def test_only_a_department_that_is_there_was_asked_for_in_vain(tmp_path: Path) -> None:
    opened = small_hospital(tmp_path)
    before = len(events(opened))
    for kind, name in (("department", "Mrs Jansen"), ("pilot", "north"), ("KPI", "north")):
        asked_in_vain(LARS, opened, kind, name)
    assert written(opened, before) == []
    asked_in_vain(LARS, opened, "department", "north")
    assert written(opened, before) == [("denied", "4", "Lars", "department", "north", "")]


def test_a_refusal_that_cannot_be_written_is_said_to_the_operator(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    without_a_log(workspace)
    with caplog.at_level(logging.ERROR):
        refused(LARS, workspace, "page", "effect", "see_effect")
    (said,) = caplog.records
    assert (said.name, said.getMessage()) == ("meetlat", "a refusal could not be written to the audit log")
    assert said.exc_info is not None
    assert said.exc_info[0] is AuditUnavailable
    with pytest.raises(AuditUnavailable):
        record(LARS, workspace, *OPENED)


def test_a_refusal_may_name_the_right(workspace: Workspace) -> None:
    refused(LARS, workspace, "page", "effect", "see_effect")
    refused(Viewer(name=""), workspace, "page", "effect")
    assert written(workspace) == [
        ("denied", "4", "Lars", "page", "effect", '{"action":"see_effect"}'),
        ("denied", "4", "", "page", "effect", ""),
    ]


def test_details_of_an_event_are_codes_and_numbers(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="is no code"):
        record(LOCAL_OPERATOR, workspace, *OPENED, reason="asked by Mrs Jansen")
    found = event(LOCAL_OPERATOR, workspace, *OPENED, "chest", rows=3, kind_of="csv")
    assert json.loads(found.participant_object_detail) == {"rows": 3, "kind_of": "csv"}
