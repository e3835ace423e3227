"""A setting that changed since the last start is one event, with what it was and is where that is a code."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.settings import Settings
from storage.database import writing
from storage.workspace import Workspace
from tests.audit_log import events
from workflows.settings_log import WATCHED, note_settings


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "w")


def noted(workspace: Workspace, **changes: object) -> list[tuple[str, str]]:
    """What a start with these settings adds to the log: which setting, and the details."""
    before = len(events(workspace))
    note_settings(replace(workspace, settings=replace(Settings(), **changes)))  # type: ignore[arg-type]
    found = [one.event for one in events(workspace)[before:]]
    assert {one.event_id for one in found} <= {"settings_changed"}
    return [(one.participant_object_id, one.participant_object_detail) for one in found]


def test_every_change_is_one_event_and_the_first_start_is_none(workspace: Workspace) -> None:
    assert noted(workspace) == []
    assert noted(workspace) == []
    ((setting, detail),) = noted(workspace, minimum_staff=12)
    assert (setting, json.loads(detail)) == ("minimum_staff", {"before": "5", "after": "12"})
    assert noted(workspace, minimum_staff=12) == []
    again = noted(workspace, retention="default=1095 " * 40, auth="required")
    assert {name for name, _ in again} == {"minimum_staff", "retention", "auth"}
    assert "1095" not in str(again)
    assert noted(workspace, retention="default=1095 " * 40, auth="required") == []


def test_two_servers_that_start_together_write_one_event(workspace: Workspace) -> None:
    noted(workspace)
    changed = replace(workspace, settings=Settings(minimum_staff=9))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note_settings, [changed] * 8))
    assert [one.event.participant_object_id for one in events(workspace)] == ["minimum_staff"]


def test_without_a_log_the_change_waits_for_the_next_start(workspace: Workspace) -> None:
    noted(workspace)
    with writing(workspace.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE audit_log RENAME TO away")
    note_settings(replace(workspace, settings=Settings(minimum_staff=9)))
    with writing(workspace.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO audit_log")
    assert [name for name, _ in noted(workspace, minimum_staff=9)] == ["minimum_staff"]


def test_no_secret_is_watched() -> None:
    assert {name for name in WATCHED if "secret" in name or name == "database_url"} == set()
    assert all(hasattr(Settings(), name) for name in WATCHED)
