"""The state of a day, and which of its periods would tell of few beside a later state."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from core.errors import InputError
from core.period import Every
from kpis.roll_up import By
from storage import cube_build
from storage.definitions import active
from storage.schema import batches
from storage.workspace import Workspace
from tests.built_once import copy_of
from tests.deliveries import CUT, MARCH_16, PIECE, counted, letter, note
from tests.small_hospital import load
from workflows.as_known import AsKnown, as_known, told_apart

NOTES, LETTERS = "note_time_enc", "opd_letter_5wd"
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
TUESDAY, WEDNESDAY = date(2026, 3, 17), date(2026, 3, 18)
EARLY, MANY, AT_ONCE = range(12), range(20, 32), range(50, 62)
SIGNED = {
    1: "2026-06-01T20:00:00+00:00",
    2: "2026-06-01T21:59:59+00:00",
    3: "2026-06-01T22:30:00+00:00",
    4: "2026-06-02T12:00:00+00:00",
    5: "2026-06-03T12:00:00+00:00",
}
"""When each batch was in; the third after midnight, on the clock of the hospital."""


def deliver(folder: Path) -> None:
    """Notes and letters; corrected are six on each of two days and twelve on a third, then one in each piece
    of a week that is cut.
    """
    made = Workspace.open(folder / "workspace")
    departments = {number: "south" if number in (30, 31) else "north" for number in (*EARLY, *MANY)}
    days = dict.fromkeys(MANY, CUT) | {number: (MARCH_16, TUESDAY)[number % 2] for number in EARLY}
    first = [note(number, days[number], departments[number]) for number in (*EARLY, *MANY)]
    at_once = [note(number, WEDNESDAY) for number in AT_ONCE]
    load(made, "NoteSession", [*first, *at_once, note(40, PIECE)], folder)
    load(made, "Letter", [letter(1)], folder)
    corrected = [note(number, days[number], seconds=90.0) for number in EARLY]
    corrected += [note(number, WEDNESDAY, seconds=90.0) for number in AT_ONCE]
    load(made, "NoteSession", corrected, folder)
    load(made, "NoteSession", [note(20, CUT, seconds=90.0)], folder)
    load(made, "NoteSession", [note(40, PIECE, seconds=90.0)], folder)
    with made.engine.begin() as connection:
        for number, moment in SIGNED.items():
            connection.execute(batches.update().where(batches.c.id == number).values(done_at=moment))
    for position in (2, 4, 5):
        cube_build.as_known(made, position)  # is kept, so that no test waits for it
    made.engine.dispose()


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = Workspace.open(copy_of("known-on", deliver, tmp_path_factory.mktemp("known")) / "workspace")
    yield made
    made.engine.dispose()


def known(hospital: Workspace, day: date) -> AsKnown:
    found = as_known(hospital, day, "department")
    assert found is not None
    return found


def apart(
    hospital: Workspace, day: date, every: Every, departments: Collection[str] = ("north",)
) -> set[tuple[str, date]]:
    """Of notes and letters: the KPI and first day of what is held back."""
    chosen = {name: kpi for name, kpi in active(hospital).items() if name in (NOTES, LETTERS)}
    found = told_apart(hospital, known(hospital, day), chosen, departments, every)
    assert {department for _, department, _ in found} <= set(departments)
    return {(kpi, start) for kpi, _, start in found}


def test_a_day_ends_at_midnight_on_the_clock_of_the_hospital(hospital: Workspace) -> None:
    days = (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3), hospital.today())
    assert [known(hospital, day).position for day in days] == [2, 4, 5, 5]
    assert as_known(hospital, date(2026, 5, 31), "department") is None


def test_the_numbers_are_those_of_that_day(hospital: Workspace) -> None:
    cells = known(hospital, date(2026, 6, 1)).cube.read("cells", kpis=[NOTES], departments=["north"])
    assert cells.groupby("day")["total"].sum().to_list() == [6.0, 6.0, 12.0, 10.0, 1.0]


@pytest.mark.parametrize("by", [by for by in get_args(By) if by != "department"])
def test_sub_groups_are_not_shown_as_they_were_known(hospital: Workspace, by: By) -> None:
    with pytest.raises(InputError, match="by department only"):
        as_known(hospital, date(2026, 6, 1), by)


def test_a_week_is_held_back_in_which_few_were_corrected(hospital: Workspace) -> None:
    """Those in the week of 16 March are enough, though six on two of its days; one in a piece is few."""
    assert apart(hospital, date(2026, 6, 1), "week") == {(NOTES, CUT)}
    assert apart(hospital, date(2026, 6, 2), "week") == {(NOTES, CUT)}
    assert apart(hospital, date(2026, 6, 3), "week") == set()


def test_so_is_the_month_of_the_piece_of_a_week_in_which_they_were(hospital: Workspace) -> None:
    assert apart(hospital, date(2026, 6, 1), "month") == {(NOTES, MARCH), (NOTES, APRIL)}
    assert apart(hospital, date(2026, 6, 2), "month") == {(NOTES, APRIL)}


def test_so_is_every_day_of_which_anything_was_corrected(hospital: Workspace) -> None:
    """Also the one on which they were enough."""
    changed = (MARCH_16, TUESDAY, WEDNESDAY, CUT, PIECE)
    assert apart(hospital, date(2026, 6, 1), "day") == {(NOTES, day) for day in changed}


def test_of_another_department_nothing_was_corrected(hospital: Workspace) -> None:
    assert apart(hospital, date(2026, 6, 1), "day", ("south",)) == set()


def test_of_what_a_source_counted_since_nothing_older_is_shown_and_all_else_is(tmp_path: Path) -> None:
    made = Workspace.open(copy_of("known-on", deliver, tmp_path) / "workspace")
    counted(made, "NoteSession")
    assert apart(made, date(2026, 6, 3), "week") == {(NOTES, MARCH_16), (NOTES, CUT)}
    assert apart(made, date(2026, 6, 3), "month", ("south",)) == {(NOTES, MARCH)}
    made.engine.dispose()


def test_a_day_to_come_is_refused(hospital: Workspace) -> None:
    with pytest.raises(InputError, match="a day to come"):
        as_known(hospital, hospital.today() + timedelta(days=1), "department")
