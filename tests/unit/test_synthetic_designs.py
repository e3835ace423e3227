"""Synthetic control and synthetic DiD as designs: answers, refusals, what must not matter."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import synthetic
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.inference.synthetic_did import Penalty, synthetic_did, weighted
from experiments.options import Options
from experiments.panel import NEVER
from experiments.window import prepare
from reports.estimate_json import estimate_json
from tests.simulated_panels import simulated

CONTROL, DID = Options(design="synthetic-control"), Options(design="synthetic-did")


def codes(found):
    assert isinstance(found, NotEstimable)
    return [reason.code for reason in found.reasons]


def with_outcome(panel, outcome):
    return replace(panel, outcome=outcome)


@pytest.fixture(scope="module")
def panel():
    """Two pilots of 14, 60 weeks, effect 0.5 from week 40."""
    return simulated(14, 60, [40] * 2, seed=3)


@pytest.mark.parametrize("options", [CONTROL, DID], ids=lambda options: options.design)
def test_an_effect_with_its_weights_picture_and_checks(panel, options):
    found = estimate(panel, options)
    assert isinstance(found, Estimate)
    assert found.interval[0] < 0.5 < found.interval[1]
    assert sum(one.weight for one in found.details.units) == pytest.approx(1, abs=1e-5)
    assert {one.name for one in found.details.units} <= {f"d{i}" for i in range(2, 14)}
    after = [one.effect for one in found.event_study if one.event_time >= 0]
    assert np.mean(after) == pytest.approx(found.effect, abs=1e-9)  # 20 weeks: five whole bins
    assert all(one.interval is None for one in found.event_study)
    names = [check.name for check in found.checks]
    assert "completeness" in names
    assert "leave_one_comparison_out" in names
    assert (found.p_value < 0.05) == (not found.interval[0] <= 0 <= found.interval[1])


def test_synthetic_did_weights_periods_and_warns_of_its_measured_errors(panel):
    found = estimate(panel, DID)
    assert sum(one.weight for one in found.details.periods) == pytest.approx(1, abs=1e-5)
    assert {one.name for one in found.details.periods} <= set(panel.periods[:40])
    assert any("17 to 31%" in text.render("en") for text in found.warnings)
    assert found.degrees_of_freedom == 11


def test_one_pilot_of_a_dozen_gets_a_picture_and_a_rank_but_no_verdict():
    found = estimate(simulated(12, 60, [40], seed=4), CONTROL)
    assert codes(found) == ["too_few_assignments"]
    shown = estimate_json(found, "en")
    assert "effect" not in shown
    assert shown["details"]["placebo_of"] == 12
    assert sum(shown["details"]["weights"]["unit"].values()) == pytest.approx(1, abs=1e-5)
    assert any(one["effect"] != 0 for one in shown["details"]["event_study"])
    rank = next(check for check in shown["checks"] if check["name"] == "placebo_rank")
    assert rank["statistic"] == shown["details"]["placebo_rank"]


def test_one_pilot_of_twenty_one_can_be_judged():
    assert codes(estimate(simulated(20, 60, [40], effect=4, seed=1), CONTROL)) == ["too_few_assignments"]
    found = estimate(simulated(21, 60, [40], effect=4, seed=1), CONTROL)
    assert isinstance(found, Estimate)
    assert found.p_value == pytest.approx(1 / 21)
    assert found.interval[0] > 0


def test_an_effect_that_grows_has_no_constant_to_show():
    panel = simulated(25, 60, [40], effect=0, noise=0.2, seed=2)
    panel.outcome[0, 40:] += np.linspace(-8, 12, 20)
    assert codes(estimate(panel, CONTROL)) == ["no_constant_effect"]


def test_several_starts():
    panel = simulated(20, 60, [30, 40, 45], seed=5)
    assert codes(estimate(panel, CONTROL)) == ["several_starts"]
    found = estimate(panel, DID)
    assert isinstance(found, Estimate)
    alone = []
    for pilot in range(3):
        rest = np.arange(20) >= 3
        rest[pilot] = True
        alone.append(estimate(panel.only(rest), DID).effect)
    assert found.effect == pytest.approx(np.average(alone, weights=[30, 20, 15]), abs=1e-9)


def test_run_in_is_shown_and_left_out(panel):
    spoiled = panel.outcome.copy()
    spoiled[:2, 40:44] += 50
    for options in (CONTROL, DID):
        without = replace(options, run_in=4)
        found = estimate(with_outcome(panel, spoiled), without)
        assert found.effect == pytest.approx(estimate(panel, without).effect, abs=1e-9)
        assert next(one for one in found.event_study if one.event_time == 0).effect > 40


def test_a_missing_week_is_left_out_for_all(panel):
    holed = panel.outcome.copy()
    holed[5, [10, 50]] = np.nan
    kept = np.delete(np.arange(60), [10, 50])
    cut = replace(
        panel,
        periods=panel.periods[:58],
        outcome=panel.outcome[:, kept],
        weights=panel.weights[:, kept],
        first_treated=np.where(panel.treated, 39.0, NEVER),
    )
    for options in (CONTROL, DID):
        found = estimate(with_outcome(panel, holed), options)
        assert found.coverage.periods_left_out == (panel.periods[10], panel.periods[50])
        assert found.effect == pytest.approx(estimate(cut, options).effect, abs=1e-9)


@pytest.mark.parametrize("options", [CONTROL, DID], ids=lambda options: options.design)
def test_refusals(options):
    long = simulated(14, 60, [40] * 2)
    constant = long.outcome.copy()
    constant[7] = 3.0
    cases = {
        "too_few_controls": simulated(9, 60, [40] * 2),
        "too_few_periods": simulated(14, 60, [11] * 2),
        "no_variation": with_outcome(long, constant),
        "never_treated_missing": simulated(5, 60, [40] * 5),
        "one_unit": simulated(1, 60, [40]),
        "treatment_never_on": simulated(14, 60, []),
        "no_data": with_outcome(long, np.full_like(long.outcome, np.nan)),
    }
    for code, panel in cases.items():
        found = estimate(panel, options)
        assert codes(found) == [code]
        assert all(reason.message.render("nl") != reason.message.render("en") for reason in found.reasons)
    assert codes(estimate(long, replace(options, inference="cr2"))) == ["inference_not_available"]
    assert codes(estimate(long, replace(options, season="month"))) == ["setting_not_available"]


def test_a_department_that_always_had_the_tool_is_left_out(panel):
    first = panel.first_treated.copy()
    first[13] = 0
    for options in (CONTROL, DID):
        found = estimate(replace(panel, first_treated=first), options)
        assert found.effect == pytest.approx(
            estimate(panel.only(np.arange(14) < 13), options).effect, abs=1e-9
        )
        assert any("d13" in text.render("en") for text in found.warnings)


def test_placebo_variance_needs_more_controls_than_pilots():
    assert codes(estimate(simulated(18, 60, [40] * 9), DID)) == ["too_few_controls"]
    assert isinstance(estimate(simulated(19, 60, [40] * 9), DID), Estimate)


def test_a_twin_carries_the_comparison_alone(panel):
    twin = panel.outcome.copy()
    twin[9, :40] = twin[:2, :40].mean(axis=0)
    found = estimate(with_outcome(panel, twin), CONTROL)
    assert codes(found) == ["exact_fit"]
    assert found.details.units[0].name == "d9"
    assert found.details.units[0].weight > 0.999
    nearly = twin + 0.05 * np.random.default_rng(1).normal(size=twin.shape)
    heavy = estimate(with_outcome(panel, nearly), DID)
    assert not any("of the comparison: d9" in text.render("en") for text in heavy.warnings)


def test_a_pilot_beyond_every_other_department_is_called_out(panel):
    lifted = panel.outcome.copy()
    lifted[:2] += 100
    found = estimate(with_outcome(panel, lifted), CONTROL)
    said = " ".join(text.render("en") for text in found.warnings)
    assert "no mix can match" in said
    assert "no better than their own average" in said
    same = estimate(with_outcome(panel, lifted), DID)
    assert not any("no mix can match" in text.render("en") for text in same.warnings)


def test_doubled_departments_share_their_weight(panel):
    """One weight may be split over twins: the mix, and so the effect, stays."""
    chosen = [*range(14), *range(2, 14)]
    doubled = replace(
        panel,
        units=tuple(f"u{i}" for i in range(26)),
        outcome=panel.outcome[chosen],
        weights=panel.weights[chosen],
        first_treated=panel.first_treated[chosen],
    )
    ours, theirs = (synthetic.control_comparison(prepare(one, CONTROL)) for one in (panel, doubled))
    np.testing.assert_allclose(theirs.gap, ours.gap, atol=1e-6)
    np.testing.assert_allclose(theirs.units[:12] + theirs.units[12:], ours.units, atol=1e-6)


def test_covariates_are_matched_and_must_be_there(panel):
    traits = np.random.default_rng(1).normal(size=(14, 1)) + np.zeros((14, 60))
    with_trait = replace(panel, covariates={"beds": traits})
    window = prepare(with_trait, CONTROL)
    mix = synthetic.control_comparison(window).units
    assert mix @ traits[2:, 0] == pytest.approx(traits[:2, 0].mean(), abs=1e-4)
    assert codes(estimate(with_trait, DID)) == ["setting_not_available"]
    holed = traits.copy()
    holed[4, :40] = np.nan
    assert codes(estimate(replace(panel, covariates={"beds": holed}), CONTROL)) == ["covariate_missing"]
    same = {"beds": np.ones((14, 60))}
    assert codes(estimate(replace(panel, covariates=same), CONTROL)) == ["covariate_constant"]


def test_equal_weights_make_it_difference_in_differences(panel):
    window = prepare(panel, DID)
    (cohort,), _ = synthetic.cohorts(window)
    equal = weighted(cohort, np.full(12, 1 / 12), np.full(40, 1 / 40)).effect
    plain = estimate(panel, Options(design="difference-in-differences", inference="collapse-t")).effect
    assert equal == pytest.approx(plain, abs=1e-12)
    # A penalty without end makes both kinds of weights equal.
    assert synthetic_did(cohort, Penalty(units=1e9, periods=1e9)).effect == pytest.approx(plain, abs=1e-9)


def test_department_levels_and_a_shared_line_change_nothing(panel):
    """The penalty reads first differences: any other shared course moves it, as in the paper."""
    rng = np.random.default_rng(2)
    moved = panel.outcome + 10 * rng.normal(size=(14, 1)) + 0.3 * np.arange(60)
    assert estimate(with_outcome(panel, moved), DID).effect == pytest.approx(
        estimate(panel, DID).effect, abs=1e-8
    )
    (cohort,), (zeta,) = synthetic.cohorts(prepare(panel, DID))
    season = 5 * rng.normal(size=60)
    shared = replace(cohort, controls=cohort.controls + season, treated=cohort.treated + season)
    assert synthetic_did(shared, zeta).effect == pytest.approx(synthetic_did(cohort, zeta).effect, abs=1e-8)


def test_a_shared_course_changes_nothing_in_synthetic_control(panel):
    moved = panel.outcome + 5 * np.random.default_rng(3).normal(size=60)
    assert estimate(with_outcome(panel, moved), CONTROL).effect == pytest.approx(
        estimate(panel, CONTROL).effect, abs=1e-8
    )


@pytest.mark.parametrize("options", [CONTROL, DID], ids=lambda options: options.design)
def test_order_and_unit_of_measurement_do_not_matter(options):
    panel = simulated(11, 40, [25] * 2, seed=8)
    order = np.random.default_rng(4).permutation(11)
    turned = replace(
        panel,
        units=tuple(panel.units[i] for i in order),
        outcome=panel.outcome[order],
        weights=panel.weights[order],
        first_treated=panel.first_treated[order],
    )
    ours, theirs = estimate(panel, options), estimate(turned, options)
    assert theirs.effect == pytest.approx(ours.effect, abs=1e-8)
    assert theirs.interval == pytest.approx(ours.interval, abs=1e-7)
    in_seconds = estimate(with_outcome(panel, panel.outcome * 60), options)
    assert in_seconds.effect == pytest.approx(60 * ours.effect, rel=1e-8)
    assert in_seconds.p_value == pytest.approx(ours.p_value, rel=1e-6)


def test_relative_scale_is_a_fraction(panel):
    found = estimate(panel, replace(DID, scale="relative"))
    logs = estimate(with_outcome(panel, np.log(panel.outcome)), DID)
    assert found.effect == pytest.approx(np.expm1(logs.effect), rel=1e-12)
