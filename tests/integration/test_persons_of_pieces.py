"""Distinct persons of the pieces of weeks: counted where the rows are, kept right, and what they let show.

Every day has five patients of its own in Large, and the same five in Same. A piece of two days holds ten
persons in the one and five in the other, while its busiest day holds five in both.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.access import LOCAL_OPERATOR
from kpis.pieces import span_of
from kpis.roll_up import By, Slice
from storage import cube, cube_build
from storage.definitions import active
from storage.workspace import Workspace
from tests.small_hospital import load
from workflows.measure import measure
from workflows.releasable import releasable

KPI = "note_time_enc"
FIRST = date(2026, 2, 2)
DAYS = [day for number in range(84) if (day := FIRST + timedelta(days=number)).weekday() < 5]
MARCH, APRIL = "2026-03", "2026-04"


def note(department: str, day: date, number: int) -> dict[str, Any]:
    begin = datetime.fromisoformat(f"{day}T10:00") + timedelta(minutes=number)
    patient = f"{number}" if department == "same" else f"{day} {number}"
    return {
        "department": department,
        "segment": "first" if number % 2 else "follow_up",
        "exposed": 0,
        "note": f"{department} {day} {number}",
        "patient": f"{department} {patient}",
        "clinician": f"{department} {number % 5}",
        "started_at": begin,
        "active_seconds": 300.0 + number,
        "tool_seconds": 0.0,
        "signed_at": begin + timedelta(hours=1),
    }


def notes(a_day: int = 5) -> list[dict[str, Any]]:
    return [note(name, day, number) for name in ("large", "same") for day in DAYS for number in range(a_day)]


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace.open(tmp_path / "workspace")
    load(made, "NoteSession", notes(), tmp_path)
    yield made
    made.engine.dispose()


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[str, date], tuple[int, int]]:
    """Patients and staff per department and first day of a piece."""
    found: dict[tuple[str, date], tuple[set[str], set[str]]] = {}
    for row in rows:
        span = span_of(row["started_at"].date(), "piece")
        if span is not None:
            patients, staff = found.setdefault((row["department"], span[0]), (set(), set()))
            patients.add(row["patient"])
            staff.add(row["clinician"])
    return {key: (len(patients), len(staff)) for key, (patients, staff) in found.items()}


def stored(hospital: Workspace) -> dict[tuple[str, date], tuple[int, int]]:
    published = cube.current(hospital)
    assert published is not None
    pieces = published.read("persons_piece", kpis=[KPI])
    return {
        (row.department, row.day.date()): (int(row.patients), int(row.staff)) for row in pieces.itertuples()
    }


def shown_months(hospital: Workspace, unit: str, by: By = "department") -> set[str]:
    found = measure(LOCAL_OPERATOR, hospital, [KPI], every="month", by=by)
    return {one.period.label for one in found if one.unit.startswith(unit) and not one.measurement.suppressed}


def test_pieces_hold_distinct_persons_and_stay_right_when_rows_move(
    hospital: Workspace, tmp_path: Path
) -> None:
    cube_build.build(hospital)
    rows = notes()
    assert stored(hospital) == by_hand(rows)
    assert stored(hospital)["large", date(2026, 3, 30)] == (10, 5)
    assert stored(hospital)["same", date(2026, 3, 30)] == (5, 5)
    away = [one for one in rows if one["started_at"].date() == date(2026, 3, 31)][:3]
    began, signed = (datetime.fromisoformat(f"2026-04-01T{hour}") for hour in ("08:00", "09:00"))
    moved = [one | {"started_at": began, "signed_at": signed} for one in away]
    load(hospital, "NoteSession", moved, tmp_path)
    cube_build.build(hospital)
    changed = {one["note"]: one for one in (*rows, *moved)}
    assert stored(hospital) == by_hand(list(changed.values()))
    assert stored(hospital)["large", date(2026, 3, 30)] == (7, 5)


def test_a_month_is_shown_where_its_pieces_hold_enough_together(hospital: Workspace) -> None:
    """No day of Large has ten patients, and every piece of a week has."""
    assert shown_months(hospital, "large") == {"2026-02", MARCH, APRIL}
    assert shown_months(hospital, "same") == set()


def test_the_pieces_of_sub_groups_are_counted_as_well(tmp_path: Path) -> None:
    made = Workspace.open(tmp_path / "workspace")
    load(made, "NoteSession", notes(a_day=12), tmp_path)
    assert shown_months(made, "large/first", "segment") == {"2026-02", MARCH, APRIL}
    assert shown_months(made, "same/first", "segment") == set()
    made.engine.dispose()


def test_a_version_from_before_pieces_shows_no_such_month_and_is_made_anew(
    hospital: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(cube_build, "FORMAT", 3)
        name = cube_build.build(hospital)
    before = cube.current(hospital)
    assert before is not None
    for path in (before.folder / "persons_piece").iterdir():
        path.unlink()
    asked = Slice(every="month")
    kpis = {KPI: active(hospital)[KPI]}
    gate = releasable(hospital, before, kpis, ("large",), asked)
    assert {day for _, _, day in gate.hidden} == {day for _, _, day in gate.behind}
    assert cube_build.build(hospital) != name
    published = cube.current(hospital)
    assert published is not None
    made = json.loads((published.folder / "version.json").read_text("utf-8"))
    assert made["format"] == cube_build.FORMAT > 3
    assert shown_months(hospital, "large") == {"2026-02", MARCH, APRIL}
