"""Synthetic control: a weighted mix of departments that follows the treated one before the start.

Abadie, Diamond and Hainmueller 2010, "Synthetic control methods for comparative case studies" (JASA 105).
Several treated departments with one start are followed as their average. Without predictors the outcomes
before the start are matched themselves; with predictors their importance V minimises the squared gap before
the start, as in the authors' program Synth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from experiments.inference.simplex_weights import simplex_weights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """outcome (G, T), n_before periods before the start; predictors (G, K), K may be 0."""

    outcome: Floats
    n_before: int
    predictors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Gaps (M, T) between treated mean and mix, the actual assignment first.

    exposure (M,): by how much an effect of 1 moves each gap after the start: the share of the pretended
    pilots that is truly treated, minus the weight that their mix gives to truly treated departments.
    """

    gaps: Floats
    exposure: Floats
    n_before: int


def control_weights(series: Series, treated: Flags) -> Floats:
    """(J,) weights of the departments that are not treated, in their order."""
    before = series.outcome[:, : series.n_before]
    donors, target = before[~treated].T, before[treated].mean(axis=0)
    if not series.predictors.shape[1]:
        return simplex_weights(donors, target)
    scaled = series.predictors / np.std(series.predictors, axis=0, ddof=1)
    return _with_predictors(scaled[~treated].T, scaled[treated].mean(axis=0), donors, target)


def gaps(series: Series, every: Flags) -> Gaps:
    """Gaps under each assignment (M, G) of treated departments, the actual one first."""
    treated = every[0]
    found, exposure = np.empty((len(every), series.outcome.shape[1])), np.empty(len(every))
    for row, chosen in enumerate(every):
        weights = control_weights(series, chosen)
        found[row] = series.outcome[chosen].mean(axis=0) - weights @ series.outcome[~chosen]
        exposure[row] = treated[chosen].mean() - weights @ treated[~chosen]
    return Gaps(gaps=found, exposure=exposure, n_before=series.n_before)


def _with_predictors(predictors: Floats, aim: Floats, donors: Floats, target: Floats) -> Floats:
    """Weights under the importance that leaves the smallest squared gap before the start.

    Section 2.3 of the paper: Nelder and Mead 1965 on log importance, from equal importance and from each
    predictor's own fit, the better of both polished by Powell 1964.
    """

    def mix(importance: Floats) -> Floats:
        root = np.sqrt(importance)
        return simplex_weights(root[:, None] * predictors, root * aim)

    def loss(weights: Floats) -> float:
        return float(np.mean((donors @ weights - target) ** 2))

    count = len(aim)
    if count == 1:
        return mix(np.ones(1))
    size = loss(np.full(donors.shape[1], 1 / donors.shape[1])) or 1.0

    def objective(logs: Floats) -> float:
        return loss(mix(_shares(logs))) / size

    alone = np.array([loss(mix(unit)) for unit in np.eye(count)]) / size
    starts: tuple[Floats, ...] = (np.zeros(count), np.asarray(-np.log(np.maximum(alone, 1e-12))))
    tried = [
        minimize(
            objective,
            start,
            method="Nelder-Mead",
            options={"maxiter": 200 * count, "xatol": 1e-3, "fatol": 1e-8},
        )
        for start in starts
    ]
    best = min(tried, key=lambda one: float(one.fun))
    polished = minimize(objective, best.x, method="Powell", options={"xtol": 1e-3, "ftol": 1e-8})
    return mix(_shares(polished.x if polished.fun < best.fun else best.x))


def _shares(logs: Floats) -> Floats:
    raised = np.exp(logs - np.max(logs))
    return np.asarray(raised / raised.sum())
