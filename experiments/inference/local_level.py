"""Regression on a level that wanders: a random walk beneath independent noise.

Harvey 1989, "Forecasting, Structural Time Series Models and the Kalman Filter", 2.3 (local level) and 3.4
(explanatory variables). The ratio of the two variances by restricted likelihood, profiled (Harville 1977);
the coefficients by generalised least squares.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]

RATIOS = np.concatenate([[0.0], np.geomspace(1e-5, 1e3, 50)])
"""Variance of a step of the level over that of the noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLevel:
    """coefficients (k,) and covariance (k, k); variance of the noise; ratio of a step's variance to it."""

    coefficients: Floats
    covariance: Floats
    variance: float
    ratio: float
    restricted_log_likelihood: float


def local_level(x: Floats, y: Floats, times: NDArray[np.intp]) -> LocalLevel:
    """Fit y (n,) on x (n, k) of full rank, observed at whole times (n,).

    x must hold a constant, which is the level at the start. Raises ValueError where nothing is left over.
    """
    steps = (times - times[0]).astype(float)
    walk = np.minimum.outer(steps, steps)
    found = [_at(x, y, walk, ratio) for ratio in RATIOS]
    best = int(np.argmax([fit.restricted_log_likelihood for fit in found]))
    if best == 0:
        return found[0]
    low, high = np.log(RATIOS[max(best - 1, 1)]), np.log(RATIOS[min(best + 1, len(RATIOS) - 1)])
    refined = minimize_scalar(
        lambda log_ratio: -_at(x, y, walk, float(np.exp(log_ratio))).restricted_log_likelihood,
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return max(
        (found[best], _at(x, y, walk, float(np.exp(refined.x)))),
        key=lambda fit: fit.restricted_log_likelihood,
    )


def _at(x: Floats, y: Floats, walk: Floats, ratio: float) -> LocalLevel:
    n, k = x.shape
    factor = cho_factor(np.eye(n) + ratio * walk, lower=True)
    weighted = cho_solve(factor, x)
    information = x.T @ weighted
    inverse = np.linalg.inv(information)
    coefficients = inverse @ (weighted.T @ y)
    residuals = y - x @ coefficients
    squares = float(residuals @ cho_solve(factor, residuals))
    if squares <= 0:
        raise ValueError("the columns leave nothing over")
    variance = squares / (n - k)
    logs = 2 * np.log(np.diag(factor[0])).sum() + np.linalg.slogdet(information)[1]
    return LocalLevel(
        coefficients=np.asarray(coefficients),
        covariance=np.asarray(variance * inverse),
        variance=variance,
        ratio=ratio,
        restricted_log_likelihood=float(-0.5 * (logs + (n - k) * np.log(variance))),
    )
