"""Whose rows differ between a state of the facts and each later one, told by hand from a few deliveries.

The week of Monday 30 March lies in two months; each delivery of `DELIVERIES` is a batch of its own.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.disclosure_control import Persons
from kpis.pieces import Length
from storage.definitions import active
from storage.late_changes import changed_since, counted_again
from storage.persons_at_least import UNKNOWN
from storage.workspace import Workspace
from tests.built_once import copy_of
from tests.deliveries import CUT, MARCH_16, PIECE, counted, letter, note, visit
from tests.small_hospital import load

NOTES, LETTERS = "note_time_enc", "opd_letter_5wd"
NORTH, SOUTH, BOTH = ("north",), ("south",), ("north", "south")


DELIVERIES: dict[int, tuple[str, list[Any]]] = {
    1: ("NoteSession", [note(number) for number in range(12)]),
    2: ("NoteSession", [note(20, date(2026, 3, 31))]),
    3: ("NoteSession", [note(22, CUT)]),
    4: ("NoteSession", [note(23, date(2026, 4, 5)), note(24, date(2026, 4, 6))]),
    5: ("NoteSession", [note(0, seconds=90.0), note(1, seconds=90.0), note(2)]),
    6: ("NoteSession", [note(3, date(2026, 5, 4))]),
    7: ("NoteSession", [note(25, date(2026, 5, 11))]),
    8: ("NoteSession", [note(4, department="south")]),
    9: ("Encounter", [visit(1, MARCH_16), visit(2, MARCH_16, "south")]),
    10: ("Encounter", [visit(3, CUT), visit(4, CUT), visit(5, CUT, "south")]),
    11: ("Letter", [letter(1)]),
    12: ("Letter", [letter(2)]),
}


def delivered(folder: Path) -> None:
    made = Workspace.open(folder / "workspace")
    for table, rows in DELIVERIES.values():
        load(made, table, rows, folder)
    made.engine.dispose()


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = copy_of("late-changes", delivered, tmp_path_factory.mktemp("late"))
    made = Workspace.open(folder / "workspace")
    yield made
    made.engine.dispose()


def changed(
    hospital: Workspace,
    position: int,
    departments: Collection[str] = NORTH,
    every: Length = "piece",
    kpis: Collection[str] = (NOTES,),
) -> Counter[tuple[str, str, date, int | None]]:
    """How often each is told, with how many patients; once for each later state."""
    chosen = [kpi for name, kpi in active(hospital).items() if name in kpis]
    found = changed_since(hospital, chosen, departments, position, every)
    return Counter((kpi, department, day, persons.patients) for kpi, department, day, persons in found)


def test_each_later_state_tells_whose_rows_it_holds_otherwise(hospital: Workspace) -> None:
    """Two are corrected, one says the same again, one leaves the month, one goes to another department."""
    came = {(NOTES, "north", CUT, 1): 1, (NOTES, "north", CUT, 2): 4}
    corrected = {(NOTES, "north", MARCH_16, patients): 1 for patients in (2, 3, 4)}
    assert changed(hospital, 1) == came | corrected
    assert changed(hospital, 1, BOTH) == came | corrected | {(NOTES, "south", MARCH_16, 1): 1}


def test_what_was_not_known_of_a_week_that_had_begun_is_looked_at_up_to_its_end(hospital: Workspace) -> None:
    """After the second delivery nothing was known beyond 31 March, in a week that ends on 5 April."""
    corrected = {(NOTES, "north", MARCH_16, patients): 1 for patients in (2, 3, 4)}
    by_piece = {(NOTES, "north", CUT, 1): 5, (NOTES, "north", PIECE, 1): 4}
    assert changed(hospital, 2) == by_piece | corrected
    by_day = {(NOTES, "north", CUT, 1): 5, (NOTES, "north", date(2026, 4, 5), 1): 4}
    assert changed(hospital, 2, every="day") == by_day | corrected


def test_the_newest_state_differs_from_no_later_one(hospital: Workspace) -> None:
    assert changed(hospital, max(DELIVERIES), BOTH) == {}


def test_a_table_of_which_nothing_was_known_hides_no_change_of_another(hospital: Workspace) -> None:
    """Of visits, over which notes are expected, there were none yet."""
    assert changed(hospital, 7) == {(NOTES, "north", MARCH_16, 1): 1}


def test_rows_beside_the_population_are_nobody_knows_whose(hospital: Workspace) -> None:
    asked = [kpi for name, kpi in active(hospital).items() if name in (NOTES, LETTERS)]
    found = [*changed_since(hospital, asked, BOTH, 9, "piece")]
    assert sorted(found, key=str) == [(NOTES, name, CUT, UNKNOWN) for name in BOTH]
    assert [*changed_since(hospital, asked, SOUTH, 9, "piece")] == [(NOTES, "south", CUT, UNKNOWN)]
    both = changed(hospital, 9, kpis=(NOTES, "visit_length_min"))
    assert both == {(NOTES, "north", CUT, 1): 1, ("visit_length_min", "north", CUT, 2): 1}


def test_letters_due_within_working_days_are_compared_as_well(hospital: Workspace) -> None:
    assert changed(hospital, 11, kpis=(LETTERS,)) == {(LETTERS, "north", MARCH_16, 1): 1}


def test_the_persons_are_counted_of_both_kinds(hospital: Workspace) -> None:
    asked = [kpi for name, kpi in active(hospital).items() if name == NOTES]
    ((_, _, _, persons),) = changed_since(hospital, asked, SOUTH, 7, "piece")
    assert persons == Persons(patients=1, staff=1, amount=60.0, largest_two=60.0)


def test_a_source_that_counts_anew_says_of_nobody_who_changed(tmp_path: Path) -> None:
    made = Workspace.open(tmp_path)
    first = counted(made, "Encounter")
    assert counted_again(made, first) == frozenset()
    second = counted(made, "Stay")
    assert counted_again(made, first) == {"Stay"}  # held by no source before
    assert counted_again(made, second) == frozenset()
    third = counted(made, "Encounter")
    assert counted_again(made, second) == {"Encounter"}
    counted(made, "Stay", "facts")
    assert counted_again(made, third) == {"Stay"}  # it counts no more: its rows are here
    made.engine.dispose()
