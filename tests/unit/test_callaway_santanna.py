"""Callaway and Sant'Anna: derivatives, leaving one out by hand, what is refused, and what is said."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.cohort_averages import Cells, averages
from experiments.details import StaggeredDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.estimators.callaway_santanna import ESTIMATOR
from experiments.group_time_errors import large_sample, left_out
from experiments.group_times import fit_group_times, without_gaps
from experiments.inference.group_time import cohort_sums, group_times
from experiments.inference.multiplier_bootstrap import mammen, multiplier_bootstrap
from experiments.options import Options
from experiments.panel import Panel
from reports.estimate_text import estimate_text
from tests.simulated_panels import simulated

FEW = [6, 6, 10, 12]
MANY = [6] * 8 + [10] * 8
WAYS = ("simple", "dynamic", "group", "calendar")


def fitted(panel: Panel, **options) -> Estimate:
    if len(panel.units) < 30:
        options = {"inference": "jackknife-t", **options}
    found = ESTIMATOR.fit(panel, Options(design="callaway-santanna", **options))
    assert isinstance(found, Estimate), found
    return found


def refused(panel: Panel, **options) -> str:
    found = estimate(panel, Options(design="callaway-santanna", **options))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].message.render("nl") != found.reasons[0].message.render("en")
    return found.reasons[0].code


def details(found: Estimate) -> StaggeredDetails:
    assert isinstance(found.details, StaggeredDetails)
    return found.details


@pytest.mark.parametrize("comparison", ["never-treated", "not-yet-treated"])
def test_influences_are_derivatives_with_respect_to_the_weight_of_a_unit(comparison):
    # An influence function is what an estimate changes by when a unit counts a little more; the shares of the
    # cohorts change with it. Central differences of a smooth function: exact to about 1e-8.
    panel = simulated(30, 16, [6, 6, 6, 9, 9, 12, 12, 12, 12], effect=1.0)
    options = Options(comparison=comparison)
    fit = fit_group_times(without_gaps(panel, options), options)
    cohort, ways = fit.adoption.cohort, averages(fit.adoption, fit.found.effects)

    def weighted(weights: np.ndarray) -> list[float]:
        sums = cohort_sums(panel.outcome * weights[:, None], cohort, len(fit.counts))
        counts = np.bincount(cohort, weights)
        effects = group_times(sums, counts, fit.compared).effects
        cells = Cells(
            effects=effects, counts=np.where(np.isfinite(effects), counts[:, None], 0), units=counts
        )
        return [ways[name].value(cells) for name in WAYS]

    step, ones = 1e-4, np.ones(30)
    numeric = np.array(
        [
            np.subtract(weighted(ones + step * unit), weighted(ones - step * unit)) / (2 * step)
            for unit in np.eye(30)
        ]
    )
    for column, name in zip(numeric.T, WAYS, strict=True):
        assert fit.scores(ways[name])[0] == pytest.approx(column, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("aggregate", WAYS)
@pytest.mark.parametrize("comparison", ["never-treated", "not-yet-treated"])
def test_leaving_one_out_is_the_whole_estimate_again_without_that_department(aggregate, comparison):
    panel = simulated(11, 16, FEW, effect=1.0, seed=3)
    options = {"aggregate": aggregate, "comparison": comparison}
    found = fitted(panel, **options)
    assert found.inference == "jackknife-t"
    without = []
    for department in range(11):
        rest = Options(**options)
        fit = fit_group_times(without_gaps(panel.only(np.arange(11) != department), rest), rest)
        without.append(averages(fit.adoption, fit.found.effects)[aggregate].value(fit.cells))
    variance = sum(
        (len(part) - 1) / len(part) * np.sum((part - np.mean(part)) ** 2)
        for part in (np.array(without[:4]), np.array(without[4:]))
    )
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-9)
    half = stats.t.ppf(0.975, found.degrees_of_freedom) * found.standard_error
    assert found.interval == pytest.approx((found.effect - half, found.effect + half), rel=1e-9)
    assert 1 < found.degrees_of_freedom < 9


def test_a_cell_of_few_departments_is_welchs_difference_in_mean_change():
    panel = simulated(11, 16, FEW, effect=1.0, seed=3)
    cells = {(one.cohort, one.period): one for one in details(fitted(panel)).group_time}
    cell = cells[panel.periods[6], panel.periods[9]]
    change = panel.outcome[:, 9] - panel.outcome[:, 5]
    welch = stats.ttest_ind(change[:2], change[4:], equal_var=False)
    low, high = welch.confidence_interval(0.95)
    assert cell.effect == pytest.approx(change[:2].mean() - change[4:].mean(), rel=1e-9)
    assert cell.interval == pytest.approx((low, high), rel=1e-9)
    alone = cells[panel.periods[10], panel.periods[12]]
    assert alone.standard_error is None
    assert alone.interval is None


@pytest.mark.parametrize(
    ("departments", "starts", "inference", "beside"),
    [
        (12, FEW, "randomisation-t", ["jackknife-t"]),
        (32, [6] * 8 + [8] * 8, "analytic", ["multiplier-bootstrap"]),
        (32, [6] * 8 + [10], "randomisation-t", ["jackknife-t"]),
        (32, FEW, "randomisation-t", ["jackknife-t"]),
    ],
)
def test_the_inference_follows_the_number_of_departments(departments, starts, inference, beside):
    found = fitted(simulated(departments, 18, starts), inference="auto")
    assert found.inference == inference
    assert [line.inference for line in found.also] == beside
    assert (found.agreement is None) == (not beside)
    assert found.why.render("nl") != found.why.render("en")


def test_the_multiplier_bootstrap_stands_beside_and_is_repeated_by_its_seed():
    panel = simulated(40, 16, MANY, effect=0.2)
    first, again, other = (fitted(panel, inference="multiplier-bootstrap", seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.interval != other.interval
    analytic = first.also[0]
    # 999 draws: the error of an error is about 1 / sqrt(2 * 999) = 2 %.
    assert first.standard_error == pytest.approx(analytic.standard_error, rel=0.08)


def test_p_value_and_interval_of_the_bootstrap_are_one_inversion():
    deviation = np.random.default_rng(1).normal(size=999)
    for effect in np.linspace(1.5, 2.5, 21):
        found = multiplier_bootstrap(effect, deviation, 0.95)
        assert (found.interval[0] <= 0) == (found.p_value >= 0.05)
    edge = multiplier_bootstrap(found.interval[1] - found.effect, deviation, 0.95)
    assert edge.p_value == 0.05
    weights = mammen(2000, 1)
    # Mean zero, variance and third moment one; 2 million draws: errors of about 0.001.
    assert np.abs([weights.mean(), (weights**2).mean() - 1, (weights**3).mean() - 1]).max() < 0.01


def test_bands_hold_all_parts_together_and_are_wider_than_intervals():
    for panel in (simulated(40, 16, MANY), simulated(12, 16, [6, 6, 10, 10])):
        (dynamic,) = (one for one in details(fitted(panel)).aggregates if one.name == "dynamic")
        for part in dynamic.parts:
            if part.label == "-1":
                assert (part.effect, part.interval, part.band) == (0, None, None)
            elif part.interval is not None:
                assert part.band[0] < part.interval[0] < part.interval[1] < part.band[1]


def test_the_run_in_is_shown_and_left_out_of_the_averages():
    panel = simulated(12, 16, [6, 6, 10, 10], effect=1.0)
    plain, later = fitted(panel), fitted(panel, run_in=2)
    assert len(details(later).group_time) == len(details(plain).group_time)
    cells = {(one.cohort, one.period): one.effect for one in details(plain).group_time}
    counted = [cells[panel.periods[s], panel.periods[t]] for s in (6, 10) for t in range(s + 2, 16)]
    assert later.effect == pytest.approx(np.mean(counted), rel=1e-9)


def test_anticipation_moves_the_base_period_back():
    panel = simulated(12, 16, [6, 6, 10, 10], effect=1.0)
    cells = {
        (one.cohort, one.period): one.effect for one in details(fitted(panel, anticipation=2)).group_time
    }
    change = panel.outcome[:, 8] - panel.outcome[:, 3]
    expected = change[:2].mean() - change[4:].mean()
    assert cells[panel.periods[6], panel.periods[8]] == pytest.approx(expected, rel=1e-9)


def test_a_department_that_starts_just_after_the_data_is_no_comparison_while_it_anticipates():
    panel = simulated(12, 16, [6, 6, 10, 10])
    soon = replace(panel, first_treated=np.where(np.arange(12) == 11, 17.0, panel.first_treated))
    found = fitted(soon, anticipation=3)
    others = fitted(panel.only(np.arange(12) != 11), anticipation=3)
    assert found.effect == pytest.approx(others.effect, rel=1e-9)
    assert fitted(soon).effect == pytest.approx(fitted(panel).effect, rel=1e-9)


def test_a_relative_effect_is_one_on_logarithms():
    panel = simulated(12, 16, [6, 6, 10, 10], effect=1.0)
    found = fitted(panel, scale="relative")
    logs = fitted(replace(panel, outcome=np.log(panel.outcome)))
    assert found.effect == pytest.approx(np.expm1(logs.effect), rel=1e-9)
    assert found.interval == pytest.approx(np.expm1(logs.interval), rel=1e-9)


@pytest.mark.parametrize(
    ("departments", "periods", "starts", "options", "code"),
    [
        (12, 16, [], {}, "treatment_never_on"),
        (12, 16, [0] * 12, {}, "treatment_never_on"),
        (6, 16, [6, 6, 6, 10, 10, 10], {}, "never_treated_missing"),
        (12, 1, [0, 0], {}, "one_period"),
        (12, 16, FEW, {"inference": "analytic"}, "too_few_clusters"),
        (12, 16, FEW, {"inference": "multiplier-bootstrap"}, "too_few_clusters"),
        (12, 16, FEW, {"inference": "cr2"}, "inference_not_available"),
        (12, 16, [6], {}, "too_few_treated"),
        (6, 16, FEW, {}, "too_few_controls"),
        (12, 16, FEW, {"run_in": 12}, "too_few_periods"),
        (12, 16, FEW, {"anticipation": 14}, "too_few_periods"),
        (4, 16, [6, 8, 10, 12], {"comparison": "not-yet-treated"}, "too_few_departments"),
        (8, 16, [6, 6, 9, 9, 9, 9, 12, 12], {"comparison": "not-yet-treated"}, "too_few_controls"),
        (12, 16, FEW, {"scale": "relative", "level": 0.9}, None),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_its_reason(departments, periods, starts, options, code):
    panel = simulated(departments, periods, starts)
    if code is None:
        assert fitted(panel, **options).level == 0.9
    else:
        assert refused(panel, **options) == code


def test_all_treated_are_compared_with_those_that_start_later():
    panel = simulated(9, 16, [6, 6, 6, 9, 9, 9, 12, 12, 12], effect=1.0, noise=0.1)
    found = fitted(panel, comparison="not-yet-treated")
    assert found.effect == pytest.approx(1.0, abs=0.2)
    assert found.coverage.last_period == panel.periods[11]
    assert found.coverage.periods_left_out == panel.periods[12:]
    assert any(panel.periods[12] in text.render("en") for text in found.warnings)


def test_always_treated_departments_are_left_out_by_name():
    panel = simulated(12, 16, [0, 6, 6, 10, 10])
    found = fitted(panel)
    assert any("d0" in text.render("en") for text in found.warnings)
    assert found.effect == pytest.approx(fitted(panel.only(np.arange(12) > 0)).effect, rel=1e-9)


def test_one_period_before_the_start_is_enough():
    found = fitted(simulated(12, 4, [1, 1, 2, 2], effect=1.0, noise=0.1))
    assert found.effect == pytest.approx(1.0, abs=0.3)


def test_missing_outcomes_leave_their_periods_out_for_all():
    panel = simulated(12, 16, [6, 6, 10, 10])
    holes = panel.outcome.copy()
    holes[3, 12] = np.nan
    found = fitted(replace(panel, outcome=holes))
    assert found.coverage.periods_left_out == (panel.periods[12],)
    assert refused(replace(panel, outcome=np.full_like(holes, np.nan))) == "no_data"
    every = np.where(np.eye(16, 12, dtype=bool).T | (np.arange(16) > 11), np.nan, panel.outcome)
    assert refused(replace(panel, outcome=every)) == "too_few_periods"


def test_a_constant_outcome_is_refused():
    panel = simulated(12, 16, [6, 6, 10, 10])
    for inference in ("auto", "jackknife-t"):
        flat = replace(panel, outcome=np.full_like(panel.outcome, 3.0))
        assert refused(flat, inference=inference) == "no_variation"
    many = simulated(40, 16, MANY)
    assert refused(replace(many, outcome=np.full_like(many.outcome, 3.0))) == "no_variation"


def test_a_cohort_of_one_is_said_and_has_no_error_of_its_own():
    panel = simulated(40, 16, [*MANY, 12])
    for inference in ("auto", "analytic"):
        found = fitted(panel, inference=inference)
        assert any(panel.periods[12] in text.render("en") for text in found.warnings)
        own = [one for one in details(found).group_time if one.cohort == panel.periods[12]]
        assert own
        assert all(one.standard_error is None for one in own)


def test_errors_by_cluster():
    panel = simulated(64, 16, [6] * 10 + [10] * 10)
    paired = replace(panel, clusters=tuple(str(number // 2) for number in range(64)))
    options = Options(inference="analytic")
    fit = fit_group_times(without_gaps(paired, options), options)
    way = averages(fit.adoption, fit.found.effects)["simple"]
    single = fit_group_times(without_gaps(panel, options), options).scores(way)[0]
    expected = np.sqrt(32 / 31 * np.sum((single[::2] + single[1::2]) ** 2))
    assert large_sample(fit, options).average(way).headline.standard_error == pytest.approx(
        expected, rel=1e-9
    )
    assert len(left_out(fit, options).replicates) == 32
    assert refused(replace(panel, clusters=tuple(str(n % 8) for n in range(64))), inference="analytic") == (
        "too_few_clusters"
    )


def test_encounters_do_not_weight_and_that_is_said():
    panel = simulated(12, 16, [6, 6, 10, 10])
    found = estimate(panel, Options(design="callaway-santanna", weighting="encounters"))
    assert isinstance(found, Estimate)
    assert any("every department counts equally" in text.render("en") for text in found.warnings)
    assert found.effect == pytest.approx(fitted(panel).effect, rel=1e-12)


def test_the_averages_are_printed():
    found = estimate(simulated(12, 16, [6, 6, 10, 10]), Options(design="callaway-santanna"))
    for language, words in (("en", "By time since the start: "), ("nl", "Naar kalenderperiode: ")):
        assert words in estimate_text(found, language)
