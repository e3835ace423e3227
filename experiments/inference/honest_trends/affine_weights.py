"""Affine estimators of an effect that are unbiased under any straight difference in trends.

Rambachan and Roth 2023, on fixed-length confidence intervals: for smooth departures the largest bias of such
an estimator is M times the sum of the absolute coefficients c of the trend's second differences. Bias against
variance is then a lasso in the coefficients before the start, whose whole path is followed exactly (Osborne,
Presnell and Turlach 2000; Efron, Hastie, Johnstone and Tibshirani 2004).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.honest_trends.event_effects import step_weights

Floats = NDArray[np.float64]

TOLERANCE = 1e-10
LONGEST = 20
"""Corners per coefficient after which the path is given up: its last corner is then the least variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffineWeights:
    """Candidates from least biased to least variable; every mixture of two neighbours is a candidate too.

    weights (n, K + P): what each gives to beta. bias (n,): largest bias for M = 1.
    """

    weights: Floats
    bias: Floats


def affine_weights(covariance: Floats, n_before: int, l: Floats) -> AffineWeights:  # noqa: E741
    """The corners of the path for a covariance (K + P, K + P), positive definite on the periods before."""
    base, turn = _before_weights(n_before, float(np.arange(1, len(l) + 1) @ l))
    before = covariance[:n_before, :n_before]
    size = np.trace(before) / n_before
    to_after = covariance[:n_before, n_before:] @ l
    corners = lasso_path(turn.T @ before @ turn / size, turn.T @ (before @ base + to_after) / size)
    weights = np.column_stack([base + corners @ turn.T, np.broadcast_to(l, (len(corners), len(l)))])
    # The second difference at the reference period and later ones, which no weight before the start changes.
    fixed = np.abs(np.cumsum(step_weights(l)[::-1])).sum()
    return AffineWeights(weights=weights, bias=fixed + np.abs(corners).sum(axis=1))


def _before_weights(n_before: int, slope: float) -> tuple[Floats, Floats]:
    """Weights before the start as base (K,) + turn (K, K - 1) @ c.

    c_j is the coefficient of the second difference j periods before the reference period; all zero gives the
    last step alone, which carries the straight trend.
    """
    second = np.zeros((n_before, n_before + 1))
    for period in range(1, n_before + 1):  # periods before the reference, the nearest first
        second[period - 1, [period - 1, period]] = 1.0, -2.0
        if period < n_before:
            second[period - 1, period + 1] = 1.0
    second = second[::-1]
    return slope * second[:, 0], second[:, 1:n_before]


def lasso_path(quadratic: Floats, linear: Floats) -> Floats:
    """(n, k) corners of the minimisers of c'Qc / 2 + linear'c + penalty |c| as the penalty falls to zero."""
    corners = [np.zeros(len(linear))]
    signs = np.zeros(len(linear))
    penalty = float(np.abs(linear).max(initial=0.0))
    if not penalty:
        return np.array(corners)
    moved = int(np.argmax(np.abs(linear)))
    signs[moved] = -np.sign(linear[moved])
    while penalty > 0 and len(corners) < LONGEST * len(linear):
        start, slope = _line(quadratic, linear, signs)
        events = _events(linear + quadratic @ start, quadratic @ slope, start, slope, signs)
        events[moved, events[moved] > penalty * (1 - TOLERANCE)] = 0.0
        events[events > penalty * (1 + TOLERANCE)] = 0.0
        moved, kind = divmod(int(np.argmax(events)), 3)
        penalty = float(events[moved, kind])
        signs[moved] = (-1.0, 1.0, 0.0)[kind]
        corners.append(start + penalty * slope)
    return np.array(corners)


def _line(quadratic: Floats, linear: Floats, signs: Floats) -> tuple[Floats, Floats]:
    """The minimiser as start + penalty * slope while the signs of its coefficients stay as they are."""
    active = np.flatnonzero(signs)
    start, slope = np.zeros(len(signs)), np.zeros(len(signs))
    among = quadratic[np.ix_(active, active)]
    start[active], slope[active] = -np.linalg.solve(among, np.column_stack([linear, signs])[active]).T
    return start, slope


def _events(level: Floats, turn: Floats, start: Floats, slope: Floats, signs: Floats) -> Floats:
    """(k, 3) penalties at which a coefficient turns negative, positive, or back to zero; 0 for never.

    The gradient of an inactive coefficient is level + penalty * turn, and it enters where that is as large as
    the penalty; an active coefficient is start + penalty * slope.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.column_stack([level / (1 - turn), -level / (1 + turn), -start / slope])
    possible = np.column_stack([signs == 0, signs == 0, signs != 0])
    return np.where(possible & np.isfinite(found), np.maximum(found, 0.0), 0.0)
