"""Each inference against a definition written out longhand."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import stats

from experiments.inference import detectable
from experiments.inference.blocks_t import blocks_t
from experiments.inference.collapse_t import collapse_t, paired_t
from experiments.inference.cr1 import cr1, iid
from experiments.inference.cr2 import cr2
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.randomisation import assignments, randomisation
from experiments.inference.randomisation_t import randomisation_t
from experiments.inference.scaled_ewc import (
    Noise,
    changes,
    relative_noise,
    scaled_contrast,
    scaled_ewc,
)
from experiments.inference.start_orders import possible_orders, randomise_starts, start_orders
from experiments.inference.start_orders_t import randomise_starts_t
from experiments.inference.two_way import two_way

EXACT = 1e-9


def panel(ours: int, others: int, periods: int, seed: int, effect: float = 0.0):
    rng = np.random.default_rng(seed)
    treated = np.arange(ours + others) < ours
    y = rng.normal(size=(ours + others, periods)) * rng.uniform(0.5, 2, (ours + others, 1))
    y[treated, periods // 2 :] += effect
    return y, treated


def dummies(unit, period, d):
    columns = [unit == u for u in np.unique(unit)] + [period == t for t in np.unique(period)[1:]] + [d]
    return np.stack(columns, axis=1).astype(float)


@pytest.fixture(scope="module")
def weighted_regression():
    """An unbalanced, weighted panel with its dummy matrix: the textbook's view of it."""
    rng = np.random.default_rng(5)
    y = rng.normal(size=(8, 7))
    weights = rng.integers(0, 5, (8, 7)).astype(float)
    on = (np.arange(7) >= np.where(np.arange(8) < 4, 3 + np.arange(8) % 2, 99)[:, None]).astype(float)
    used = weights > 0
    unit, period = np.nonzero(used)
    root = np.sqrt(weights[used])
    x = dummies(unit, period, on[used]) * root[:, None]
    return y, on, weights, x, y[used] * root, unit


def textbook(x, y, clusters):
    """CR2 variance and Bell-McCaffrey df of the last coefficient, all matrices in full."""
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    residuals = y - hat @ y
    row = bread[-1]
    groups = np.unique(clusters)
    columns, scores = [], []
    for group in groups:
        rows = np.flatnonzero(clusters == group)
        block = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
        left, sizes, right = np.linalg.svd(block)
        adjust = left @ np.diag([1 / np.sqrt(size) if size > 1e-9 else 0.0 for size in sizes]) @ right
        scores.append(row @ x[rows].T @ adjust @ residuals[rows])
        column = np.zeros(len(y))
        column[rows] = adjust @ x[rows] @ row
        columns.append(column)
    w = np.stack(columns, axis=1)
    b = w.T @ (np.eye(len(y)) - hat) @ w
    return np.sum(np.square(scores)), np.trace(b) ** 2 / np.sum(b**2)


@pytest.mark.parametrize("clusters", [np.arange(8), np.arange(8) // 2])
def test_cr2_equals_the_textbook_matrices(weighted_regression, clusters):
    y, on, weights, x, flat, unit = weighted_regression
    found = cr2(two_way(y, on, weights), clusters, 0.95)
    variance, df = textbook(x, flat, clusters[unit])
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-7)
    assert found.degrees_of_freedom == pytest.approx(df, rel=1e-7)


def test_cr1_and_iid_equal_the_textbook_matrices(weighted_regression):
    y, on, weights, x, flat, unit = weighted_regression
    bread = np.linalg.inv(x.T @ x)
    residuals = flat - x @ bread @ x.T @ flat
    scores = [bread[-1] @ x[unit == u].T @ residuals[unit == u] for u in range(8)]
    fit = two_way(y, on, weights)
    found, factor = cr1(fit, np.arange(8), 0.95)
    assert found.standard_error**2 / factor == pytest.approx(np.sum(np.square(scores)), rel=EXACT)
    df = weights.sum() - x.shape[1]
    assert iid(fit, 0.95).standard_error == pytest.approx(
        np.sqrt(residuals @ residuals / df * bread[-1, -1]), rel=EXACT
    )
    assert iid(fit, 0.95).degrees_of_freedom == df


def test_a_regressor_without_variation_is_refused():
    with pytest.raises(ValueError, match="does not vary"):
        two_way(np.ones((4, 5)), np.tile(np.arange(5.0) >= 2, (4, 1)).astype(float), np.ones((4, 5)))


def test_collapse_t_and_jackknife_t_equal_scipy():
    rng = np.random.default_rng(2)
    values, treated = rng.normal(size=9), np.arange(9) < 3
    pooled = stats.ttest_ind(values[treated], values[~treated])
    welch = stats.ttest_ind(values[treated], values[~treated], equal_var=False)
    assert collapse_t(values, treated, 0.95).p_value == pytest.approx(pooled.pvalue, rel=EXACT)
    assert collapse_t(values, treated, 0.95).interval == pytest.approx(
        tuple(pooled.confidence_interval()), rel=EXACT
    )
    assert jackknife_t(values, treated, 0.95).p_value == pytest.approx(welch.pvalue, rel=EXACT)
    assert paired_t(values, 0.95).p_value == pytest.approx(stats.ttest_1samp(values, 0).pvalue, rel=EXACT)


def test_blocks_t_is_a_two_sample_t_on_four_block_means():
    rng = np.random.default_rng(3)
    before, after = rng.normal(size=16), rng.normal(size=24)
    blocks = [side.reshape(4, -1).mean(axis=1) for side in (before, after)]
    by_scipy = stats.ttest_ind(blocks[1], blocks[0])
    found = blocks_t(before, after, 0.95)
    assert found.effect / found.standard_error == pytest.approx(by_scipy.statistic, rel=EXACT)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(by_scipy.statistic), 3), rel=EXACT)


def brute_p(values, treated, shift, statistic):
    """Share of all choices whose statistic, after shifting back, is at least the actual one's."""
    shifted = values - shift * treated
    every = []
    for chosen in combinations(range(len(values)), int(treated.sum())):
        assigned = np.isin(np.arange(len(values)), chosen)
        every.append((abs(statistic(shifted, assigned)), (assigned == treated).all()))
    actual = next(value for value, own in every if own)
    return np.mean([value >= actual - 1e-9 for value, _ in every])


def difference(values, assigned):
    return values[assigned].mean() - values[~assigned].mean()


@pytest.mark.parametrize(("ours", "others", "effect"), [(2, 6, 0.8), (3, 6, 0.4), (3, 3, 1.0)])
def test_randomisation_by_brute_force(ours, others, effect):
    y, treated = panel(ours, others, 40, seed=ours * 10 + others, effect=effect)
    values, noise = changes(y, 20), relative_noise(y, 20)

    def scaled(shifted, assigned):
        found = scaled_contrast(shifted, assigned, noise, 0.95)[0]
        return found.effect / found.standard_error

    plain = randomisation(values, treated, 0.9, seed=1)
    studentised = randomisation_t(values, treated, noise, 0.9, seed=1)
    for found, statistic in ((plain, difference), (studentised, scaled)):
        assert found.p_value == pytest.approx(brute_p(values, treated, 0.0, statistic))
        for bound, outside in zip(found.interval, (-1, 1), strict=True):
            if not np.isfinite(bound):
                continue
            step = 1e-4 * found.standard_error
            assert brute_p(values, treated, bound - outside * step, statistic) >= 0.1 - EXACT
            assert brute_p(values, treated, bound + outside * step, statistic) < 0.1


def test_many_assignments_are_sampled_with_the_actual_one_and_by_seed():
    treated = np.arange(30) < 6
    drawn = assignments(treated, seed=4)
    assert drawn.shape == (2000, 30)
    assert (drawn.sum(axis=1) == 6).all()
    assert (drawn[0] == treated).all()
    assert (drawn == assignments(treated, seed=4)).all()
    assert (drawn != assignments(treated, seed=5)).any()


def test_start_orders_are_all_distinct_permutations():
    cohort = np.array([0, 1, 1, -1, -1, -1])
    orders = start_orders(cohort, seed=1)
    assert {tuple(order) for order in orders.tolist()} == set(permutations(cohort.tolist()))
    assert len(orders) == possible_orders(cohort) == 60


def test_randomisation_of_starts_by_brute_force():
    rng = np.random.default_rng(8)
    starts, cohort = [10, 14], np.array([0, 1, 0, -1, -1, -1, -1])
    y = rng.normal(size=(7, 30))
    on = np.zeros((7, 30))
    for unit, index in enumerate(cohort):
        if index >= 0:
            on[unit, starts[index] :] = 1.0
    y += 0.9 * on

    def change(z, start):
        return z[:, start:].mean(axis=1) - z[:, :start].mean(axis=1)

    def statistic(z, order):
        own = [
            change(z, starts[index])[unit] - change(z, starts[index])[order == -1].mean()
            for unit, index in enumerate(order)
            if index >= 0
        ]
        return np.mean(own)

    def p_value(shift):
        z = y - shift * on
        every = [abs(statistic(z, np.array(order))) for order in set(permutations(cohort.tolist()))]
        return np.mean(np.array(every) >= abs(statistic(z, cohort)) - 1e-9)

    stacked = [np.stack([change(z, start) for start in starts]) for z in (y, on)]
    found = randomise_starts(*stacked, cohort, 0.9, seed=1)
    assert found.effect == pytest.approx(statistic(y, cohort))
    assert found.p_value == pytest.approx(p_value(0.0))
    step = 1e-4 * found.standard_error
    for bound, outside in zip(found.interval, (-1, 1), strict=True):
        assert p_value(bound - outside * step) >= 0.1 - EXACT
        assert p_value(bound + outside * step) < 0.1


def test_studentised_start_orders_are_inverted_exactly():
    rng = np.random.default_rng(5)
    cohort = np.array([0, 1, -1, -1, -1])
    starts = (6, 9)
    noise = np.array([4.0, 2.0, 1.0, 0.5, 1.5])
    y, on = np.sqrt(noise)[:, None] * rng.normal(size=(5, 16)), np.zeros((5, 16))
    on[0, 6:] = on[1, 9:] = 1.0
    y += 0.9 * on

    def change(z, start):
        return z[:, start:].mean(axis=1) - z[:, :start].mean(axis=1)

    def statistic(z, order):
        never, values = order == -1, np.zeros(5)
        for index, start in enumerate(starts):
            around = change(z, start) - change(z, start)[never].mean()
            values[order == index] = around[order == index]
            values[never] += around[never] / 2
        return scaled_contrast(values, ~never, Noise(s2=noise, nu=9.0), 0.9)[0]

    def p_value(shift):
        z = y - shift * on
        found = [statistic(z, np.array(order)) for order in set(permutations(cohort.tolist()))]
        every = np.array([abs(one.effect) / one.standard_error for one in found])
        own = statistic(z, cohort)
        return np.mean(every >= abs(own.effect) / own.standard_error - 1e-9)

    stacked = [np.stack([change(z, start) for start in starts]) for z in (y, on)]
    found = randomise_starts_t(*stacked, noise, cohort, 0.8, seed=1)
    assert found.effect == pytest.approx(statistic(y, cohort).effect)
    grid = np.linspace(found.effect, found.effect + 60 * found.standard_error, 6001)
    at = np.array([p_value(x) for x in grid[::20]])
    # p-value and interval use the monotone envelope: the largest p-value from there outwards.
    assert found.interval[1] == pytest.approx(grid[::20][at >= 0.2 - EXACT].max(), abs=0.2)
    assert found.p_value >= p_value(0.0) - EXACT


def test_a_linear_ramp_of_the_effect_does_not_change_the_relative_noise():
    y, treated = panel(2, 6, 52, seed=9)
    ramped = y.copy()
    ramped[treated, 26:] += np.linspace(0, 2, 26)
    plain = relative_noise(y, 26).s2 / relative_noise(y, 26).s2.sum()
    with_ramp = relative_noise(ramped, 26).s2 / relative_noise(ramped, 26).s2.sum()
    # The ramp is shared out over departments by the period means, so the relative noise is only nearly equal.
    assert with_ramp == pytest.approx(plain, rel=1e-6)


def test_the_larger_p_and_the_wider_interval_are_reported_when_flagged():
    rng = np.random.default_rng(12)
    flagged = 0
    for _ in range(60):
        noise = rng.normal(size=(6, 40))
        noise[0] = np.cumsum(noise[0]) * 0.5
        found = scaled_ewc(noise, np.arange(6) < 1, 20, 0.95)
        values = changes(noise, 20)
        first = scaled_contrast(values, np.arange(6) < 1, relative_noise(noise, 20), 0.95)[0]
        assert found.inference.p_value >= first.p_value - EXACT
        assert found.inference.interval[0] <= first.interval[0] + EXACT
        flagged += found.flagged
    assert flagged > 10


@pytest.mark.parametrize(
    ("ours", "others", "published"),
    [
        (1, 4, 5.4),
        (1, 9, 3.8),
        (1, 19, 3.4),
        (2, 3, 3.9),
        (2, 8, 2.7),
        (3, 3, 3.0),
        (3, 9, 2.1),
        (6, 14, 1.4),
    ],
)
def test_smallest_detectable_effect_in_spreads_of_a_change(ours, others, published):
    # Published to one decimal and simulated, so within 0.1.
    assert detectable.multiple(ours, others) == pytest.approx(published, abs=0.1)
