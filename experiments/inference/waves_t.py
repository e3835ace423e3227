"""The waves t: inference for a regression over time from the slowest waves of its own residuals.

Six orthonormal waves: the directions in which a random walk moves most once the regression's columns are
taken out (Muller 2007, "A theory of robust long-run variance estimation", Journal of Econometrics 141; Muller
and Watson 2008, Econometrica 76). Their mean square is the noise, with six degrees of freedom (equal weights:
Lazarus, Lewis, Stock and Watson 2018). A trend takes the slowest waves away, so what is left would be too
calm for the effect: the error is multiplied by the largest factor that first-order autocorrelation from 0 to
0.8 could ask for (after Muller 2014, "HAC corrections for strongly autocorrelated time series", Journal of
Business and Economic Statistics 32). How far this holds: docs/evidence/its_size.json.
"""

from functools import lru_cache

import numpy as np
from scipy.linalg import eigh

from experiments.inference.serial_regression import Error, Floats, SerialRegression

WAVES = 6
PERSISTENCE = (0.0, 0.2, 0.4, 0.6, 0.8)


def waves_t(fit: SerialRegression, gradient: Floats) -> Error:
    """t(6); needs six more rows than columns, raises ValueError otherwise."""
    found = waves(fit)
    share = _factor(fit, fit.influence(gradient), found) / WAVES
    return Error(root=found.T * np.sqrt(share), degrees_of_freedom=WAVES)


@lru_cache(maxsize=1)
def waves(fit: SerialRegression) -> Floats:
    """(N, 6) orthonormal, orthogonal to the regression's rows, slowest first; kept for the next gradient."""
    if fit.rows.shape[0] - fit.rows.shape[1] < WAVES:
        raise ValueError("too few periods for six waves")
    walk = fit.loading[:, None] * _random_walk(fit.times)[fit.period]
    taken = np.linalg.qr(fit.rows)[0]
    walk -= taken @ (taken.T @ walk)
    size = len(fit.times)
    squares, directions = eigh(walk.T @ walk, subset_by_index=[size - WAVES, size - 1])
    return np.asarray(walk @ (directions / np.sqrt(squares))[:, ::-1])


def _random_walk(times: Floats) -> Floats:
    """(P, P) a random walk's values at the times as sums of independent steps."""
    steps = np.sqrt(np.diff(times, prepend=times[0] - 1))
    return np.tril(np.broadcast_to(steps, (len(times), len(times))))


def _factor(fit: SerialRegression, influence: Floats, found: Floats) -> float:
    """The largest ratio of the effect's variance to the waves': independent rows, or shared AR(1) shocks."""
    own = fit.by_period(influence * fit.loading)
    theirs = np.column_stack([fit.by_period(wave * fit.loading) for wave in found.T])
    apart = np.abs(np.subtract.outer(fit.times, fit.times))
    ratios = [float(influence @ influence)]
    for persistence in PERSISTENCE:
        shared = persistence**apart
        ratios.append(float(own @ shared @ own / np.mean(np.sum(theirs * (shared @ theirs), axis=0))))
    return max(ratios)
