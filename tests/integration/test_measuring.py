"""From files to measurements people may see: cube, persons, gate, panel, department."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import InputError, NotPermitted, UnknownName
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Grant, fixed
from governance.disclosure_control import Persons
from kpis.catalogue import FOLDER, load
from storage import cube_build, persons
from storage.workspace import Workspace
from tests.evaluated_hospital import SIGNED
from tests.small_hospital import FIRST, PEOPLE, WEEKS, minutes, notes, small_hospital
from tests.small_hospital import load as take_in
from workflows.cli import main
from workflows.department import department_view, departments
from workflows.measure import Measured, measure
from workflows.plan import add_text

MANAGER_OF_SOUTH = fixed("s", Grant(role="manager", objects=frozenset({"south"})))
NOTE = load()["note_time_enc"]
BESIDE = {"measured", "notes", "incomplete_because", "standard_error", "geometric_mean", "companions"}
NUMBERS = ("n", "value", "numerator", "denominator", "excluded")
ROW_KEYS = {"kpi", "kpi_version", "unit", "period", "status", *NUMBERS}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = small_hospital(tmp_path_factory.mktemp("hospital"))
    yield workspace
    workspace.engine.dispose()


def of(found: tuple[Measured, ...], unit: str) -> list[Measured]:
    return [one for one in found if one.unit == unit]


def test_every_week_has_its_mean_and_its_persons(hospital: Workspace) -> None:
    north = of(measure(LOCAL_OPERATOR, hospital), "north")
    assert [one.period.start for one in north] == [FIRST + timedelta(weeks=week) for week in range(WEEKS)]
    for week, one in enumerate(north):
        found = one.measurement.value
        assert found is not None
        assert found.value == pytest.approx(minutes("north", week), rel=1e-14)
        assert found.geometric_mean == pytest.approx(minutes("north", week), rel=1e-12)
        assert (found.n, found.excluded, found.excluded_hidden) == (24, {}, ("unsigned",))
        assert counts(one.measurement.persons) == Persons(patients=12, staff=6)
    assert [one.complete for one in north] == [True] * (WEEKS - 1) + [False]


def test_months_are_sums_of_their_days(hospital: Workspace) -> None:
    north = of(measure(LOCAL_OPERATOR, hospital, every="month"), "north")
    days = of(measure(LOCAL_OPERATOR, hospital, every="day"), "north")
    for month in north:
        inside = [one for one in days if month.period.start <= one.period.start <= month.period.end]
        # 12 notes a day: every day of North stands on 12 patients and 6 clinicians
        values = [one.measurement.value for one in inside]
        assert all(value is not None for value in values)
        assert month.measurement.value is not None
        assert month.measurement.value.n == sum(value.n for value in values if value)
        total = sum(value.numerator for value in values if value)
        assert month.measurement.value.numerator == pytest.approx(total, rel=1e-14)


def test_small_groups_are_suppressed_and_a_week_without_rows_is_no_small_group(hospital: Workspace) -> None:
    found = measure(LOCAL_OPERATOR, hospital)
    south, west = of(found, "south"), of(found, "west")
    assert {one.measurement.mark for one in west} == {"< 5"}
    assert [one.measurement.mark for one in south] == ["< 10"] * 6 + [""] + ["< 10"] * 5
    assert all(one.measurement.value is None for one in west)
    empty = south[6].measurement.value
    assert empty is not None
    assert (empty.n, empty.value) == (0, None)


def test_a_sub_group_is_as_weak_as_its_weakest_sibling(hospital: Workspace) -> None:
    found = measure(LOCAL_OPERATOR, hospital, unit="north", by="segment")
    assert {one.unit for one in found} == {"north/first", "north/follow_up"}
    # "first" holds 4 patients: showing the rest would give them away by subtraction
    assert {one.measurement.mark for one in found} == {"< 10"}
    whole = measure(LOCAL_OPERATOR, hospital, unit="north", by="exposed")
    assert any(not one.measurement.suppressed for one in whole)


def test_asked_days_are_widened_to_their_periods(hospital: Workspace) -> None:
    inside = FIRST + timedelta(days=15)
    (only,) = measure(LOCAL_OPERATOR, hospital, unit="north", first=inside, last=inside)
    assert only.period.start == FIRST + timedelta(weeks=2)
    assert only.measurement.value is not None
    assert only.measurement.value.n == 24


def test_scope_and_names(hospital: Workspace) -> None:
    assert {one.unit for one in measure(MANAGER_OF_SOUTH, hospital)} == {"south"}
    with pytest.raises(UnknownName) as caught:
        measure(MANAGER_OF_SOUTH, hospital, unit="north")
    assert "Known: south." in str(caught.value)
    with pytest.raises(UnknownName, match="note_time_enc"):
        measure(LOCAL_OPERATOR, hospital, kpis=["note_time"])
    with pytest.raises(InputError, match="two definitions of work_outside_hours; no panel mixes them"):
        measure(LOCAL_OPERATOR, hospital, kpis=["wow8", "pajama_time"])
    with pytest.raises(NotPermitted):
        measure(ANONYMOUS, hospital)
    with pytest.raises(InputError, match="comes after the last"):
        measure(LOCAL_OPERATOR, hospital, first=FIRST, last=FIRST - timedelta(days=1))


def test_building_twice_does_nothing_and_new_definitions_build_anew(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    name = cube_build.build(workspace)
    files = {path: path.stat().st_mtime_ns for path in (workspace.root / "cube").rglob("*.parquet")}
    assert cube_build.build(workspace) == name
    assert files == {path: path.stat().st_mtime_ns for path in (workspace.root / "cube").rglob("*.parquet")}
    counted = {f"persons_{every}" for every in ("day", "week", "month", "piece")}
    assert {path.parent.name for path in files} == {"cells", "coverage", "histogram", "left_out", *counted}
    own = (
        (FOLDER / "note_time_enc.toml")
        .read_text("utf-8")
        .replace("plausible = [0.05, 180]", "plausible = [12, 180]")
        .replace("version = 1", "version = 2")
    )
    (workspace.root / "kpis" / "note_time_enc.toml").write_text(own, "utf-8")
    first = of(measure(LOCAL_OPERATOR, workspace), "north")[0].measurement.value
    assert cube_build.build(workspace) != name
    assert first is not None
    assert (first.value, first.excluded, first.excluded_hidden) == (None, {"implausible": 24}, ("unsigned",))
    workspace.engine.dispose()


def test_a_correction_reaches_the_cube(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    before = of(measure(LOCAL_OPERATOR, workspace), "north")[0].measurement.value
    corrected = [row | {"active_seconds": 630.0} for row in notes()[:6]]
    take_in(workspace, "NoteSession", corrected, tmp_path)
    after = of(measure(LOCAL_OPERATOR, workspace), "north")[0].measurement.value
    assert before is not None
    assert after is not None
    assert (before.n, before.value) == (after.n, 10.0) == (24, 10.0)
    assert after.value == pytest.approx((18 * 10 + 6 * 11) / 24, rel=1e-14)
    workspace.engine.dispose()


def test_old_versions_are_forgotten_but_not_at_once(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    names = [cube_build.build(workspace)]
    for number in range(4):
        text = (FOLDER / "pem.toml").read_text("utf-8").replace("version = 1", f"version = {number + 2}")
        (workspace.root / "kpis" / "pem.toml").write_text(text, "utf-8")
        names.append(cube_build.build(workspace))
    kept = {path.name for path in (workspace.root / "cube").iterdir()}
    assert kept == set(names[-3:])
    workspace.engine.dispose()


def counts(persons_: Persons) -> Persons:
    """Without what they bring in."""
    return replace(persons_, amount=0.0, largest_two=0.0)


def expected_persons(rows: list[dict[str, Any]], departments: set[str], first: date, last: date) -> Persons:
    inside = [
        row
        for row in rows
        if row["signed_at"] and row["department"] in departments and first <= row["started_at"].date() <= last
    ]
    return Persons(
        patients=len({row["patient"] for row in inside}), staff=len({row["clinician"] for row in inside})
    )


@pytest.mark.parametrize("chosen", [{"north"}, {"north", "south"}, set(PEOPLE)])
def test_persons_of_a_window_are_distinct_over_departments_and_weeks(
    hospital: Workspace, chosen: set[str]
) -> None:
    first, last = FIRST + timedelta(days=7), FIRST + timedelta(days=29)
    found = persons.distinct(hospital, NOTE, chosen, first, last)
    assert counts(found) == expected_persons(notes(), chosen, first, last)
    by_week = persons.distinct_by_week(hospital, NOTE, chosen, first, last)
    assert counts(by_week["2026-W03"]) == expected_persons(notes(), chosen, first, first + timedelta(days=6))
    assert len(by_week) == 4


def test_rows_without_a_pseudonym_are_one_unknown_person(tmp_path: Path) -> None:
    workspace = small_hospital(tmp_path)
    nameless = [row | {"note": f"x{row['note']}", "patient": None} for row in notes()[:5]]
    take_in(workspace, "NoteSession", nameless, tmp_path)
    found = persons.distinct(workspace, NOTE, ["north"], FIRST, FIRST + timedelta(days=6))
    assert counts(found) == Persons(patients=13, staff=6)
    workspace.engine.dispose()


def test_where_nobody_is_named_rows_stand_in(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    answers = [
        {"department": "north", "segment": "", "exposed": 0, "response": f"r{number}", "instrument": "PEM"}
        | {"answered_on": FIRST, "score": 8.0}
        for number in range(4)
    ]
    take_in(workspace, "SurveyResponse", answers, tmp_path)
    assert persons.distinct(workspace, load()["pem"], None, FIRST, FIRST) == Persons(patients=4, staff=None)
    (only,) = measure(LOCAL_OPERATOR, workspace, kpis=["pem"], every="day")
    assert only.measurement.suppressed
    workspace.engine.dispose()


def test_returns_of_a_body_stand_on_the_people_they_count(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    returns = [
        {"department": name, "segment": "", "exposed": 0, "measure": "ae_within_4h"}
        | {"period_start": date(2018, 1, 1), "total": float(total), "failures": 2.0}
        for name, total in (("A", 9), ("B", 400))
    ]
    take_in(workspace, "AggregatedCount", returns, tmp_path)
    small, large = measure(LOCAL_OPERATOR, workspace, every="month")
    assert (small.measurement.mark, small.complete) == ("< 10", True)
    assert large.measurement.value is not None
    assert large.measurement.value.value == pytest.approx(398 / 400, rel=1e-15)
    workspace.engine.dispose()


def test_the_department_screen(hospital: Workspace) -> None:
    assert departments(LOCAL_OPERATOR, hospital) == ("north", "south", "west")
    view = department_view(LOCAL_OPERATOR, hospital, "north")
    (card,) = view.cards
    assert (card.kpi.id, card.every, len(card.series), len(card.periods)) == (NOTE.id, "week", WEEKS, WEEKS)
    assert card.latest is not None
    assert card.latest.value is not None
    assert card.latest.value.period.label == "2026-W12"
    before = [minutes("north", week) for week in range(2, 10)]
    assert card.change == pytest.approx(minutes("north", 10) - sum(before) / 8, rel=1e-12)
    assert (view.data_until, view.is_demo, view.pilots, view.events) == (date(2026, 3, 24), False, (), ())


def test_a_suppressed_department_shows_no_number(hospital: Workspace) -> None:
    (card,) = department_view(LOCAL_OPERATOR, hospital, "west").cards
    assert card.change is None
    assert card.latest is not None
    assert (card.latest.value, card.latest.mark) == (None, "< 5")


def test_the_department_screen_keeps_to_the_scope(hospital: Workspace) -> None:
    assert departments(MANAGER_OF_SOUTH, hospital) == ("south",)
    for name in ("north", "nowhere"):
        with pytest.raises(UnknownName, match=rf"no department '{name}'\. Known: south\."):
            department_view(MANAGER_OF_SOUTH, hospital, name)
    with pytest.raises(NotPermitted):
        departments(ANONYMOUS, hospital)
    with pytest.raises(UnknownName):
        department_view(LOCAL_OPERATOR, hospital, "nowhere")


def test_days_without_anything_are_told_and_are_no_mistake(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["measure", "--workspace", str(hospital.root), "--from", "2001-01-01", "--to", "2001-02-01"]
    assert main(asked) == 0
    assert "nothing of this on these days" in capsys.readouterr().err
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []


def test_command_prints_rows_without_a_trace_of_what_is_suppressed(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measure", "--workspace", str(hospital.root), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["status"] for row in rows} == {"value", "incomplete", "suppressed", "no_data"}
    for row in rows:
        if row["status"] == "suppressed":
            assert row.keys() == ROW_KEYS | {"show"}
            assert all(row[name] is None for name in NUMBERS)
        else:
            assert row.keys() - BESIDE == ROW_KEYS
    assert main(["measure", "--workspace", str(hospital.root), "--unit", "nort"]) == 2
    assert "Known: north" in capsys.readouterr().err


PLAN = """
id = "pilot"
use_case = "notes"
vendor = "A"
comparison = ["south", "west"]
secondary = []
window = [2026-01-05, 2026-03-29]
run_in_weeks = 0
[name]
nl = "Proef"
en = "Pilot"
[starts]
north = 2026-03-02
[primary]
kpi = "note_time_enc"
smallest_change = 0.05
scale = "relative"
"""


def test_the_panel_holds_what_may_be_shown_and_when_the_tool_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small_hospital(tmp_path)
    cube_build.build(workspace)
    add_text(LOCAL_OPERATOR, workspace, f"{PLAN}[governance]\n{SIGNED}", "pilot.toml")
    asked = ["measure", "--workspace", str(workspace.root), "--kpi", "note_time_enc", "--out"]
    for name in ("panel.csv", "panel.parquet"):
        assert main([*asked, str(tmp_path / name)]) == 0
    with (tmp_path / "panel.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * WEEKS
    shown = [row for row in rows if row["outcome"]]
    assert {row["unit"] for row in shown} == {"north"}
    assert len(shown) == WEEKS - 1  # the last week is not over
    assert {row["first_treated"] for row in rows if row["unit"] == "north"} == {"2026-W10"}
    assert {row["first_treated"] for row in rows if row["unit"] == "south"} == {""}
    table = pq.read_table(tmp_path / "panel.parquet").to_pylist()
    assert [row["outcome"] for row in table if row["outcome"]] == [float(row["outcome"]) for row in shown]
    assert main([*asked, str(tmp_path / "panel.xlsx")]) == 2
    assert main(["measure", "--workspace", str(workspace.root), "--out", str(tmp_path / "p.csv")]) == 2
    assert "--kpi" in capsys.readouterr().err
    workspace.engine.dispose()


def test_kpis_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kpis", "list", "--workspace", str(tmp_path), "--json"]) == 0
    assert {kpi["id"] for kpi in json.loads(capsys.readouterr().out)["kpis"]} == set(load())
