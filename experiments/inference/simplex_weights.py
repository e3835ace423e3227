"""Weights of at least 0 that sum to 1 and bring a mix of points nearest to a target: exact, no step size.

The problem of synthetic control (Abadie, Diamond and Hainmueller 2010, equation 2) and of synthetic
difference-in-differences (Arkhangelsky and others 2021, equations 4 and 6): minimise
|points w - target|^2 + ridge^2 |w|^2. Non-negative least squares (Lawson and Hanson 1974, chapter 23) finds
the weights that are above 0; an active set whose multipliers come from a QR decomposition then makes the
optimality conditions hold to rounding, also where the mix reaches the target and only the ridge decides.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EVEN = 1e-5
"""Smallest ridge, relative to the root mean square distance: of equally near mixes the most even one."""
TOLERANCE = 1e-8


def simplex_weights(points: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """(n,) weights; points (N, n) hold one column per weight; target (N,); ridge in their unit."""
    apart = points - target[:, None]
    size = np.sqrt(np.mean(apart**2))
    if size == 0 or apart.shape[1] == 1:
        return np.full(apart.shape[1], 1 / apart.shape[1])
    apart, ridge = apart / size, max(ridge / size, EVEN)
    weights = _start(apart, ridge)
    for _ in range(10 * len(weights) + 50):
        weights, done = _step(apart, ridge, weights)
        if done:
            break
    return weights


def _start(apart: Floats, ridge: float) -> Floats:
    """Feasible weights near the optimum: the sum is one more row, and the solution is scaled to 1."""
    count = apart.shape[1]
    rows = np.vstack([apart, ridge * np.eye(count), np.ones((1, count))])
    try:
        found = nnls(rows, np.append(np.zeros(len(rows) - 1), 1.0))[0]
    except RuntimeError:
        found = np.eye(count)[np.argmin(np.sum(apart**2, axis=0))]
    return np.asarray(found / found.sum())


def _step(apart: Floats, ridge: float, weights: Floats) -> tuple[Floats, bool]:
    """One step of the active set, and whether the weights are optimal."""
    used = weights > 0
    best, pull = _on(apart, ridge, used)
    if (best[used] <= 0).any():
        return _to_the_border(weights, best), False
    new = int(np.argmin(np.where(used, np.inf, pull)))
    if used.all() or pull[new] >= 1 - TOLERANCE:
        return best, True
    used[new] = True
    wider = _on(apart, ridge, used)[0]
    if wider[new] <= 0:  # an improvement within rounding
        return best, True
    return (wider if (wider[used] > 0).all() else _to_the_border(best, wider)), False


def _on(apart: Floats, ridge: float, used: Flags) -> tuple[Floats, Floats]:
    """Best weights with these columns only, of any sign, and the pull (n,) of every column.

    The pull is the derivative of half the objective over its value at the optimum of the used columns, where
    it is 1; a column below 1 would lower the objective.
    """
    count = int(used.sum())
    q, r = np.linalg.qr(np.vstack([apart[:, used], ridge * np.eye(count)]))
    inverse = np.linalg.inv(r)
    half = inverse.sum(axis=0)
    weights = np.zeros(len(used))
    weights[used] = inverse @ half / (half @ half)
    return weights, np.asarray(apart.T @ (q[: len(apart)] @ half))


def _to_the_border(weights: Floats, best: Floats) -> Floats:
    """From feasible weights towards the best ones, until the first of them is 0."""
    leaving = np.flatnonzero((best <= 0) & (weights > 0))
    shares = weights[leaving] / (weights[leaving] - best[leaving])
    moved = weights + shares.min() * (best - weights)
    moved[leaving[shares.argmin()]] = 0.0
    moved = np.maximum(moved, 0.0)
    return np.asarray(moved / moved.sum())
