"""Sensitivity to differing trends: printed numbers, other implementations, and what must always hold."""

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from diff_diff.honest_did import _compute_optimal_flci
from scipy import optimize, stats

from experiments.estimate import Estimate
from experiments.estimating import estimate
from experiments.inference.honest_trends.affine_weights import affine_weights, lasso_path
from experiments.inference.honest_trends.breakdown import breakdown_value
from experiments.inference.honest_trends.event_effects import EventEffects, step_matrix
from experiments.inference.honest_trends.folded import folded_critical_value
from experiments.inference.honest_trends.hybrid_test import HybridTest, least_favourable
from experiments.inference.honest_trends.relative_magnitudes import (
    hypotheses_of,
    relative_magnitudes_interval,
)
from experiments.inference.honest_trends.smoothness import smoothness_interval
from experiments.options import Options, Violations
from experiments.panel_file import Columns, read_panel

Interval = Callable[[EventEffects, float, float], tuple[float, float]]


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, dict]:
    numbers = json.loads((shared / "reference" / "estimator_numbers.json").read_text("utf-8"))
    return {number["id"]: number for number in numbers}


@pytest.fixture(scope="module")
def medicaid(shared: Path) -> EventEffects:
    """The event study of HonestDiD's README: years before 2016, without the states that began in 2015."""
    frame = pd.read_csv(shared / "reference" / "ehec_data.csv")
    frame = frame[(frame.year < 2016) & (frame.yexp2 != 2015)]
    wide = frame.pivot(index="stfips", columns="year", values="dins")
    treated = (frame.groupby("stfips").yexp2.first().reindex(wide.index) == 2014).to_numpy()
    against = wide.sub(wide[2013], axis=0).drop(columns=2013).to_numpy()
    ours, others = against[treated], against[~treated]
    states, years = wide.shape
    influence = np.vstack([(ours - ours.mean(0)) / len(ours), (others - others.mean(0)) / len(others)])
    # One cluster per state; 7 coefficients, 7 years and a constant, as fixest and pyfixest count them.
    factor = states / (states - 1) * (states * years - 1) / (states * years - 15)
    return EventEffects(
        beta=ours.mean(0) - others.mean(0),
        covariance=factor * influence.T @ influence,
        n_before=5,
        l=np.array([1.0, 0.0]),
    )


@pytest.fixture
def made() -> Callable[..., EventEffects]:
    """Effects with a random covariance of full rank, and a step at the start."""

    def make(seed: int, before: int, l: tuple[float, ...]) -> EventEffects:  # noqa: E741
        rng = np.random.default_rng(seed)
        draws = rng.normal(size=(40, before + len(l))).cumsum(axis=1) * 0.1
        beta = rng.normal(size=before + len(l)) * 0.1 + np.where(
            np.arange(before + len(l)) < before, 0.0, 1.0
        )
        return EventEffects(beta=beta, covariance=np.cov(draws.T), n_before=before, l=np.array(l))

    return make


def test_the_event_study_is_that_of_the_readme(published, medicaid):
    for index, name in ((5, "ehec_2014"), (6, "ehec_2015")):
        assert medicaid.beta[index] == pytest.approx(published[name]["value"], abs=1e-5)
    errors = np.sqrt(np.diag(medicaid.covariance))[5:]
    assert [round(error, 5) for error in errors] == [0.00915, 0.01035]


def test_the_design_itself_gives_the_published_intervals(published, shared):
    """The whole way: the panel, the event study, its covariance by state and the sensitivity."""
    columns = Columns(outcome="dins", unit="stfips", time="year", first_treated="yexp2")
    panel = read_panel(shared / "reference" / "ehec_data.csv", columns)
    years = panel.between(0, panel.periods.index("2016"))
    sample = years.only(years.first_treated != panel.periods.index("2015"))
    sizes = {"relative-magnitudes": (0.5, 1.0, 1.5, 2.0), "smoothness": (0.0, 0.01, 0.02, 0.03, 0.04, 0.05)}
    asked = tuple(Violations(kind=kind, sizes=given) for kind, given in sizes.items())
    found = estimate(sample, Options(design="event-study", violations=asked))
    assert isinstance(found, Estimate)
    shown = {one.event_time: one.effect for one in found.event_study}
    assert shown[0] == pytest.approx(published["ehec_2014"]["value"], abs=1e-5)
    assert shown[1] == pytest.approx(published["ehec_2015"]["value"], abs=1e-5)
    first = [row for row in found.sensitivity.intervals if row.about == "first"]
    assert len(first) == 10
    for row in first:
        number = published[f"honest_{'rm' if row.method == 'c-lf' else 'sd'}_{row.m:g}"]
        assert row.interval == pytest.approx(number["value"], abs=number["tolerance"])


@pytest.mark.parametrize("m", [0, 0.01, 0.02, 0.03, 0.04, 0.05])
def test_smoothness_equals_the_published_interval(published, medicaid, m):
    number = published[f"honest_sd_{m}"]
    found = smoothness_interval(medicaid, m, 0.95)
    assert found == pytest.approx(number["value"], abs=number["tolerance"])
    # moderndid prints six decimals.
    assert found == pytest.approx(number["obtained"], abs=1e-5)


@pytest.mark.parametrize("mbar", [0.5, 1, 1.5, 2])
def test_relative_magnitudes_equal_the_published_interval(published, medicaid, mbar):
    """R's critical value comes from 1,000 draws and its ends from a grid of 0.0004: hence 1e-3."""
    number = published[f"honest_rm_{mbar}"]
    assert relative_magnitudes_interval(medicaid, mbar, 0.95) == pytest.approx(
        number["value"], abs=number["tolerance"]
    )


def test_breakdown_of_the_readme(medicaid):
    """The README reads about 2 and about 0.03 from its coarse lists."""
    assert 1.5 < breakdown(relative_magnitudes_interval, medicaid, 1.0) < 2
    assert 0.02 < breakdown(smoothness_interval, medicaid, 0.01) < 0.03


def breakdown(interval: Interval, effects: EventEffects, unit: float) -> float:
    found = breakdown_value(lambda m: interval(effects, m, 0.95), unit)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("interval", "unit"), [(relative_magnitudes_interval, 1.0), (smoothness_interval, 0.1)]
)
def test_breakdown_agrees_with_the_intervals(made, interval, unit):
    effects = made(3, 4, (0.5, 0.5))
    found = breakdown(interval, effects, unit)
    assert interval(effects, found, 0.95)[0] > 0
    assert interval(effects, found * 1.0011, 0.95)[0] <= 0


def test_no_breakdown_where_nothing_is_excluded(made):
    effects = made(3, 4, (1.0,))
    none = EventEffects(beta=effects.beta * 0.01, covariance=effects.covariance, n_before=4, l=effects.l)
    assert breakdown_value(lambda m: smoothness_interval(none, m, 0.95), 0.1) is None


@pytest.mark.parametrize("interval", [relative_magnitudes_interval, smoothness_interval])
@pytest.mark.parametrize(("before", "l"), [(1, (1.0,)), (3, (0.0, 1.0)), (6, (0.25, 0.25, 0.25, 0.25))])
def test_intervals_widen_and_do_not_depend_on_units(made, interval, before, l):  # noqa: E741
    effects = made(before, before, l)
    sizes = np.linspace(0, 2, 9) * (1.0 if interval is relative_magnitudes_interval else 0.1)
    found = np.array([interval(effects, m, 0.95) for m in sizes])
    widths = found[:, 1] - found[:, 0]
    assert (np.diff(widths) >= -1e-6).all()
    thousands = EventEffects(
        beta=effects.beta * -1000, covariance=effects.covariance * 1e6, n_before=before, l=effects.l
    )
    factor = 1.0 if interval is relative_magnitudes_interval else 1000.0
    other = np.array([interval(thousands, m * factor, 0.95) for m in sizes])
    # The search for the shortest interval stops at a width that is right to ten digits, a centre to five.
    np.testing.assert_allclose(other, found[:, ::-1] * -1000, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("l", [(1.0,), (1.0, 0.0, 0.0), (0.2, 0.3, 0.5)])
def test_without_departures_the_interval_is_the_ordinary_one(made, l):  # noqa: E741
    effects = made(5, 4, l)
    half = stats.norm.ppf(0.975) * effects.standard_error
    expected = (effects.effect - half, effects.effect + half)
    assert relative_magnitudes_interval(effects, 0.0, 0.95) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("l", [(1.0,), (0.0, 0.0, 1.0), (0.2, 0.3, 0.5)])
def test_without_bends_the_interval_is_the_extrapolated_straight_line(made, l):  # noqa: E741
    """Generalised least squares with one slope through the reference period and free effects after it."""
    effects = made(6, 5, l)
    times = np.concatenate([np.arange(-5, 0), np.arange(1, len(l) + 1)]).astype(float)
    design = np.column_stack([times, np.vstack([np.zeros((5, len(l))), np.eye(len(l))])])
    inverse = np.linalg.inv(effects.covariance)
    variance = np.linalg.inv(design.T @ inverse @ design)
    fitted = variance @ design.T @ inverse @ effects.beta
    centre = effects.l @ fitted[1:]
    half = stats.norm.ppf(0.975) * np.sqrt(effects.l @ variance[1:, 1:] @ effects.l)
    assert smoothness_interval(effects, 0.0, 0.95) == pytest.approx((centre - half, centre + half), rel=1e-7)


@pytest.mark.parametrize("m", [0.0, 0.02, 0.1, 1.0])
@pytest.mark.parametrize("l", [(1.0,), (0.5, 0.5), (-1.0, 0.5, 1.0)])
def test_smoothness_is_the_shortest_affine_interval(made, m, l):  # noqa: E741
    """Against a general optimiser over all affine estimators, its bias by a linear programme."""
    effects = made(7, 3, l)
    low, high = smoothness_interval(effects, m, 0.95)
    times = np.concatenate([np.arange(-3, 0), np.arange(1, len(l) + 1)]).astype(float)
    bends = second_differences(3, len(l))

    def half(turn: np.ndarray) -> float:
        weights = np.concatenate([[-(effects.l @ times[3:] + turn @ times[1:3]) / times[0]], turn, effects.l])
        error = np.sqrt(weights @ effects.covariance @ weights)
        return folded_critical_value(m * largest_bias(weights, bends) / error, 0.95) * error

    best = min(
        optimize.minimize(half, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).fun
        for start in (np.zeros(2), np.array([0.0, -1.0]))
    )
    assert (high - low) / 2 == pytest.approx(best, rel=1e-6)


def second_differences(before: int, after: int) -> np.ndarray:
    return np.diff(step_matrix(before, after), axis=0)


def largest_bias(weights: np.ndarray, bends: np.ndarray) -> float:
    """The coefficients of the bends in weights' delta; a straight line has none, so they exist."""
    return float(np.abs(np.linalg.lstsq(bends.T, weights, rcond=None)[0]).sum())


@pytest.mark.parametrize("m", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("l", [(1.0, 0.0), (0.25, 0.25, 0.25, 0.25)])
def test_smoothness_equals_diff_diff(made, m, l):  # noqa: E741
    """Its smoothness interval; its relative magnitudes are too narrow and never used. It searches a grid."""
    effects = made(12, 6, l)
    oracle = _compute_optimal_flci(
        effects.beta[:6], effects.beta[6:], effects.covariance, effects.l, 6, len(l), m, 0.05
    )
    assert smoothness_interval(effects, m, 0.95) == pytest.approx(oracle, abs=1e-3 * effects.standard_error)


def test_lasso_path_meets_its_conditions(made):
    rng = np.random.default_rng(4)
    for size in (1, 2, 5, 12, 30):
        root = rng.normal(size=(2 * size, size)).cumsum(axis=1)
        quadratic, linear = root.T @ root, rng.normal(size=size) * 10
        corners = lasso_path(quadratic, linear)
        np.testing.assert_allclose(quadratic @ corners[-1], -linear, atol=1e-7 * np.abs(linear).max())
        for corner in (corners[:-1] + corners[1:]) / 2:
            gradient = linear + quadratic @ corner
            penalty = np.abs(gradient).max()
            on = corner != 0
            np.testing.assert_allclose(gradient[on], -np.sign(corner[on]) * penalty, rtol=1e-6)


def test_bias_of_the_weights_is_that_of_the_worst_trend(made):
    effects = made(8, 5, (0.5, 0.0, 0.5))
    candidates = affine_weights(effects.covariance, 5, effects.l)
    for weights, bias in zip(candidates.weights, candidates.bias, strict=True):
        assert bias == pytest.approx(largest_bias(weights, second_differences(5, 3)), rel=1e-8)


@pytest.mark.parametrize(("bias", "expected"), [(0.0, 1.959964), (0.5, 2.180978), (1.0, 2.649976)])
def test_folded_critical_value(bias, expected):
    """Quantiles of a noncentral chi with one degree of freedom, from another routine."""
    assert folded_critical_value(bias, 0.95) == pytest.approx(
        np.sqrt(stats.ncx2.ppf(0.95, 1, bias**2) if bias else stats.chi2.ppf(0.95, 1)), rel=1e-8
    )
    assert folded_critical_value(bias, 0.95, 1e7) == pytest.approx(
        folded_critical_value(bias, 0.95), rel=1e-5
    )
    assert folded_critical_value(0.0, 0.95, 4) == pytest.approx(stats.t.ppf(0.975, 4), rel=1e-9)


def test_least_favourable_value_equals_draws(made):
    """200,000 draws: the quantile's own standard error is about 0.01."""
    effects = made(9, 3, (0.3, 0.7))
    hypotheses = hypotheses_of(effects, 1.0)
    found = least_favourable(hypotheses.vertices, hypotheses.covariance, 0.005)
    rng = np.random.default_rng(5)
    for vertices, covariance, value in zip(hypotheses.vertices, hypotheses.covariance, found, strict=True):
        draws = rng.multivariate_normal(np.zeros(2), covariance, 200_000) @ vertices.T
        assert value == pytest.approx(np.quantile(draws.max(axis=1), 0.995), abs=0.04)


@pytest.mark.parametrize("l", [(1.0,), (1.0, 0.0), (0.5, 0.5), (0.2, 0.0, 0.8), (-1.0, 2.0)])
@pytest.mark.parametrize("mbar", [0.5, 2.0])
def test_hybrid_test_equals_the_linear_programmes(made, mbar, l):  # noqa: E741
    """The moments and nuisance parameters as published, every vertex of the dual by brute force."""
    effects = made(11, 3, l)
    low, high = relative_magnitudes_interval(effects, mbar, 0.95)
    values = np.linspace(low - 0.3 * (high - low), high + 0.3 * (high - low), 41)
    hypotheses = hypotheses_of(effects, mbar)
    test = HybridTest.of(hypotheses.vertices, hypotheses.covariance, 0.05, 0.005)
    found = test.accepts(effects.effect - values, hypotheses.step)
    expected = np.zeros(len(values), dtype=bool)
    for which, critical in enumerate(test.critical_value):
        moments = moment_matrix(effects, mbar, which)
        for place, value in enumerate(values):
            expected[place] |= accepted_by_vertices(effects, moments, value, float(critical))
    assert 0 < expected.sum() < len(values)
    np.testing.assert_array_equal(found, expected)


def moment_matrix(effects: EventEffects, mbar: float, which: int) -> np.ndarray:
    """A of A delta <= 0: the steps after the reference period against step `which`, signed."""
    before = effects.n_before
    steps = step_matrix(before, len(effects.l))
    largest = steps[which % before] * (1.0 if which < before else -1.0)
    return np.vstack([steps[before:] - mbar * largest, -steps[before:] - mbar * largest])


def accepted_by_vertices(effects: EventEffects, moments: np.ndarray, value: float, critical: float) -> bool:
    """The test of Andrews, Roth and Pakes 2023 with all vertices of the dual listed."""
    l, after = effects.l, moments[:, effects.n_before :]  # noqa: E741
    nuisance = np.linalg.svd(l[None])[2][1:].T  # effects that leave l' tau as it is
    y = moments @ effects.beta - after @ (l / (l @ l)) * value
    x, spread = after @ nuisance, moments @ effects.covariance @ moments.T
    equations = np.vstack([np.sqrt(np.diag(spread)), x.T])
    vertices = list_vertices(equations)
    scores = vertices @ y
    best = int(np.argmax(scores))
    eta, mine = scores[best], vertices[best]
    if eta > critical:
        return False
    variance = mine @ spread @ mine
    if eta <= 0:
        return True
    slopes = vertices @ spread @ mine / variance
    rest = scores - slopes * eta
    below, above = slopes < 1 - 1e-9, slopes > 1 + 1e-9
    low = max([-np.inf, *(rest[below] / (1 - slopes[below]))])
    high = min([critical, *(rest[above] / (1 - slopes[above]))])
    scale = np.sqrt(variance)
    beyond = stats.norm.sf(eta / scale) - stats.norm.sf(high / scale)
    inside = stats.norm.sf(low / scale) - stats.norm.sf(high / scale)
    return bool(beyond / inside >= (0.05 - 0.005) / (1 - 0.005))


def list_vertices(equations: np.ndarray) -> np.ndarray:
    """Every basic solution of equations @ w = (1, 0, ...) with w >= 0."""
    rows, columns = equations.shape
    goal = np.eye(rows)[0]
    found = []
    for basis in combinations(range(columns), rows):
        part = equations[:, basis]
        if abs(np.linalg.det(part)) < 1e-12:
            continue
        weights = np.zeros(columns)
        weights[list(basis)] = np.linalg.solve(part, goal)
        if (weights >= -1e-12).all():
            found.append(weights)
    return np.array(found)
