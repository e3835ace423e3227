"""Many series at once under a model of their noise: the best of a fine grid of its parameters for each.

The product searches between the points of such a grid. For the rest this is the same: restricted likelihood,
order by AICc, error and degrees of freedom of Kenward and Roger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import stdtr

from experiments.inference.department_contrasts import Contrasts
from experiments.inference.generalised_least_squares import whitened
from experiments.inference.kenward_roger import kenward_roger
from experiments.inference.noise_models import LOCAL_LEVEL, NoiseModel, covariance_with_slopes
from experiments.options import SegmentedModel
from experiments.segmented.fitting import LEAST_DEGREES
from experiments.segmented.noise import ARIMA

ONE, TWO = np.linspace(-0.5, 0.98, 50), np.linspace(-0.7, 0.98, 22)
SHARES = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 40)])


@dataclass(frozen=True, slots=True)
class Line:
    """Columns (P, k) of a line with its start halfway, and the gradient of its effect (k,)."""

    columns: np.ndarray
    gradient: np.ndarray


def line(length: int, model: SegmentedModel) -> Line:
    """What terms.py and effect.py make of it, written out; a forecast takes the later periods out."""
    since = np.arange(length) - length // 2
    plain = [np.ones(length), since.astype(float)]
    step, slope = (since >= 0).astype(float), np.maximum(since + 1.0, 0.0)
    more = {
        "step": [step],
        "slope": [slope],
        "both": [step, slope],
        "forecast": list(np.eye(length)[since >= 0]),
    }
    columns = np.column_stack([*plain, *more[model]])
    gradient = np.zeros(columns.shape[1])
    gradient[2:] = 1 / (since >= 0).sum() if model == "forecast" else 1.0
    if model == "both":
        gradient[3] = slope[since >= 0].mean()
    return Line(columns, gradient)


def p_values(series: np.ndarray, inference: str, model: SegmentedModel) -> np.ndarray:
    """(R,) of the series (R, P)."""
    given = line(series.shape[1], model)
    models = list(ARIMA.values()) if inference == "arima" else [LOCAL_LEVEL]
    judged = np.array([_best(series, given, one) for one in models])
    best = judged[:, 0].argmin(axis=0)
    return np.asarray(judged[best, 1, np.arange(len(series))])


def _points(model: NoiseModel) -> Iterator[np.ndarray]:
    if model is LOCAL_LEVEL:
        return (np.array([share]) for share in SHARES)
    axis = ONE if model.size == 1 else TWO
    return (np.array(point) for point in product(axis, repeat=model.size))


def _best(series: np.ndarray, given: Line, model: NoiseModel) -> np.ndarray:
    """(2, R) AICc and p-value at the point with the highest restricted likelihood."""
    count, columns = given.columns.shape
    left, size = count - columns, model.size + 1
    best = np.full((2, len(series)), np.inf)
    for at in _points(model):
        found = _at(series, given, model, at)
        best = np.where(found[0] < best[0], found, best)
    best[0] = 2 * best[0] + 2 * size * left / (left - size - 1)
    return best


def _at(series: np.ndarray, given: Line, model: NoiseModel, at: np.ndarray) -> np.ndarray:
    times = np.arange(len(given.columns), dtype=float)
    covariance = model.covariance(at, times)
    rows = whitened(covariance, np.column_stack([given.columns, series.T]))
    count = given.columns.shape[1]
    basis, factor = np.linalg.qr(rows[:, :count])
    parts = basis.T @ rows[:, count:]
    squares = np.sum(rows[:, count:] ** 2, axis=0) - np.sum(parts**2, axis=0)
    left = len(times) - count
    influence = np.linalg.solve(factor.T, given.gradient)
    ratio, degrees = _judged(given, model, at, times)
    error = np.linalg.norm(influence) * np.sqrt(squares / left) * ratio
    p = 2 * stdtr(degrees, -np.abs(influence @ parts) / error)
    log_size = np.linalg.slogdet(covariance)[1] / 2 + np.log(np.abs(np.diag(factor))).sum()
    return np.stack([left / 2 * np.log(squares) + log_size, p])


def _judged(given: Line, model: NoiseModel, at: np.ndarray, times: np.ndarray) -> tuple[float, float]:
    """Kenward and Roger's error over the plain one, and their degrees of freedom; of any series."""
    blank = Contrasts(y=np.zeros((len(times), 1)), columns=given.columns[:, None, :], times=times)
    found = kenward_roger(blank, covariance_with_slopes(model, at, times, 1.0), given.gradient)
    return found.error / found.plain, max(found.degrees, LEAST_DEGREES)
