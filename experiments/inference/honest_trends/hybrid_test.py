"""The conditional test with a least-favourable first stage, from the vertices of its dual.

Andrews, Roth and Pakes 2023: the statistic eta is the largest of the vertices' combinations of the moments.
First stage, size kappa: eta above the least-favourable critical value. Second stage, size (alpha - kappa) /
(1 - kappa): eta against a normal truncated to where the same vertex stays the largest and the first stage
does not reject, given the part of the data that is independent of it; the critical value is never below zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)
FAR = 9.0
PARALLEL = 1e-12
HALVINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridTest:
    """Tests of J hypotheses in two normal variables x with covariance (J, 2, 2).

    vertices (J, v, 2): combinations whose means are at most zero under the hypothesis; the first two bound
    x_0 from above and below, the others hold x_1 only. critical_value (J,): of the first stage.
    """

    vertices: Floats
    covariance: Floats
    critical_value: Floats
    second_size: float

    @classmethod
    def of(cls, vertices: Floats, covariance: Floats, alpha: float, kappa: float) -> "HybridTest":
        """The test of size alpha, of which kappa goes to the first stage."""
        return cls(
            vertices=vertices,
            covariance=covariance,
            critical_value=least_favourable(vertices, covariance, kappa),
            second_size=(alpha - kappa) / (1 - kappa),
        )

    def accepts(self, first: Floats, second: Floats) -> NDArray[np.bool_]:
        """(n,) whether any hypothesis is accepted at x = (first (n,), second (J,))."""
        values = self.vertices[:, :, :1] * first + self.vertices[:, :, 1:] * second[:, None, None]
        largest = np.argmax(values, axis=1)  # (J, n)
        eta = np.take_along_axis(values, largest[:, None], axis=1)[:, 0]
        spread = self.vertices @ self.covariance @ self.vertices.swapaxes(1, 2)  # (J, v, v)
        cross = np.take_along_axis(spread, largest[:, None, :], axis=2)  # (J, v, n)
        variance = np.take_along_axis(cross, largest[:, None], axis=1)[:, 0]
        low, high = _truncation(values, eta, cross, variance)
        high = np.minimum(high, self.critical_value[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = _share_beyond(*(bound / np.sqrt(variance) for bound in (low, eta, high)))
        rejected = (eta > self.critical_value[:, None]) | ((eta > 0) & (beyond < self.second_size))
        return np.asarray(~rejected.all(axis=0))


def _truncation(values: Floats, eta: Floats, cross: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """(J, n) range of eta over which its vertex stays the largest, given what is independent of it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = cross / variance[:, None]
        bound = (values - slope * eta[:, None]) / (1 - slope)
    low = np.where(slope < 1 - PARALLEL, bound, -np.inf).max(axis=1)
    high = np.where(slope > 1 + PARALLEL, bound, np.inf).min(axis=1)
    return np.minimum(low, eta), np.maximum(high, eta)


def _share_beyond(low: Floats, value: Floats, high: Floats) -> Floats:
    """P(Z > value | low <= Z <= high), accurate in both tails."""
    return np.asarray(np.exp(_log_between(value, high) - _log_between(low, high)))


def _log_between(low: Floats, high: Floats) -> Floats:
    """Logarithm of P(low < Z < high), from the tail where it is accurate."""
    flip = low > 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        upper, lower = special.log_ndtr(high), special.log_ndtr(low)
        return np.asarray(upper + np.log1p(-np.exp(np.minimum(lower - upper, 0.0))))


def least_favourable(vertices: Floats, covariance: Floats, kappa: float) -> Floats:
    """(J,) quantile 1 - kappa of the largest vertex when all means are zero: by quadrature, not by draws."""
    low, high = np.zeros(len(vertices)), np.full(len(vertices), special.ndtri(1 - kappa / 4) + 1e-6)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = _chance_below(vertices, covariance, middle) >= 1 - kappa
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _chance_below(vertices: Floats, covariance: Floats, limit: Floats) -> Floats:
    """(J,) P(every vertex <= limit): over x_1 by Gauss and Legendre, given it over x_0 in closed form."""
    error = np.sqrt(covariance[:, 1, 1])
    with np.errstate(divide="ignore"):
        lowest = (limit[:, None] / vertices[:, 2:, 1]).max(axis=1) / error
    lowest = np.maximum(lowest, -FAR)
    half = (FAR - lowest) / 2
    second = (lowest + half)[:, None] + half[:, None] * NODES  # in standard errors
    loading = covariance[:, 0, 1] / error
    rest = np.sqrt(np.maximum(covariance[:, 0, 0] - loading**2, 1e-18 * covariance[:, 0, 0]))
    bounds = [
        (limit[:, None] - vertices[:, side, 1:] * (second * error[:, None])) / vertices[:, side, :1]
        for side in (0, 1)
    ]
    upper, lower = ((bound - loading[:, None] * second) / rest[:, None] for bound in bounds)
    inside = np.maximum(special.ndtr(upper) - special.ndtr(lower), 0.0)
    density = np.exp(-(second**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(half * ((density * inside) @ WEIGHTS))
