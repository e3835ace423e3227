"""The mixed model of a stepped-wedge trial on department-by-period cells, by REML.

Hussey and Hughes 2007 (Contemporary Clinical Trials 28): y_it = b_t + theta x_it + a_i + e_it with fixed
periods and a random department. On cell means of equal size this is also Hooper et al. 2016 (Statistics in
Medicine 35), whose department-by-period effect and noise within a cell both fall into e_it. The error is
compound symmetric, so one ratio of variances, lambda = var(a) / var(e), is all there is to search.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from experiments.inference.inversion import invert_linear
from experiments.inference.start_orders import Orders, by_table, start_orders
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GRID = np.linspace(-12.0, 16.0, 29)
PRECISION = 1e-9
STEP = 1e-3
LEAST_SPREAD = 1e-9
RANK = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """The effect with its error; between, noise: variances of departments and of cells."""

    effect: float
    standard_error: float
    satterthwaite: float
    between: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cross-products of [X y] within departments (p + 1, p + 1), their means (G, p + 1) and cells (G,)."""

    within: Floats
    means: Floats
    counts: Floats

    @property
    def left(self) -> int:
        """Cells minus columns."""
        return int(self.counts.sum()) - len(self.within) + 1

    def products(self, ratio: float) -> Floats:
        """[X y]' V^-1 [X y] for V = I + ratio J by department: never a difference of large numbers."""
        return self.within + (self.means.T * (self.counts / (1 + ratio * self.counts))) @ self.means


def mixed_model(y: Floats, used: Flags, treatment: Floats, contrast: Floats) -> MixedModel | None:
    """REML fit of y (G, T) on periods and treatment (G, T, K); the effect is contrast (K,) of those K.

    used (G, T): cells that count; the treatment must be `separable` on them. None where no noise is left.
    Satterthwaite's degrees of freedom come from the observed REML information of both variances; with a
    department variance of zero, from the noise alone (as lmerTest does).
    """
    columns = _columns(used, treatment)
    spread = float(np.std(y[used]))
    if spread <= LEAST_SPREAD * np.abs(y[used]).max():
        return None
    scaled = (y - y[used].mean()) / spread
    cells = _cells(scaled, used, columns)
    ratio = _ratio(cells)
    weights = np.concatenate([np.zeros(columns.shape[2] - len(contrast)), contrast])
    products = cells.products(ratio)
    coefficients = np.linalg.solve(products[:-1, :-1], products[:-1, -1])
    direction = np.linalg.solve(products[:-1, :-1], weights)
    noise = float(products[-1, -1] - coefficients @ products[:-1, -1]) / cells.left
    if noise < LEAST_SPREAD**2:
        return None
    return MixedModel(
        effect=float(weights @ coefficients) * spread,
        standard_error=float(np.sqrt(noise * (weights @ direction))) * spread,
        satterthwaite=_satterthwaite(cells, ratio, weights),
        between=ratio * noise * spread**2,
        noise=noise * spread**2,
    )


def separable(used: Flags, treatment: Floats) -> bool:
    """Whether treatment (G, T, K) is apart from periods even beside fixed departments, with cells to spare.

    The effect then rests on changes within departments, not on their levels alone.
    """
    columns = _columns(used, treatment)
    count = columns.shape[2]
    if used.sum() <= count + len(used):
        return False
    within = _cells(np.zeros(used.shape), used, columns).within[:-1, :-1]
    return bool(np.linalg.matrix_rank(within, tol=RANK, hermitian=True) == count - 1)


def randomise_order(
    y: Floats, used: Flags, treatment: Floats, cohort: Orders, level: float, seed: int
) -> Inference:
    """The effect with fixed departments and periods, inverted over start orders (Wang, De Gruttola 2017).

    y, used, treatment (G, T); cohort (G,): 0, 1, ... for the dates, of which never or not yet is one too. No
    variance is estimated, so the test is exact. The effect is sum(scores * y) and another order hands the
    same rows of scores to other departments: each is a sum over a table of departments by cohorts.
    """
    scores = _scores(used, treatment)[np.unique(cohort, return_index=True)[1]]
    orders, centred = start_orders(cohort, seed), y - y.mean(axis=1, keepdims=True)
    statistics, slopes = (by_table(values @ scores.T, orders) for values in (centred, treatment))
    return invert_linear(statistics, slopes, level)


def _scores(used: Flags, treatment: Floats) -> Floats:
    """(G, T) by which the least-squares effect with fixed departments and periods is sum(scores * y)."""
    columns = _columns(used, treatment[:, :, None])
    within = _cells(np.zeros(used.shape), used, columns).within[:-1, :-1]
    direction = np.linalg.lstsq(within, np.eye(len(within))[-1], rcond=RANK)[0]
    fitted = (columns @ direction) * used
    counts = np.maximum(used.sum(axis=1, keepdims=True), 1)
    return np.asarray((fitted - fitted.sum(axis=1, keepdims=True) / counts) * used)


def _columns(used: Flags, treatment: Floats) -> Floats:
    """(G, T, p) periods with a used cell, then treatment."""
    groups, periods = used.shape
    dummies = np.broadcast_to(
        np.eye(periods)[:, used.any(axis=0)], (groups, periods, int(used.any(axis=0).sum()))
    )
    return np.concatenate([dummies, treatment], axis=2)


def _cells(y: Floats, used: Flags, columns: Floats) -> Cells:
    joined = np.concatenate([columns, y[:, :, None]], axis=2) * used[:, :, None]
    counts = used.sum(axis=1).astype(np.float64)
    means = joined.sum(axis=1) / np.maximum(counts, 1)[:, None]
    within = (joined - means[:, None, :])[used]
    return Cells(within=within.T @ within, means=means, counts=counts)


def _parts(cells: Cells, ratio: float) -> tuple[float, float]:
    """Log determinants, and residual sum of squares, of the REML deviance at a ratio."""
    products = cells.products(ratio)
    coefficients = np.linalg.solve(products[:-1, :-1], products[:-1, -1])
    determinant = np.linalg.slogdet(products[:-1, :-1])[1] + np.log1p(ratio * cells.counts).sum()
    return float(determinant), float(products[-1, -1] - coefficients @ products[:-1, -1])


def _deviance(cells: Cells, ratio: float) -> float:
    determinant, residual = _parts(cells, ratio)
    return float(determinant + cells.left * np.log(max(residual, 1e-300)))


def _ratio(cells: Cells) -> float:
    """The best of a grid, then a search around it; zero where no department variance fits better."""
    best = int(np.argmin([_deviance(cells, float(np.exp(at))) for at in GRID]))
    bounds = (GRID[max(best - 1, 0)], GRID[min(best + 1, len(GRID) - 1)])
    found = minimize_scalar(
        lambda at: _deviance(cells, float(np.exp(at))), bounds=bounds, options={"xatol": PRECISION}
    )
    at_zero = _deviance(cells, 0.0)
    return 0.0 if best == 0 or at_zero <= found.fun else float(np.exp(found.x))


def _satterthwaite(cells: Cells, ratio: float, weights: Floats) -> float:
    """1 / (g' H^-1 g): H is the Hessian of the deviance in (log noise, log ratio), g that of log variance."""
    if ratio == 0:
        return float(cells.left)

    def at(step: float) -> tuple[float, float, float]:
        moved = ratio * float(np.exp(step))
        products = cells.products(moved)[:-1, :-1]
        return *_parts(cells, moved), float(np.log(weights @ np.linalg.solve(products, weights)))

    below, here, above = (np.array(at(step)) for step in (-STEP, 0.0, STEP))
    slope = (above - below) / (2 * STEP)
    bend = (above - 2 * here + below) / STEP**2
    noise = here[1] / cells.left
    hessian = np.array([[cells.left, -slope[1] / noise], [-slope[1] / noise, bend[0] + bend[1] / noise]])
    gradient = np.array([1.0, slope[2]])
    if np.linalg.det(hessian) <= 0:
        return float(cells.left)
    return float(1 / (gradient @ np.linalg.solve(hessian, gradient)))
