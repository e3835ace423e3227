"""Two rates of events: their ratio by the exact conditional test, their difference by the score test.

Given all events, those of one arm are binomial (Przyborowski and Wilenski 1940), with Clopper and Pearson's
interval (1934) and, from the same inversion, twice the smaller tail as p-value (Fay 2010, "Two-sided exact
tests and matching confidence intervals", R Journal 2). Other two-sided exact p-values can contradict the
interval. The difference: Miettinen and Nurminen 1985, for rates.
"""

import numpy as np
from scipy import special
from scipy.optimize import brentq

from experiments.inference.student import Inference


def exact_ratio(events: tuple[int, int], exposure: tuple[float, float], level: float) -> Inference:
    """Rate of interest over control's, p_value of ratio 1; standard_error of the ratio (NaN without events).

    events, exposure: of the arm of interest and of the control, exposure > 0. Raises ValueError where the
    control has no event.
    """
    (x1, x0), (t1, t0) = events, exposure
    if x0 == 0:
        raise ValueError("no rate to divide by")
    n, tail = x1 + x0, (1 - level) / 2
    low = float(special.betaincinv(x1, x0 + 1, tail)) if x1 else 0.0
    high = float(special.betaincinv(x1 + 1, x0, 1 - tail))
    share = t1 / (t1 + t0)
    below, above = (
        special.betainc(n - x1, x1 + 1, 1 - share),
        special.betainc(x1, n - x1 + 1, share) if x1 else 1.0,
    )
    effect = x1 / t1 / (x0 / t0)
    return Inference(
        effect=effect,
        standard_error=float(effect * np.sqrt(1 / x1 + 1 / x0)) if x1 else float("nan"),
        interval=(low / (1 - low) * t0 / t1, high / (1 - high) * t0 / t1),
        p_value=float(min(1.0, 2 * min(below, above))),
        degrees_of_freedom=None,
    )


def score_difference(events: tuple[int, int], exposure: tuple[float, float], level: float) -> Inference:
    """Rate of interest minus control's. Raises ValueError where neither arm has an event."""
    (x1, x0), (t1, t0) = events, exposure
    if x1 + x0 == 0:
        raise ValueError("no event")
    effect, z = x1 / t1 - x0 / t0, float(special.ndtri(0.5 + level / 2))

    def statistic(delta: float) -> float:
        b = (t1 + t0) * delta - x1 - x0
        control = (-b + np.sqrt(b**2 + 4 * (t1 + t0) * x0 * delta)) / (2 * (t1 + t0))
        control = max(control, 0.0, -delta)
        variance = max(control + delta, 0.0) / t1 + control / t0
        distance = effect - delta
        return float(distance / np.sqrt(variance)) if variance > 0 else float(np.sign(distance) * 1e6)

    step = z * float(np.sqrt((x1 + 1) / t1**2 + (x0 + 1) / t0**2)) * 4 + z**2 / min(t1, t0)
    bounds = [
        float(
            brentq(lambda at, s=sign: statistic(at) - s * z, effect, effect - sign * step, xtol=1e-15 * step)
        )
        for sign in (1, -1)
    ]
    return Inference(
        effect=effect,
        standard_error=float(np.sqrt(x1 / t1**2 + x0 / t0**2)),
        interval=(bounds[0], bounds[1]),
        p_value=float(2 * special.ndtr(-abs(statistic(0.0)))),
        degrees_of_freedom=None,
    )
