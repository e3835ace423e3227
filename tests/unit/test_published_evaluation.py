"""What of an evaluation is published, and what the decision may be made on: nothing else of it."""

from dataclasses import asdict, replace
from math import nan
from pathlib import Path
from typing import Any

import pytest

from experiments.evaluation import GroupSeries, KpiResult
from governance.disclosure_control import Policy
from kpis.kpi import MinimumCell
from storage.workspace import Workspace
from tests.evaluations import EMPTY, KPIS, evaluation
from workflows.disclosing import known, policy_of, published

WEEKS = ("2026-W01", "2026-W02", "2026-W03", "2026-W04", "2026-W05", "2026-W06")
SERIES = GroupSeries(
    periods=WEEKS,
    treated=(10.0, 11.0, 12.0, 13.0, 14.0, 15.0),
    comparison=(20.0, 21.0, 22.0, 23.0, 24.0, 25.0),
    n_treated=(200, 201, 202, 203, 204, 205),
    n_comparison=(300, 301, 302, 303, 304, 305),
    patients_treated=(101, 9, 103, None, 104, 10),
    patients_comparison=(151, 152, 153, 154, 156, 157),
    staff_treated=(21, 22, 23, 24, 25, 5),
    staff_comparison=(31, 32, 33, 34, 4, None),
    alike_treated=(False, False, True, False, False, False),
    alike_comparison=(False, False, False, True, False, False),
)


def value_of(**changes: Any) -> KpiResult:
    made = replace(evaluation().primary, **changes)
    found = published(replace(evaluation(), results=(made,)), Policy(), KPIS).primary.result.value
    assert found is not None
    return found


def test_the_thresholds_are_those_that_the_hospital_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, least in (("PATIENTS", "21"), ("STAFF", "12"), ("ANSWERS", "13")):
        monkeypatch.setenv(f"MEETLAT_MINIMUM_{kind}", least)
    workspace = Workspace.open(tmp_path)
    assert policy_of(workspace) == Policy(minimum_patients=21, minimum_staff=12, minimum_answers=13)
    workspace.engine.dispose()


@pytest.mark.parametrize(("patients", "mark"), [(24, "< 25"), (25, "")])
def test_a_kpi_may_ask_for_more_patients(patients: int, mark: str) -> None:
    strict = {**KPIS, "note_time_enc": replace(KPIS["note_time_enc"], minimum_cell=MinimumCell(patients=25))}
    made = replace(evaluation().primary, patients=patients)
    found = published(replace(evaluation(), results=(made,)), Policy(), strict)
    assert found.primary.result.mark == mark


def test_of_a_kpi_that_is_gone_the_hospital_s_thresholds_hold() -> None:
    results = [replace(evaluation().primary, staff=staff) for staff in (4, 5)]
    found = published(replace(evaluation(), results=tuple(results)), Policy(), {})
    assert [one.result.suppressed for one in found.results] == [True, False]


def test_what_was_asked_stays_readable() -> None:
    made = evaluation(patients=3)
    found = published(made, Policy(), KPIS)
    assert (found.pilot, found.as_of, found.plan_sha256, found.cube_version) == (
        (made.pilot, made.as_of, made.plan_sha256, made.cube_version)
    )
    shown = [(one.kpi, one.role, one.scale, one.threshold) for one in found.results]
    assert shown == [(one.kpi, one.role, one.scale, one.threshold) for one in made.results]
    assert [one.result.suppressed for one in found.results] == [True, False, False]


@pytest.mark.parametrize(
    ("persons", "said"), [((487, 41), (485, 40)), ((None, 43), (None, 45)), ((488, None), (490, None))]
)
def test_persons_are_told_in_fives(
    persons: tuple[int | None, int | None], said: tuple[int | None, int | None]
) -> None:
    found = value_of(patients=persons[0], staff=persons[1])
    assert (found.patients, found.staff) == said


def test_a_week_of_few_or_of_one_answer_is_taken_out_of_its_side() -> None:
    """Two weeks of the pilot departments, and two others of those beside them."""
    expected = GroupSeries(
        periods=WEEKS,
        treated=(10.0, nan, nan, 13.0, 14.0, 15.0),
        comparison=(20.0, 21.0, 22.0, nan, nan, 25.0),
        n_treated=(200, 0, 0, 203, 204, 205),
        n_comparison=(300, 301, 302, 0, 0, 305),
        patients_treated=(100, None, None, None, 105, 10),
        patients_comparison=(150, 150, 155, None, None, 155),
        staff_treated=(20, None, None, 25, 25, 5),
        staff_comparison=(30, 30, 35, None, None, None),
        suppressed=("2026-W02", "2026-W03", "2026-W04", "2026-W05"),
    )
    assert repr(value_of(series=SERIES).series) == repr(expected)


def test_a_week_of_which_the_persons_are_not_known_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="shorter"):
        value_of(series=replace(SERIES, staff_treated=SERIES.staff_treated[:-1]))


def test_the_decision_is_made_on_what_was_released() -> None:
    made = evaluation()
    found = known(published(made, Policy(), KPIS))
    assert found == replace(made, results=tuple(replace(one, series=EMPTY) for one in made.results))


def test_it_is_made_without_any_number_of_what_was_not() -> None:
    made = evaluation(patients=3, series=SERIES, excluded={"unsigned": 312}, use_value=0.4)
    kept, *others = known(published(made, Policy(), KPIS)).results
    nothing: dict[str, Any] = {
        "result": None,
        "n": 0,
        "kpi_version": 0,
        "excluded": {},
        "series": asdict(EMPTY),
    }
    of_nobody = {"patients": None, "staff": None, "completeness": nan, "use_value": None}
    asked = {"kpi": "note_time_enc", "role": "primary", "scale": "relative", "threshold": 0.05}
    empty = {"encounter_average": None, "robustness": None, "smallest": None}
    expected = asked | nothing | of_nobody | empty
    assert {name: repr(value) for name, value in asdict(kept).items()} == {
        name: repr(value) for name, value in expected.items()
    }
    assert tuple(others) == made.results[1:]
