"""Reading the audit log: which events are meant by a filter, in which order, and who stands in it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from governance.audit import GENESIS, Head
from storage import audit_log
from storage.audit_log import EVERYTHING, Wanted
from storage.database import writing
from storage.workspace import Workspace
from tests.audit_log import events, logged

FIRST_MOMENT, LAST_MOMENT = "2026-03-02T00:00:00.000000+00:00", "2026-03-02T23:59:59.999999+00:00"
NEXT_DAY = "2026-03-03T00:00:00.000000+00:00"
EVENTS = (
    replace(logged(), user_id="b", event_date_time=FIRST_MOMENT),
    replace(logged(), user_id="a", event_date_time=LAST_MOMENT, event_type_code="export"),
    replace(logged(), user_id="b", event_date_time=NEXT_DAY, event_outcome_indicator="4"),
)
SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    opened = Workspace.open(tmp_path)
    with writing(opened.engine) as connection:
        audit_log.append(connection, *EVENTS)
    return opened


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EVERYTHING, [1, 2, 3]),
        (Wanted(types=("export", "denial")), [2]),
        (Wanted(user="b"), [1, 3]),
        (Wanted(outcome="4"), [3]),
        (Wanted(first=SECOND, last=SECOND), [1, 2]),
        (Wanted(first=THIRD), [3]),
        (Wanted(first=date.min, last=date.max), [1, 2, 3]),
        (Wanted(first=date.min, last=date.max, zone="Europe/Amsterdam"), [1, 2, 3]),
        (Wanted(last=date(2026, 3, 1)), []),
        (Wanted(user="b", last=SECOND), [1]),
        (Wanted(first=SECOND, last=SECOND, zone="Europe/Amsterdam"), [1]),
        (Wanted(first=THIRD, last=THIRD, zone="Europe/Amsterdam"), [2, 3]),
        (Wanted(last=date(2026, 3, 1), zone="America/Curacao"), [1]),
    ],
)
def test_a_filter_means_events_by_kind_person_outcome_and_whole_days(
    workspace: Workspace, wanted: Wanted, found: list[int]
) -> None:
    with workspace.engine.connect() as connection:
        assert [one.seq for one in audit_log.records(connection, wanted)] == found
    assert [one.seq for one in audit_log.newest(workspace, wanted, 9)] == found[::-1]
    assert audit_log.count(workspace, wanted) == len(found)


def test_the_newest_are_read_so_many_at_a_time(workspace: Workspace) -> None:
    assert [one.seq for one in audit_log.newest(workspace, EVERYTHING, 2)] == [3, 2]
    assert [one.seq for one in audit_log.newest(workspace, EVERYTHING, 2, skip=1)] == [2, 1]
    assert audit_log.users(workspace) == ("a", "b")


def test_an_event_is_read_back_as_it_was_written_with_its_place_in_the_chain(workspace: Workspace) -> None:
    found = events(workspace)
    assert tuple(one.event for one in found) == EVENTS
    assert [one.prev for one in found] == [GENESIS, found[0].hash, found[1].hash]
    with workspace.engine.connect() as connection:
        assert audit_log.head(connection) == Head(seq=3, hash=found[2].hash)
        assert [audit_log.hash_at(connection, seq) for seq in (2, 4)] == [found[1].hash, None]


def test_to_add_nothing_leaves_the_log_as_it_is(workspace: Workspace) -> None:
    before = events(workspace)
    with writing(workspace.engine) as connection:
        assert audit_log.append(connection) == Head(seq=3, hash=before[2].hash)
    assert events(workspace) == before
