"""Departures that bend slowly: the slope of the difference in trends changes by at most M from step to step.

Delta^SD(M) of Rambachan and Roth 2023 with their optimal fixed-length confidence interval, after Armstrong
and Kolesar 2018: the affine estimator whose interval is shortest, with a folded normal's critical value.
"""

import numpy as np
from scipy import optimize

from experiments.inference.honest_trends.affine_weights import AffineWeights, affine_weights
from experiments.inference.honest_trends.event_effects import EventEffects, Floats
from experiments.inference.honest_trends.folded import folded_critical_value


def smoothness_interval(effects: EventEffects, m: float, level: float) -> tuple[float, float]:
    """Shortest interval of fixed length for l' tau when second differences of the trend are at most m.

    m in the outcome's unit per period per period. With m = 0 the trend is a straight line, extrapolated.
    """
    candidates = affine_weights(effects.covariance, effects.n_before, effects.l)
    weights, bias = shortest(candidates, effects.covariance, m, level)
    error = float(np.sqrt(weights @ effects.covariance @ weights))
    half = folded_critical_value(m * bias / error, level) * error
    centre = float(weights @ effects.beta)
    return centre - half, centre + half


def shortest(candidates: AffineWeights, covariance: Floats, m: float, level: float) -> tuple[Floats, float]:
    """Weights (K + P,) of the shortest interval along the path, and their largest bias for M = 1."""
    corners = np.column_stack([candidates.weights, candidates.bias])

    def at(place: float) -> Floats:
        first = min(int(place), len(corners) - 2)
        share = place - first
        return np.asarray((1 - share) * corners[first] + share * corners[first + 1])

    def half_length(place: float) -> float:
        weights, bias = at(place)[:-1], at(place)[-1]
        error = np.sqrt(weights @ covariance @ weights)
        return folded_critical_value(m * float(bias / error), level) * float(error)

    if len(corners) == 1:
        return corners[0, :-1], float(corners[0, -1])
    lengths = [half_length(place) for place in range(len(corners))]
    best = int(np.argmin(lengths))
    places = [float(best)]
    for low, high in ((best - 1, best), (best, best + 1)):
        if low >= 0 and high < len(corners):
            found = optimize.minimize_scalar(
                half_length, bounds=(low, high), method="bounded", options={"xatol": 1e-9}
            )
            places.append(float(found.x))
    chosen = at(min(places, key=half_length))
    return chosen[:-1], float(chosen[-1])
