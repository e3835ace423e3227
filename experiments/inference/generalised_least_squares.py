"""Generalised least squares with the covariance of the errors estimated by likelihood.

The restricted likelihood (Patterson and Thompson 1971, Biometrika 58; for time series Cooper and Thompson
1977, Biometrika 64) is that of what the regression leaves over, so that it allows for the coefficients that
were fitted; without that the errors come out too calm. With all coefficients diffuse it is also the diffuse
likelihood of a structural model (Harvey 1989, 3.4). The common factor of the covariance is profiled out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.optimize import OptimizeResult, minimize

from experiments.inference.noise_models import NoiseModel

Floats = NDArray[np.float64]

RESTARTS = 2
FLAT = 1e-6
IMPOSSIBLE = 1e100


class NotConverged(ValueError):
    """No start led to the best likelihood that was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseFit:
    """at (m,): the parameters. loss: minus the logarithm of the likelihood, up to a constant of the data."""

    at: Floats
    loss: float

    def criterion(self, model: NoiseModel, values: int) -> float:
        """AICc over `values` (those left after the coefficients, where restricted); less is better."""
        size = model.size + 1
        return 2 * self.loss + 2 * size * values / (values - size - 1)


def noise_fit(x: Floats, y: Floats, times: Floats, model: NoiseModel, *, restricted: bool = True) -> NoiseFit:
    """The best parameters over several starts, x (P, k), y (P,), times (P,).

    The most promising starts are each followed to their end. Raises NotConverged where the best of those ends
    is not one that the search itself calls one.
    """
    columns = np.column_stack([x / np.linalg.norm(x, axis=0), y / np.linalg.norm(y)])

    def loss(at: Floats) -> float:
        return _loss(columns, model.covariance(at, times), restricted=restricted)

    starts = [np.array(start) for start in model.starts]
    ends = [_end(loss, start, model) for start in sorted(starts, key=loss)[:RESTARTS]]
    best = min(ends, key=lambda end: float(end.fun))
    settled = min((float(end.fun) for end in ends if end.success), default=IMPOSSIBLE)
    if best.fun >= IMPOSSIBLE or settled > best.fun + FLAT:
        raise NotConverged("the likelihood has no settled maximum")
    return NoiseFit(at=np.asarray(best.x), loss=float(best.fun))


def _end(loss: Callable[[Floats], float], start: Floats, model: NoiseModel) -> "OptimizeResult[Floats]":
    """Where the search from a start comes to rest.

    Slopes by differences can be too rough for its last steps, mostly at a limit and not on every processor
    alike; a search without slopes (Nelder and Mead 1965) then goes on from there.
    """
    found = minimize(
        loss,
        start,
        method="L-BFGS-B",
        bounds=model.bounds,
        options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 200},
    )
    if found.success or found.fun >= IMPOSSIBLE:
        return found
    return minimize(
        loss,
        found.x,
        method="Nelder-Mead",
        bounds=model.bounds,
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 1000},
    )


def whitened(covariance: Floats, values: Floats) -> Floats:
    """Values (P, ...) as they would be with independent errors: L^-1 values, with L L' the covariance."""
    return np.asarray(solve_triangular(cholesky(covariance, lower=True), values, lower=True))


def _loss(columns: Floats, covariance: Floats, *, restricted: bool) -> float:
    """Columns (P, k + 1), the outcome last."""
    try:
        root = cholesky(covariance, lower=True, check_finite=False)
        rows = solve_triangular(root, columns, lower=True, check_finite=False)
        factor = np.linalg.qr(rows, mode="r")
    except LinAlgError:
        return IMPOSSIBLE
    sizes = np.abs(np.diag(factor))
    if not np.isfinite(sizes).all() or not (sizes > 0).all():
        return IMPOSSIBLE
    taken = columns.shape[1] - 1 if restricted else 0
    found = np.log(np.diag(root)).sum() + (len(columns) - taken) * np.log(sizes[-1])
    return float(found + (np.log(sizes[:-1]).sum() if restricted else 0.0))
