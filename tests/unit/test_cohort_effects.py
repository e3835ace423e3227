"""Designs with an effect for every cohort in every period: what they refuse, say, average and leave out."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.adoption import Adoption, adopt
from experiments.cohort_averages import averages
from experiments.cohort_errors import jackknife, strata_of
from experiments.details import StaggeredDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.imputing import by_imputation
from experiments.inference.connected import connected
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.saturating import saturated_fit
from tests.cohort_panels import cohorts
from tests.simulated_panels import simulated, weeks

DESIGNS = ("sun-abraham", "imputation", "two-stage", "etwfe")
FILLED_IN = ("imputation", "two-stage")


def small(**changes) -> Panel:
    """Twelve departments, two starts of three, twenty weeks."""
    panel = simulated(12, 20, (8, 8, 8, 12, 12, 12))
    return replace(panel, **changes)


def estimated(panel: Panel, **options) -> Estimate:
    """Of few departments by leaving one out, unless another inference is asked for."""
    if len(panel.units) < 30:
        options = {"inference": "jackknife-t", **options}
    found = estimate(panel, Options(**options))
    assert isinstance(found, Estimate), [reason.code for reason in found.reasons]
    return found


def refused(panel: Panel, **options) -> list[str]:
    found = estimate(panel, Options(**options))
    assert isinstance(found, NotEstimable)
    return [reason.code for reason in found.reasons]


def said(found: Estimate) -> str:
    return " ".join(text.render("en") for text in found.warnings)


@pytest.mark.parametrize("design", DESIGNS)
def test_few_departments_are_judged_by_start_orders(design):
    found = estimated(small(), design=design, inference="auto")
    assert found.inference == "randomisation-t"
    assert [line.inference for line in found.also] == ["jackknife-t"]
    assert found.also[0].warning is None
    assert found.agreement is not None
    assert found.effect == pytest.approx(0.5, abs=0.5)


@pytest.mark.parametrize("design", DESIGNS)
def test_where_start_orders_cannot_judge_four_pilots_are_left_out_one_at_a_time(design):
    panel = small().between(4, 20)
    found = estimated(panel, design=design, inference="auto")
    assert found.inference == "jackknife-t"
    assert not found.also
    three = panel.only(np.isin(np.arange(12), (0, 1, 3, 6, 7, 8, 9, 10, 11)))
    assert refused(three, design=design) == ["too_few_to_leave_out", "too_few_periods"]


@pytest.mark.parametrize("design", DESIGNS)
def test_many_departments_are_judged_by_large_samples(design):
    found = estimated(replace(cohorts(1), covariates={}), design=design)
    assert found.inference in ("cr1", "analytic")
    assert found.also[0].inference == "jackknife-t"
    assert found.also[0].warning is None
    assert found.degrees_of_freedom == 59


def test_few_treated_departments_among_many_are_judged_by_start_orders():
    panel = replace(cohorts(1, units=40, treated=6, periods=24, starts=(8, 12, 16)), covariates={})
    assert estimated(panel, design="imputation").inference == "randomisation-t"


def test_few_departments_at_one_start_are_not_judged_by_large_samples():
    """Sixty departments, but five at each start: the effects follow a fifth of their noise."""
    panel = replace(cohorts(1, treated=15), covariates={})
    assert estimated(panel, design="etwfe").inference == "jackknife-t"
    asked = estimated(panel, design="etwfe", inference="cr1")
    assert "needs 8 departments at every start date; with 5" in said(asked)
    assert estimated(replace(cohorts(1, treated=24), covariates={}), design="etwfe").inference == "cr1"


@pytest.mark.parametrize("design", DESIGNS)
def test_a_large_sample_error_for_few_comes_with_its_warning(design):
    name = "analytic" if design in FILLED_IN else "cr1"
    assert "tends to be too small" in said(estimated(small(), design=design, inference=name))


@pytest.mark.parametrize("design", DESIGNS)
def test_a_cohort_of_one_is_said_and_has_no_error_of_its_own(design):
    panel = replace(cohorts(1), covariates={})
    first = panel.first_treated.copy()
    first[first == 10] = NEVER
    first[0] = 10
    found = estimated(replace(panel, first_treated=first), design=design)
    assert found.inference == "jackknife-t"
    assert f"One department alone starts in {panel.periods[10]}" in said(found)
    assert isinstance(found.details, StaggeredDetails)
    group = next(one for one in found.details.aggregates if one.name == "group")
    alone = next(part for part in group.parts if part.label == panel.periods[10])
    assert alone.standard_error is None
    assert np.isfinite(alone.effect)


@pytest.mark.parametrize("design", DESIGNS)
def test_departments_that_always_had_the_tool_are_left_out(design):
    panel = small()
    first = panel.first_treated.copy()
    first[11] = 0
    found = estimated(replace(panel, first_treated=first), design=design)
    without = estimated(panel.only(np.arange(12) < 11), design=design)
    assert "from the first period on: d11" in said(found)
    assert found.effect == pytest.approx(without.effect, rel=1e-12)
    assert found.coverage.n_units == 11


@pytest.mark.parametrize("design", DESIGNS)
def test_all_at_once_is_not_identified(design):
    assert refused(small(first_treated=np.full(12, 8.0)), design=design) == ["never_treated_missing"]


@pytest.mark.parametrize("design", DESIGNS)
def test_one_period_is_refused(design):
    panel = small().between(8, 9)
    assert refused(panel, design=design) == ["one_period"]


@pytest.mark.parametrize("design", DESIGNS)
def test_too_few_departments_are_refused(design):
    panel = small()
    assert "too_few_departments" in refused(panel.only(np.isin(np.arange(12), (0, 3, 9, 10))), design=design)
    assert "too_few_treated" in refused(panel.only(np.isin(np.arange(12), (0, 8, 9, 10, 11))), design=design)
    assert refused(panel.only(np.arange(12) < 8), design=design) == ["too_few_controls"]


@pytest.mark.parametrize("design", DESIGNS)
def test_an_unknown_inference_is_refused(design):
    assert refused(small(), design=design, inference="cr2") == ["inference_not_available"]


@pytest.mark.parametrize("design", ["sun-abraham", "imputation", "two-stage"])
def test_a_comparison_that_the_design_does_not_make_is_refused(design):
    other = "not-yet-treated" if design == "sun-abraham" else "never-treated"
    assert refused(small(), design=design, comparison=other) == ["setting_not_available"]


def test_etwfe_against_never_treated_alone_is_sun_and_abraham():
    found = estimated(small(), design="etwfe", comparison="never-treated")
    other = estimated(small(), design="sun-abraham")
    assert found.effect == pytest.approx(other.effect, rel=1e-12)
    assert found.effect != pytest.approx(estimated(small(), design="etwfe").effect, rel=1e-6)


@pytest.mark.parametrize("design", DESIGNS)
def test_missing_cells_are_left_out_alone(design):
    panel = small()
    outcome = panel.outcome.copy()
    outcome[0, 15] = outcome[11, 3] = np.nan
    found = estimated(replace(panel, outcome=outcome), design=design)
    assert "2 department-periods hold no value" in said(found)
    assert found.coverage.n_observations == 12 * 20 - 2
    assert not found.coverage.periods_left_out


@pytest.mark.parametrize("design", DESIGNS)
def test_a_period_without_untreated_cells_is_left_out(design):
    panel = small()
    outcome = panel.outcome.copy()
    outcome[6:, 15] = np.nan
    found = estimated(replace(panel, outcome=outcome), design=design)
    assert found.coverage.periods_left_out == (panel.periods[15],)
    assert f"no department was without the tool: {panel.periods[15]}" in said(found)
    gone = outcome.copy()
    gone[:, 15] = np.nan
    other = estimated(replace(panel, outcome=gone), design=design)
    assert found.effect == pytest.approx(other.effect, rel=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_department_without_a_value_before_its_start_is_left_out(design):
    panel = small()
    outcome = panel.outcome.copy()
    outcome[0, :8] = np.nan
    found = estimated(replace(panel, outcome=outcome), design=design)
    assert "no value from before the start: d0" in said(found)
    other = estimated(panel.only(np.arange(12) > 0), design=design)
    assert found.effect == pytest.approx(other.effect, rel=1e-12)


def test_sun_and_abraham_need_a_value_in_the_period_before_the_start():
    panel = small()
    outcome = panel.outcome.copy()
    outcome[:3, 7] = np.nan
    assert refused(replace(panel, outcome=outcome), design="sun-abraham") == ["effects_not_identified"]
    assert isinstance(estimate(replace(panel, outcome=outcome), Options(design="etwfe")), Estimate)


@pytest.mark.parametrize("design", DESIGNS)
def test_pieces_that_share_no_weeks_are_refused(design):
    panel = small()
    outcome = panel.outcome.copy()
    outcome[6:, :12] = np.nan
    assert refused(replace(panel, outcome=outcome), design=design) == ["effects_not_identified"]


@pytest.mark.parametrize("design", FILLED_IN)
def test_a_covariate_that_is_a_department_is_refused(design):
    same = np.repeat(np.arange(12.0)[:, None], 20, axis=1)
    assert refused(small(covariates={"beds": same}), design=design) == ["collinear_covariates"]


@pytest.mark.parametrize("design", FILLED_IN)
def test_cells_without_a_covariate_are_left_out(design):
    covariate = np.random.default_rng(31).normal(size=(12, 20))
    covariate[2, 3] = np.nan
    found = estimated(small(covariates={"x": covariate}), design=design)
    assert found.coverage.n_observations == 239


@pytest.mark.parametrize("design", ["sun-abraham", "etwfe"])
def test_covariates_are_refused_where_nothing_is_done_with_them(design):
    assert refused(small(covariates={"x": np.ones((12, 20))}), design=design) == ["setting_not_available"]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_estimate_must_not_hang_on_one_department(design):
    """The last weeks of the others are missing: only one department shows how they moved."""
    panel = small()
    outcome = panel.outcome.copy()
    outcome[7:, 18:] = np.nan
    lost = replace(panel, outcome=outcome)
    assert refused(lost, design=design, inference="jackknife-t") == ["undefined_without_one"]


@pytest.mark.parametrize("design", DESIGNS)
def test_departments_that_all_start_leave_the_last_as_comparison(design):
    first = np.repeat([6.0, 9.0, 14.0], 4)
    found = estimated(small(first_treated=first), design=design)
    assert "those that start last (d8, d9, d10, d11) are the comparison" in said(found)
    assert found.coverage.last_period == weeks(20)[13]
    assert found.coverage.periods_left_out == weeks(20)[14:]
    assert found.coverage.n_treated_units == 8


@pytest.mark.parametrize("design", DESIGNS)
def test_run_in_is_shown_and_not_counted(design):
    """An effect in the first two treated weeks only is not in the average, and is in the event times."""
    panel = small()
    since = np.arange(20) - panel.first_treated[:, None]
    outcome = panel.outcome + np.where((since >= 0) & (since < 2), 100.0, 0.0)
    found = estimated(replace(panel, outcome=outcome), design=design, run_in=2)
    assert found.effect == pytest.approx(estimated(panel, design=design, run_in=2).effect, abs=1e-9)
    assert isinstance(found.details, StaggeredDetails)
    dynamic = next(one for one in found.details.aggregates if one.name == "dynamic")
    shown = {part.label: part.effect for part in dynamic.parts}
    assert shown["1"] > 90
    counted = [part.effect for part in dynamic.parts if int(part.label) >= 2]
    assert dynamic.effect == pytest.approx(np.mean(counted), rel=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_run_in_that_leaves_nothing_is_refused(design):
    assert refused(small(), design=design, run_in=12) == ["too_few_periods"]


@pytest.mark.parametrize("design", DESIGNS)
def test_anticipation_keeps_the_weeks_before_the_start_out(design):
    panel = small()
    since = np.arange(20) - panel.first_treated[:, None]
    outcome = panel.outcome + np.where((since >= -2) & (since < 0), 50.0, 0.0)
    with_it = estimated(replace(panel, outcome=outcome), design=design, anticipation=2)
    assert with_it.effect == pytest.approx(estimated(panel, design=design, anticipation=2).effect, abs=1e-9)
    assert abs(estimated(replace(panel, outcome=outcome), design=design).effect) > 5


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("aggregate", ["simple", "dynamic", "group", "calendar"])
def test_the_average_that_was_asked_for_is_the_estimate(design, aggregate):
    found = estimated(small(), design=design, aggregate=aggregate)
    assert isinstance(found.details, StaggeredDetails)
    chosen = next(one for one in found.details.aggregates if one.name == aggregate)
    assert chosen.effect == found.effect
    assert chosen.standard_error == found.standard_error
    assert chosen.interval == found.interval
    assert all(part.band[0] <= part.interval[0] for part in chosen.parts if part.band and part.interval)


def test_parts_make_the_averages():
    """From the effects themselves, written out for two cohorts of three and five departments."""
    panel = simulated(15, 10, (4, 4, 4, 7, 7, 7, 7, 7))
    found = estimated(panel, design="etwfe")
    assert isinstance(found.details, StaggeredDetails)
    cells = {(one.cohort, one.period): one.effect for one in found.details.group_time}
    labels = panel.periods
    early = [cells[labels[4], labels[time]] for time in range(4, 10)]
    late = [cells[labels[7], labels[time]] for time in range(7, 10)]
    made = {one.name: one.effect for one in found.details.aggregates}
    assert made["simple"] == pytest.approx((3 * sum(early) + 5 * sum(late)) / (18 + 15), rel=1e-12)
    assert made["group"] == pytest.approx((3 * np.mean(early) + 5 * np.mean(late)) / 8, rel=1e-12)
    both = [(3 * a + 5 * b) / 8 for a, b in zip(early[:3], late, strict=True)]
    assert made["dynamic"] == pytest.approx(np.mean([*both, *early[3:]]), rel=1e-12)
    together = [(3 * a + 5 * b) / 8 for a, b in zip(early[3:], late, strict=True)]
    assert made["calendar"] == pytest.approx(np.mean([*early[:3], *together]), rel=1e-12)


@pytest.mark.parametrize("design", ["etwfe", "imputation"])
def test_leaving_one_out_equals_estimating_again(design):
    """The short way (equations that add up) against a whole new fit, by every department."""
    panel = replace(cohorts(3, units=14, treated=8, periods=14, missing=0.1), covariates={})
    adoption = adopt(panel, Options(design=design))
    assert isinstance(adoption, Adoption)
    make = by_imputation if design == "imputation" else saturated_fit
    fit = make(adoption, Options(comparison="not-yet-treated"))
    for index in range(len(adoption.panel.units)):
        gone = np.arange(len(adoption.panel.units)) == index
        cells = fit.without(gone)
        again = adopt(adoption.panel.only(~gone), Options(design=design))
        assert isinstance(again, Adoption)
        other = make(again, Options(comparison="not-yet-treated")).cells
        ways = averages(adoption, fit.cells.effects), averages(again, other.effects)
        for name in ("simple", "dynamic", "group", "calendar"):
            assert ways[0][name].value(cells) == pytest.approx(ways[1][name].value(other), rel=1e-9)


def test_the_error_is_that_of_the_jackknife_of_both_groups():
    adoption = adopt(small(), Options())
    assert isinstance(adoption, Adoption)
    fit = saturated_fit(adoption, Options(comparison="not-yet-treated"))
    average = averages(adoption, fit.cells.effects)["simple"]
    found = jackknife(adoption, fit, 0.95).average(average).headline
    without = np.array([average.value(fit.without(np.arange(12) == index)) for index in range(12)])
    treated = adoption.treated
    assert strata_of(adoption).sum() == treated.sum() == 6
    variance = sum(
        (group.sum() - 1) / group.sum() * np.sum((without[group] - without[group].mean()) ** 2)
        for group in (treated, ~treated)
    )
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_part_is_judged_by_the_departments_of_its_own_cohorts(design):
    """Three departments start first: their part has hardly more than two degrees of freedom, not five."""
    panel = small()
    noise = np.where(np.arange(12) < 6, 3.0, 0.1)[:, None] * np.random.default_rng(5).normal(size=(12, 20))
    found = estimated(replace(panel, outcome=noise), design=design)
    assert isinstance(found.details, StaggeredDetails)
    part = next(one for one in found.details.aggregates if one.name == "group").parts[0]
    assert part.interval is not None
    assert part.standard_error is not None
    assert (part.interval[1] - part.effect) / part.standard_error > 3.0


def test_connected_cells():
    assert connected(np.array([[True, True, False], [False, True, True]]))
    assert not connected(np.array([[True, False], [False, True]]))
    assert connected(np.array([[True, False], [False, False]]))
    assert not connected(np.zeros((2, 2), dtype=bool))
    chain = np.eye(40, dtype=bool) | np.eye(40, k=1, dtype=bool)
    assert connected(chain)


@pytest.mark.parametrize("design", DESIGNS)
def test_relative_effects_are_fractions(design):
    panel = small()
    raised = np.where(np.arange(20) >= panel.first_treated[:, None], 0.8, 1.0)
    noise = np.exp(0.01 * np.random.default_rng(2).normal(size=(12, 20)))
    found = estimated(replace(panel, outcome=50 * raised * noise), design=design, scale="relative")
    assert found.effect == pytest.approx(-0.2, abs=0.02)
    assert -1 < found.interval[0] < found.interval[1] < 0
    assert isinstance(found.details, StaggeredDetails)
    assert all(part.effect < 0 for part in found.details.aggregates[2].parts)
