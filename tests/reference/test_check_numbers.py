"""Numbers of the checks against numpy, scipy, statsmodels, regressions and brute force."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multivariate import test_mvmean_2indep as hotelling_of_statsmodels

from experiments.available_periods import over_available
from experiments.checks.gaps import available_effect
from experiments.checks.parallel_trends import distance
from experiments.contrast import change, contrast
from experiments.estimating import CHECKS
from experiments.event_study import event_study, leads
from experiments.inference.hotelling import hotelling
from experiments.inference.largest_gap import largest_gap_p
from experiments.inference.two_way import two_way
from experiments.options import Options
from experiments.panel import Panel
from experiments.specifications import effects, specifications
from experiments.window import prepare
from tests.simulated_panels import simulated

# Sums of the same numbers in another order.
EXACT = {"rel": 1e-9, "abs": 1e-12}
SHORT = (8, 8, 8)
LONG = (52, 52, 52)
STAGGERED = (40, 46, 52)


def difference(panel: Panel, values: np.ndarray) -> float:
    return float(values[panel.treated].mean() - values[~panel.treated].mean())


def test_the_slope_contrast_is_a_t_test_on_slopes_of_polyfit():
    # with eight periods a side the inference is the pooled t of Donald and Lang
    panel = simulated(12, 16, SHORT, seed=3)
    slopes = np.array([np.polyfit(np.arange(8), row[:8], 1)[0] for row in panel.outcome])
    by_scipy = stats.ttest_ind(slopes[panel.treated], slopes[~panel.treated])
    found = CHECKS["parallel_trends"].run(panel, Options())
    assert found.statistic == pytest.approx(difference(panel, slopes), **EXACT)
    assert found.p_value == pytest.approx(by_scipy.pvalue, **EXACT)
    assert found.interval == pytest.approx(tuple(by_scipy.confidence_interval(0.95)), **EXACT)


def test_a_check_follows_the_inference_that_was_asked_for():
    panel = simulated(12, 104, LONG, seed=3)
    slopes = np.polyfit(np.arange(52), panel.outcome[:, :52].T, 1)[0]
    ours, others = slopes[panel.treated], slopes[~panel.treated]
    permuted = stats.permutation_test(
        (ours, others),
        lambda x, y, axis: np.abs(x.mean(axis=axis) - y.mean(axis=axis)),
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )
    expected = {
        "collapse-t": stats.ttest_ind(ours, others).pvalue,
        "jackknife-t": stats.ttest_ind(ours, others, equal_var=False).pvalue,
        "randomisation": permuted.pvalue,
    }
    check = CHECKS["parallel_trends"]
    found = {name: check.run(panel, Options(inference=name)).p_value for name in expected}
    assert found == pytest.approx(expected, **EXACT)
    default = check.run(panel, Options()).p_value
    assert default not in found.values()
    # a clustered regression works on the panel, not on slopes: the default stands in
    assert check.run(panel, Options(inference="cr1")).p_value == default


@pytest.mark.parametrize("starts", [LONG, STAGGERED])
def test_the_slope_contrast_of_pilots_with_their_own_starts(starts):
    panel = simulated(12, 104, starts, seed=3)
    never = ~panel.treated
    own = []
    for unit, start in enumerate(starts):
        slopes = np.array([np.polyfit(np.arange(start), row[:start], 1)[0] for row in panel.outcome])
        own.append(slopes[unit] - slopes[never].mean())
    assert CHECKS["parallel_trends"].run(panel, Options()).statistic == pytest.approx(np.mean(own), **EXACT)


@pytest.mark.parametrize("starts", [LONG, STAGGERED])
@pytest.mark.parametrize("run_in", [0, 6])
def test_a_slope_that_goes_on_changes_the_effect_by_what_the_message_says(starts, run_in):
    panel = simulated(12, 104, starts)
    sloping = replace(panel, outcome=panel.outcome + 0.02 * panel.treated[:, None] * np.arange(104))
    windows = [prepare(one, Options(run_in=run_in)) for one in (panel, sloping)]
    plain, moved = (difference(panel, contrast(window, change(window))) for window in windows)
    assert moved - plain == pytest.approx(0.02 * distance(windows[0]), **EXACT)


@pytest.mark.parametrize(("treated", "count"), [(4, 2), (5, 3), (9, 6)])
def test_the_joint_test_is_that_of_statsmodels(treated, count):
    rng = np.random.default_rng(treated)
    values = rng.normal(size=(count, 18)) + 0.3 * rng.normal(size=18)
    on = np.arange(18) < treated
    found = hotelling(values, on)
    by_statsmodels = hotelling_of_statsmodels(values[:, on].T, values[:, ~on].T)
    assert found.statistic == pytest.approx(by_statsmodels.statistic, **EXACT)
    assert found.p_value == pytest.approx(by_statsmodels.pvalue, **EXACT)
    assert found.degrees_of_freedom == by_statsmodels.df


def test_one_lead_is_the_pooled_t_and_a_singular_covariance_gives_nothing():
    rng = np.random.default_rng(2)
    values, on = rng.normal(size=(1, 12)), np.arange(12) < 5
    by_scipy = stats.ttest_ind(values[0, on], values[0, ~on])
    assert hotelling(values, on).p_value == pytest.approx(by_scipy.pvalue, **EXACT)
    assert hotelling(np.vstack([values, 2 * values]), on) is None
    assert hotelling(rng.normal(size=(11, 12)), on) is None


def test_the_joint_test_of_leads_is_on_bins_against_the_last_one():
    panel = simulated(12, 40, (16,) * 5, seed=6)
    means = panel.outcome[:, :16].reshape(12, 4, 4).mean(axis=2)
    bins = means[:, :3] - means[:, 3:]
    by_statsmodels = hotelling_of_statsmodels(bins[panel.treated], bins[~panel.treated])
    found = CHECKS["joint_leads"].run(panel, Options())
    assert found.p_value == pytest.approx(by_statsmodels.pvalue, **EXACT)


@pytest.mark.parametrize("noise", [np.ones(9), np.linspace(0.2, 3.0, 9)])
def test_the_largest_gap_by_trying_every_assignment(noise):
    rng = np.random.default_rng(8)
    values, on = rng.normal(size=(5, 9)), np.arange(9) < 3

    def largest(chosen: tuple[int, ...]) -> float:
        rest = [unit for unit in range(9) if unit not in chosen]
        error = np.sqrt(noise[list(chosen)].sum() / 9 + noise[rest].sum() / 36)
        return max(abs(row[list(chosen)].mean() - row[rest].mean()) / error for row in values)

    every = [largest(chosen) for chosen in combinations(range(9), 3)]
    expected = np.mean(np.array(every) >= largest((0, 1, 2)) - 1e-12)
    assert largest_gap_p(values, on, noise, seed=1) == expected


def test_the_largest_of_one_gap_is_the_permutation_test_of_scipy():
    values, on = np.random.default_rng(5).normal(size=(1, 11)), np.arange(11) < 3
    by_scipy = stats.permutation_test(
        (values[0, on], values[0, ~on]),
        lambda x, y, axis: np.abs(x.mean(axis=axis) - y.mean(axis=axis)),
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )
    assert largest_gap_p(values, on, np.ones(11), seed=1) == pytest.approx(by_scipy.pvalue, **EXACT)


def test_the_leads_are_what_the_event_study_shows():
    panel = simulated(12, 104, LONG, seed=2)
    window = prepare(panel, Options())
    shown = {
        (bin_.first, bin_.last): bin_.effect
        for bin_ in event_study(window, Options())
        if bin_.event_time < -1
    }
    found = {span: difference(panel, values) for span, values in leads(window).items()}
    assert found == pytest.approx(shown, **EXACT)


@pytest.mark.parametrize("starts", [LONG, STAGGERED])
def test_pretended_pilots_by_estimating_each(starts):
    panel = simulated(12, 104, starts, effect=0.05, seed=9)
    never = np.flatnonzero(~panel.treated)
    moves = np.array(
        [panel.outcome[:, start:].mean(axis=1) - panel.outcome[:, :start].mean(axis=1) for start in starts]
    )
    effect = np.mean([moves[i, i] - moves[i, never].mean() for i in range(3)])
    pretended = [np.mean(moves[:, unit] - moves[:, never[never != unit]].mean(axis=1)) for unit in never]
    count = np.sum(np.abs(pretended) >= abs(effect))
    found = CHECKS["placebo_space"].run(panel, Options())
    assert found.statistic == count / 9
    assert found.p_value == pytest.approx((count + 1) / 10)
    assert 0 < count < 9


def test_anticipation_novelty_and_a_dip_by_hand():
    panel = simulated(12, 104, LONG, seed=7)
    y = panel.outcome
    late = difference(panel, y[:, 48:52].mean(axis=1) - y[:, :48].mean(axis=1))
    assert CHECKS["anticipation"].run(panel, Options()).statistic == pytest.approx(late, **EXACT)
    thirds = difference(panel, y[:, 89:].mean(axis=1) - y[:, 58:74].mean(axis=1))
    assert CHECKS["novelty"].run(panel, Options(run_in=6)).statistic == pytest.approx(thirds, **EXACT)
    eight = difference(panel, y[:, 44:52].mean(axis=1) - y[:, :44].mean(axis=1))
    assert CHECKS["regression_to_the_mean"].run(panel, Options()).statistic == pytest.approx(eight, **EXACT)


def test_the_level_before_a_dip_goes_back_two_years_at_most():
    panel = simulated(12, 180, (150,) * 3, seed=7)
    y = panel.outcome
    expected = difference(panel, y[:, 142:150].mean(axis=1) - y[:, 46:142].mean(axis=1))
    assert CHECKS["regression_to_the_mean"].run(panel, Options()).statistic == pytest.approx(
        expected, **EXACT
    )


def test_the_change_in_volume_is_a_regression_on_logarithms():
    panel = simulated(12, 104, LONG)
    on = (np.arange(104) >= panel.first_treated[:, None]).astype(float)
    by_regression = two_way(np.log(panel.weights), on, np.ones((12, 104))).effect
    found = CHECKS["volume_change"].run(panel, Options())
    assert np.log1p(found.statistic) == pytest.approx(by_regression, **EXACT)


def test_the_step_of_the_comparison_is_welchs_t_on_blocks():
    panel = simulated(12, 104, LONG, seed=5)
    series = panel.outcome[3:].mean(axis=0)
    before, after = series[:52].reshape(4, 13).mean(axis=1), series[52:].reshape(4, 13).mean(axis=1)
    by_scipy = stats.ttest_ind(after, before, equal_var=False)
    found = CHECKS["contamination"].run(panel, Options())
    assert found.statistic == pytest.approx(after.mean() - before.mean(), **EXACT)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(by_scipy.statistic), 3), **EXACT)


@pytest.mark.parametrize("hole", [np.s_[7, 20:24], np.s_[1, 60:63], np.s_[3:6, 30], np.s_[:, 10]])
def test_available_periods_come_near_two_way_fixed_effects_on_every_cell(hole):
    """Not equal: here period effects come from comparison departments alone, in a regression from all."""
    panel = simulated(12, 104, LONG, seed=3)
    outcome = panel.outcome.copy()
    outcome[hole] = np.nan
    holed = replace(panel, outcome=outcome)
    window = prepare(holed, Options())
    on = (np.arange(104) >= panel.first_treated[:, None]).astype(float)
    by_regression = two_way(outcome, on, np.ones((12, 104))).effect
    # a twentieth of the standard error of an effect here (0.07)
    assert available_effect(window) == pytest.approx(by_regression, abs=0.004)


def test_without_gaps_available_periods_are_all_periods():
    panel = simulated(12, 104, STAGGERED, seed=3)
    window = prepare(panel, Options(run_in=4))
    assert np.isfinite(over_available(window)).all()
    plain = difference(panel, contrast(window, change(window)))
    assert available_effect(window) == pytest.approx(plain, **EXACT)


def test_every_specification_by_hand():
    panel = simulated(12, 104, LONG, effect=0.8, seed=3)
    y, rows, on = panel.outcome, panel.weights.sum(axis=1), panel.treated
    expected = []
    for run_in in (0, 6):
        for first in (0, 26):
            for weights in (np.ones(12), rows):
                for logs in (False, True):
                    values = np.log(y) if logs else y
                    moves = values[:, 52 + run_in :].mean(axis=1) - values[:, first:52].mean(axis=1)
                    sides = [np.average(moves[side], weights=weights[side]) for side in (on, ~on)]
                    level = np.average(y[on, 52 + run_in :].mean(axis=1), weights=weights[on])
                    effect = sides[0] - sides[1]
                    expected.append((logs, effect, level))
    absolute = [level * (1 - np.exp(-effect)) if logs else effect for logs, effect, level in expected]
    relative = [np.exp(effect) - 1 if logs else effect / (level - effect) for logs, effect, level in expected]
    assert sorted(effects(specifications(panel, Options()))) == pytest.approx(sorted(absolute), **EXACT)
    assert sorted(effects(specifications(panel, Options(scale="relative")))) == pytest.approx(
        sorted(relative), **EXACT
    )


def test_levels_and_logarithms_agree_where_the_effect_is_a_factor():
    panel = simulated(12, 104, LONG, effect=0.0, noise=1e-6, seed=3)
    level = panel.outcome[:1]
    factor = np.where(np.arange(104) >= panel.first_treated[:, None], 0.9, 1.0)
    # the same series everywhere, without noise between departments: every variant must give -10 %
    same = replace(panel, outcome=(level + 0 * panel.outcome) * factor)
    assert effects(specifications(same, Options(scale="relative"))) == pytest.approx(-0.1, abs=2e-3)
