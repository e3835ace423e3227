"""Comparisons of two arms against published tables, R, scipy, statsmodels and brute force.

Published numbers are compared to their last printed digit, other software to 1e-9 relative unless said.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from experiments.comparison.arm import Pair, arm_of_rows
from experiments.comparison.averages import two_means
from experiments.comparison.newcombe import newcombe
from experiments.inference.brunner_munzel import superiority
from experiments.inference.cuped import adjusted
from experiments.inference.holm import holm
from experiments.inference.median_difference import bootstrap, median_difference, median_log_ratio
from experiments.inference.miettinen_nurminen import score_difference, score_ratio
from experiments.inference.poisson_rates import exact_ratio
from experiments.inference.poisson_rates import score_difference as rate_difference
from experiments.inference.two_means import difference, fieller, log_ratio

LEVEL = 0.95

NEWCOMBE_1998 = [  # Table II: counts, method 10 (hybrid score), method 6 (Miettinen and Nurminen)
    ((56, 48), (70, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 3), (10, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 2), (7, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 0), (56, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((10, 0), (10, 20), (0.6791, 1.0000), (0.7156, 1.0000)),
    ((10, 0), (10, 10), (0.6075, 1.0000), (0.6636, 1.0000)),
]


@pytest.mark.parametrize(("events", "rows", "hybrid", "score"), NEWCOMBE_1998)
def test_differences_of_shares_are_those_of_newcombes_table(events, rows, hybrid, score):
    assert newcombe(events, rows, LEVEL) == pytest.approx(hybrid, abs=5.1e-5)
    assert score_difference(events, rows, LEVEL).interval == pytest.approx(score, abs=5.1e-5)


@pytest.mark.parametrize(("events", "rows"), [one[:2] for one in NEWCOMBE_1998 if one[0][1] > 0])
def test_the_ratio_of_shares_is_that_of_statsmodels(events, rows):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    found = score_ratio(events, rows, LEVEL)
    bounds = proportion.confint_proportions_2indep(
        events[0], rows[0], events[1], rows[1], method="score", compare="ratio"
    )
    assert found.interval == pytest.approx(bounds, rel=1e-6)  # its root finder stops there
    p = proportion.test_proportions_2indep(
        events[0], rows[0], events[1], rows[1], method="score", compare="diff"
    ).pvalue
    assert found.p_value == pytest.approx(p, rel=1e-9)
    assert score_difference(events, rows, LEVEL).p_value == pytest.approx(p, rel=1e-9)


def test_the_score_test_is_the_n_minus_1_chi_square(r):
    found = score_difference((56, 48), (70, 80), LEVEL)
    assert found.p_value == pytest.approx(stats.chi2.sf(r["prop_chisq"][0] * 149 / 150, 1), rel=1e-9)


def test_medians_are_those_of_bonett_and_price():
    first = np.array([32, 39, 26, 35, 43, 27, 40, 37, 34, 29.0])
    second = np.array([36, 44, 47, 42, 49, 39, 46, 31, 33, 48.0])
    found = median_difference(first, second, LEVEL)
    assert (found.effect, found.standard_error) == pytest.approx((-8.5, 4.316291), abs=5e-7)
    assert found.interval == pytest.approx((-16.95977, -0.04022524), abs=5e-6)
    longer = np.array([70, 394, 43, 95, 62, 128, 2, 203, 81, 436, 85, 35, 156, 1, 3, 27, 63, 181, 184, 18.0])
    other = np.array(
        [102, 120, 78, 78, 417, 124, 86, 171, 176, 129, 230, 194, 100, 157, 306, 411, 164, 103, 193, 312.0]
    )
    found = median_difference(longer, other, LEVEL)
    assert (found.effect, found.standard_error) == pytest.approx((-85, 37.11502), abs=5e-6)
    assert found.interval == pytest.approx((-157.7441, -12.25589), abs=5e-5)
    thirteen = np.array([32, 39, 26, 35, 43, 27, 40, 37, 34, 29, 49, 42, 40.0])
    found = median_log_ratio(second, thirteen, LEVEL)
    assert np.exp(found.effect) == pytest.approx(1.162162, abs=5e-7)
    assert np.exp(found.interval) == pytest.approx((0.927667, 1.455933), abs=5e-7)


@pytest.mark.parametrize("n", [10, 11])
def test_medians_of_resamples_are_drawn_from_their_distribution(n):
    """The same quantiles as plain resampling; 20,000 draws have a Monte Carlo error of 0.5 % of a rank."""
    rng = np.random.default_rng(3)
    ours, control = rng.normal(size=n), rng.normal(0.5, 2, size=n + 5)
    found = bootstrap(ours, control, LEVEL, 1)
    plain = np.median(rng.choice(ours, (20_000, n)), axis=1)
    plain = plain - np.median(rng.choice(control, (20_000, n + 5)), axis=1)
    assert found.standard_error == pytest.approx(plain.std(), rel=0.03)
    assert found.interval == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.1)


def test_brunner_and_munzel_are_those_of_scipy_and_statsmodels():
    nonparametric = pytest.importorskip("statsmodels.stats.nonparametric")
    # Brunner and Munzel 2000: pain scores after surgery, as in scipy's and R's documentation.
    first = np.array([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1.0])
    second = np.array([3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4.0])
    found = superiority(second, first, LEVEL)
    assert found.p_value == pytest.approx(0.005786208666151538, rel=1e-9)
    assert found.effect == pytest.approx(0.788961, abs=5e-7)
    assert found.interval == pytest.approx((0.5952169, 0.9827052), abs=5e-7)
    other = nonparametric.rank_compare_2indep(second, first)
    assert found.interval == pytest.approx(other.conf_int(), rel=1e-9)


@pytest.fixture(scope="module")
def r():
    return json.loads((Path(__file__).parent / "r" / "comparison.json").read_text("utf-8"))


def pair(r, outcome, **columns):
    arm = np.array(r["arm"]) == 1
    made = []
    for name, chosen in (("tool", arm), ("usual", ~arm)):
        named = {key: np.array(r[column])[chosen] for key, column in columns.items()}
        made.append(arm_of_rows(name, np.array(r[outcome])[chosen], **named))
    return Pair(ours=made[0], control=made[1], given=frozenset(columns))


def listed(found):
    return [found.effect, found.standard_error, *found.interval, found.p_value, found.degrees_of_freedom]


def test_means_are_rs_welch(r):
    assert listed(difference(two_means(pair(r, "y")), LEVEL)) == pytest.approx(r["welch"], rel=1e-9)


@pytest.mark.parametrize(("column", "name"), [("whole", "cr2_whole"), ("both", "cr2_both")])
def test_clusters_are_clubsandwich(r, column, name):
    found = difference(two_means(pair(r, "y", cluster=column)), LEVEL)
    assert listed(found) == pytest.approx(r[name], rel=1e-8)


def test_ratios_in_clusters_are_a_weighted_regression_of_clubsandwich(r):
    found = difference(two_means(pair(r, "y", denominator="d", cluster="whole")), LEVEL)
    assert listed(found) == pytest.approx(r["cr2_ratio"], rel=1e-8)


def test_ratios_have_the_delta_errors_of_linearised_rows(r):
    of = pair(r, "y", denominator="d")
    found = difference(two_means(of), LEVEL)
    errors, ratios = [], []
    for arm in of.arms:
        y, d = arm.rows[:, 0], arm.rows[:, 1]
        ratios.append(y.sum() / d.sum())
        errors.append((y - ratios[-1] * d).std(ddof=1) / len(y) ** 0.5 / d.mean())
    assert found.effect == pytest.approx(ratios[0] - ratios[1], rel=1e-12)
    assert found.standard_error == pytest.approx(np.hypot(*errors), rel=1e-12)


def test_cuped_is_least_squares_with_an_error_variance_for_each_arm(r):
    of = pair(r, "y", covariate="before")
    two, coefficient = adjusted(of.ours.moments, of.control.moments)
    found = difference(two, LEVEL)
    assert (found.effect, coefficient) == pytest.approx(r["ancova"], rel=1e-9)
    arm, y, x = (np.array(r[name], dtype=float) for name in ("arm", "y", "before"))
    design = np.column_stack([np.ones_like(arm), arm, x])
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    residuals = y - hat @ y
    variance = np.empty_like(y)
    for group in (0, 1):
        rows = arm == group
        free = (1 - np.diag(hat))[rows].sum()
        variance[rows] = np.sum(residuals[rows] ** 2) / free
    solve = np.linalg.inv(design.T @ design) @ design.T
    exact = np.sqrt(solve[1] ** 2 @ variance)
    assert found.standard_error == pytest.approx(exact, rel=1e-9)
    hc2 = np.sqrt(solve[1] ** 2 @ (residuals**2 / (1 - np.diag(hat))))
    assert found.standard_error == pytest.approx(hc2, rel=0.03)  # the same error row by row


def test_fieller_is_the_inversion_of_welchs_test_by_search(r):
    """Each bound is where the test of mean - bound * control turns, with the degrees of freedom at 1."""
    two = two_means(pair(r, "y"))
    found = fieller(two, LEVEL)
    limit = stats.t.ppf(0.975, two.df)

    def excess(ratio):
        variance = two.covariance[0, 0] + ratio**2 * two.covariance[1, 1]
        return abs(two.means[0] - ratio * two.means[1]) / variance**0.5 - limit

    bounds = brentq(excess, 0.01, found.effect, xtol=1e-14), brentq(excess, found.effect, 9, xtol=1e-14)
    assert found.interval == pytest.approx(bounds, rel=1e-9)
    assert found.p_value == pytest.approx(difference(two, LEVEL).p_value, rel=1e-12)


def test_the_delta_ratio_is_a_log_linear_regression_with_hc2(r):
    found = log_ratio(two_means(pair(r, "y")), LEVEL)
    assert (found.effect, found.standard_error) == pytest.approx(r["log_ratio"], rel=1e-7)


def test_rates_are_rs_poisson_test(r):
    found = exact_ratio((11, 3), (800, 1083), LEVEL)
    assert [found.effect, *found.interval] == pytest.approx(r["poisson"], rel=1e-9)
    assert found.p_value == pytest.approx(2 * r["poisson_upper_tail"][0], rel=1e-9)


@pytest.mark.parametrize("events", [(11, 3), (0, 3), (40, 41)])
def test_differences_of_rates_are_those_of_statsmodels(events):
    rates = pytest.importorskip("statsmodels.stats.rates")
    found = rate_difference(events, (800, 1083), LEVEL)
    bounds = rates.confint_poisson_2indep(events[0], 800, events[1], 1083, method="score", compare="diff")
    assert found.interval == pytest.approx(bounds, abs=1e-7)  # its root finder stops there
    other = rates.test_poisson_2indep(events[0], 800, events[1], 1083, method="score", compare="diff")
    assert found.p_value == pytest.approx(other.pvalue, rel=1e-9)


def test_holm_is_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    values = [0.01, 0.04, 0.03, 0.9, 0.011]
    assert holm(values) == pytest.approx(multitest.multipletests(values, method="holm")[1], rel=1e-12)
