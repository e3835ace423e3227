"""A KPI that asks for more persons than the hospital does gets them, in every number of an evaluation."""

from dataclasses import replace

import pytest

from experiments.evaluation import GroupSeries
from governance.disclosure_control import Policy
from kpis.kpi import MinimumCell
from tests.evaluations import KPIS, evaluation
from workflows.disclosing import published

STRICT = {**KPIS, "note_time_enc": replace(KPIS["note_time_enc"], minimum_cell=MinimumCell(staff=10))}


@pytest.mark.parametrize(("staff", "suppressed"), [(4, True), (9, True), (10, False)])
def test_an_estimate_needs_the_persons_of_its_kpi(staff: int, suppressed: bool) -> None:
    made = replace(evaluation().primary, staff=staff)
    found = published(replace(evaluation(), results=(made,)), Policy(), STRICT).primary.result
    assert found.suppressed is suppressed
    assert found.mark == ("< 10" if suppressed else "")


def test_so_does_every_week_of_its_series() -> None:
    weeks = GroupSeries(
        periods=("2026-W01", "2026-W02"),
        treated=(10.0, 11.0),
        comparison=(9.0, 9.5),
        n_treated=(200, 210),
        n_comparison=(300, 310),
        patients_treated=(100, 100),
        patients_comparison=(100, 100),
        staff_treated=(9, 12),
        staff_comparison=(20, 20),
    )
    made = replace(evaluation().primary, series=weeks)
    whole = replace(evaluation(), results=(made,))
    strict, usual = (published(whole, Policy(), kpis).primary.result.value for kpis in (STRICT, KPIS))
    assert strict is not None
    assert usual is not None
    assert (strict.series.suppressed, usual.series.suppressed) == (("2026-W01",), ())
    assert strict.series.n_treated == (0, 210)


def test_the_hospital_s_own_threshold_holds_where_it_is_higher() -> None:
    made = replace(evaluation().primary, staff=11)
    found = published(replace(evaluation(), results=(made,)), Policy(minimum_staff=12), STRICT).primary.result
    assert found.mark == "< 12"
