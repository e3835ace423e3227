"""What was known on a day stands beside today's numbers only where nothing follows about few persons."""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from core.period import Every, containing
from governance.access import LOCAL_OPERATOR
from storage import facts, ledger
from storage.duck import connect
from storage.schema import batches
from storage.workspace import Workspace
from tests.pushed_hospital import filled, omop, synced
from tests.pushed_hospital import workspace as workspace_of
from tests.small_hospital import FIRST, load, minutes, notes, small_hospital
from tests.source_databases import run
from workflows.measure import Measured, measure

KPI, DEPARTMENT = "note_time_enc", "north"
DAYS = {1: date(2026, 6, 1), 2: date(2026, 6, 2), 3: date(2026, 6, 3), 4: date(2026, 6, 4)}
"""On which each batch came in."""


def of_week(week: int, patients: Iterable[int], factor: float) -> list[dict[str, Any]]:
    """The notes of some patients of the department in a week again, with another time."""
    chosen = {f"{DEPARTMENT} patient {number}" for number in patients}
    return [
        {**row, "active_seconds": factor * row["active_seconds"]}
        for row in notes()
        if row["note"].startswith(f"{DEPARTMENT}-{week}-") and row["patient"] in chosen
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_hospital(tmp_path)


def delivered(workspace: Workspace, folder: Path, *files: list[dict[str, Any]]) -> None:
    """Each file in a batch of its own, and every batch on its day."""
    for file in files:
        load(workspace, "NoteSession", file, folder)
    with workspace.engine.begin() as connection:
        for number, day in DAYS.items():
            connection.execute(
                update(batches).where(batches.c.id == number).values(done_at=f"{day}T12:00:00+00:00")
            )


def measured(workspace: Workspace, batch: int | None = None, every: Every = "week") -> dict[date, Measured]:
    """By first day; batch: as known when it was in, None for today."""
    known_on = DAYS[batch] if batch is not None else None
    found = measure(LOCAL_OPERATOR, workspace, [KPI], DEPARTMENT, every=every, known_on=known_on)
    return {one.period.start: one for one in found}


def monday(week: int) -> date:
    return FIRST + timedelta(days=7 * week)


def value(one: Measured) -> float | None:
    shown = one.measurement.value
    return shown.value if shown is not None else None


def test_a_correction_of_few_is_not_told_by_two_states(workspace: Workspace, tmp_path: Path) -> None:
    delivered(workspace, tmp_path, of_week(2, [0, 1], 2), of_week(5, range(12), 2))
    now, then = measured(workspace), measured(workspace, 1)
    away = {start for start, one in then.items() if one.measurement.suppressed}
    assert away == {monday(2)}
    assert then[monday(2)].measurement.mark == "< 10"
    assert not any(one.measurement.suppressed for one in now.values())
    assert value(then[monday(5)]) == pytest.approx(minutes(DEPARTMENT, 5))
    assert value(now[monday(5)]) != pytest.approx(minutes(DEPARTMENT, 5))
    same = set(now) - {monday(2), monday(5)}
    assert {start: value(now[start]) for start in same} == {start: value(then[start]) for start in same}


def test_the_state_between_two_corrections_is_judged_by_what_came_after(
    workspace: Workspace, tmp_path: Path
) -> None:
    delivered(workspace, tmp_path, of_week(2, range(12), 2), of_week(2, [3], 3))
    assert measured(workspace, 1)[monday(2)].measurement.suppressed is False
    assert measured(workspace, 2)[monday(2)].measurement.suppressed is True
    assert measured(workspace, 3)[monday(2)].measurement.suppressed is False


def test_a_whole_file_with_few_changes_is_a_change_of_few(workspace: Workspace, tmp_path: Path) -> None:
    again = [*of_week(2, range(2, 12), 1), *of_week(2, [0, 1], 2)]
    delivered(workspace, tmp_path, again)
    assert measured(workspace, 1)[monday(2)].measurement.suppressed


def test_what_is_put_back_again_leaves_a_difference_of_few(workspace: Workspace, tmp_path: Path) -> None:
    changed, back = of_week(2, range(12), 2), of_week(2, range(2, 12), 1)
    delivered(workspace, tmp_path, changed, back)
    assert measured(workspace, 1)[monday(2)].measurement.suppressed
    assert not measured(workspace, 2)[monday(2)].measurement.suppressed


def test_a_file_that_says_the_same_again_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    delivered(workspace, tmp_path, of_week(2, [0, 1], 1))
    assert not any(one.measurement.suppressed for one in measured(workspace, 1).values())


def test_months_and_days_do_not_tell_either(workspace: Workspace, tmp_path: Path) -> None:
    delivered(workspace, tmp_path, of_week(2, [0, 1], 2), of_week(6, range(12), 2))
    months = measured(workspace, 1, "month")
    shown = {start for start, one in months.items() if not one.measurement.suppressed}
    today = {start for start, one in measured(workspace, every="month").items() if value(one) is not None}
    assert shown == today - {containing(monday(2), "month").start}
    days = measured(workspace, 1, "day")
    changed = {start for start, one in days.items() if one.measurement.suppressed}
    assert changed == {monday(week) + timedelta(days=day) for week in (2, 6) for day in (0, 1)}


def test_rows_beside_the_population_are_those_of_few(workspace: Workspace, tmp_path: Path) -> None:
    visit = {
        "department": DEPARTMENT,
        "encounter": "e1",
        "started_at": datetime.fromisoformat(f"{monday(3)}T09:00"),
        "completed": 1,
        "eligible": 1,
        "exposed": 0,
    }
    load(workspace, "Encounter", [visit], tmp_path)
    delivered(workspace, tmp_path)
    assert not any(one.measurement.suppressed for one in measured(workspace, 2).values())
    away = {start for start, one in measured(workspace, 1).items() if one.measurement.suppressed}
    assert away == set()  # what could be measured was not known then
    load(workspace, "Encounter", [{**visit, "encounter": "e2"}], tmp_path)
    delivered(workspace, tmp_path)
    away = {start for start, one in measured(workspace, 2).items() if one.measurement.suppressed}
    assert away == {monday(3)}


def test_of_what_its_source_counted_again_nothing_older_is_shown(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(1500))
    made = workspace_of(tmp_path / "pushed", url, "omop_5_4", "push-down")
    assert synced(made).state == "done"
    newest = ledger.position(made)
    with made.engine.begin() as connection:
        connection.execute(update(batches).values(done_at=f"{DAYS[1]}T12:00:00+00:00"))

    def shown() -> set[date]:
        found = measure(LOCAL_OPERATOR, made, ["visit_length_min"], every="month", known_on=DAYS[1])
        return {one.period.start for one in found if value(one) is not None}

    assert shown()
    run(url, "DELETE FROM visit_occurrence WHERE visit_occurrence_id = 1")
    assert synced(made).state == "done"
    assert ledger.position(made) > newest
    assert shown() == set()


def rows_of(workspace: Workspace, position: int, week: int) -> set[tuple[Any, ...]]:
    """The rows of the department in a week after a batch: pseudonyms, note and time."""
    source = facts.source_sql(workspace, "NoteSession", position=position)
    with connect() as connection:
        asked = f"SELECT patient, clinician, note, active_seconds FROM {source} WHERE department = ? AND "
        days = [DEPARTMENT, monday(week), monday(week + 1)]
        return set(connection.execute(asked + "day >= ? AND day < ?", days).fetchall())


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_delivered_two_states_that_are_shown_differ_by_enough(
    workspace: Workspace, tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    weeks = (2, 3, 4, 5)
    files = [
        [
            row
            for week in weeks
            for row in of_week(week, draw.sample(range(12), draw.choice((1, 11, 12))), draw.choice((1, 2)))
        ]
        for _ in range(3)
    ]
    delivered(workspace, tmp_path, *files)
    states = {position: measured(workspace, position) for position in DAYS}
    compared = 0
    for (one, before), (other, after) in combinations(states.items(), 2):
        for week in weeks:
            if not any(state[monday(week)].measurement.suppressed for state in (before, after)):
                differing = rows_of(workspace, one, week) ^ rows_of(workspace, other, week)
                persons = [{row[kind] for row in differing} for kind in (0, 1)]
                assert not differing or (len(persons[0]) >= 10 and len(persons[1]) >= 5)
                compared += 1
    assert compared > 0
