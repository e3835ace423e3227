"""What a regression over time leaves over, as a model of how its periods resemble each other.

ARMA(p, q) errors by partial autocorrelations (Jones 1980, Technometrics 22), so that every value searched is
stationary and invertible; autocovariances as in Brockwell and Davis 1991, "Time Series: Theory and Methods",
3.3. The local level of Harvey 1989, "Forecasting, Structural Time Series Models and the Kalman Filter", 2.3:
a random walk with independent noise on top. Covariances are up to a common factor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz
from scipy.signal import lfilter

from experiments.inference.kenward_roger import Covariance

Floats = NDArray[np.float64]

LARGEST, STEP = 0.98, 1e-3
PLACES = (-0.4, 0.0, 0.4, 0.8)
SHARES = (0.0, 1e-3, 1e-2, 0.05, 0.2, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseModel:
    """covariance: from parameters (m,) and times (P,), whole numbers, to (P, P). starts: where to search."""

    covariance: Callable[[Floats, Floats], Floats]
    bounds: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]

    @property
    def size(self) -> int:
        """Parameters, the common factor not among them."""
        return len(self.bounds)


def arma(p: int, q: int) -> NoiseModel:
    """ARMA(p, q) errors; the parameters are p partial autocorrelations and q of the moving average."""

    def covariance(at: Floats, times: Floats) -> Floats:
        places = (times - times[0]).astype(int)
        found = autocovariances(polynomial(at[:p]), -polynomial(at[p:]), int(places[-1]) + 1)
        whole = toeplitz(found / found[0])
        return np.asarray(whole if len(places) == len(whole) else whole[np.ix_(places, places)])

    return NoiseModel(
        covariance=covariance,
        bounds=((-LARGEST, LARGEST),) * (p + q),
        starts=tuple(product(PLACES, repeat=p + q)),
    )


def local_level(at: Floats, times: Floats) -> Floats:
    """(P, P) of a random walk with the share at[0] of the variance of one step and its noise together."""
    passed = times - times[0] + 1
    walk = np.minimum.outer(passed, passed)
    return np.asarray(at[0] * walk + (1 - at[0]) * np.eye(len(times)))


LOCAL_LEVEL = NoiseModel(
    covariance=local_level, bounds=((0.0, 1.0),), starts=tuple((share,) for share in SHARES)
)


def polynomial(partial: Floats) -> Floats:
    """Coefficients of an autoregression from its partial autocorrelations (Durbin and Levinson)."""
    found = np.zeros(0)
    for last in partial:
        found = np.append(found - last * found[::-1], last)
    return found


def autocovariances(ar: Floats, ma: Floats, count: int) -> Floats:
    """(count,) of y_t = ar_1 y_t-1 + ... + e_t + ma_1 e_t-1 + ..., e of variance 1, from lag 0 on."""
    size = max(len(ar), len(ma))
    own = np.concatenate([[1.0], -ar, np.zeros(size - len(ar))])
    shocks = np.concatenate([[1.0], ma, np.zeros(size - len(ma))])
    response = lfilter(shocks, own, np.eye(1, size + 1)[0])
    right = np.array([shocks[lag:] @ response[: size + 1 - lag] for lag in range(size + 1)])
    equations = np.zeros((size + 1, size + 1))
    for row, back in product(range(size + 1), repeat=2):
        equations[row, abs(row - back)] += own[back]
    found = np.linalg.solve(equations, right)
    further = np.zeros(max(count - len(found), 0))
    if len(ar):
        state = [ar[lag:] @ found[::-1][: len(ar) - lag] for lag in range(len(ar))]
        further = np.asarray(lfilter([1.0], np.append(1.0, -ar), further, zi=state)[0])
    return np.concatenate([found, further])[:count]


def covariance_with_slopes(model: NoiseModel, at: Floats, times: Floats, factor: float) -> Covariance:
    """The covariance times a factor, with its derivatives by the factor and by every parameter.

    Central differences, right to about the square of the step. A parameter at a limit counts as known.
    """

    def moved(*changes: tuple[int, float]) -> Floats:
        there = at.copy()
        for place, step in changes:
            there[place] += step
        return model.covariance(there, times)

    limits = enumerate(model.bounds)
    free = [place for place, (low, high) in limits if low + 2 * STEP < at[place] < high - 2 * STEP]
    slopes = [(moved((one, STEP)) - moved((one, -STEP))) / (2 * STEP) for one in free]
    second = {(0, place + 1): slope for place, slope in enumerate(slopes)}
    for first, one in enumerate(free):
        for later, other in enumerate(free[first:], first):
            corners = [
                way * back * moved((one, way * STEP), (other, back * STEP))
                for way, back in product((1, -1), repeat=2)
            ]
            second[first + 1, later + 1] = factor * np.sum(corners, axis=0) / (2 * STEP) ** 2
    matrix = moved()
    return Covariance(
        matrix=factor * matrix, first=[matrix, *(factor * slope for slope in slopes)], second=second
    )
