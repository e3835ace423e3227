"""Difference and ratio of two shares by the score test and its inversion.

Miettinen and Nurminen 1985, "Comparative analysis of two rates" (Statistics in Medicine 4): variance under
the hypothesis, from the most likely shares that obey it, times N / (N - 1). p-value and interval are one
inversion; without an effect both tests are the "N - 1" chi-square test.
"""

from collections.abc import Callable

import numpy as np
from scipy import special
from scipy.optimize import brentq

from experiments.inference.student import Inference

TINY = 1e-15


def score_difference(events: tuple[int, int], rows: tuple[int, int], level: float) -> Inference:
    """Share of interest minus control's. events, rows: of the arm of interest and of the control, rows >= 1.

    standard_error: that of the two shares apart; 0 where neither varies. Raises ValueError where no row or
    every row of both arms has the event: there is nothing to test.
    """
    _require_variation(events, rows)
    p1, p0 = events[0] / rows[0], events[1] / rows[1]
    shrink = _shrink(rows)

    def statistic(delta: float) -> float:
        q1, q0 = _shares_at_difference(events, rows, delta)
        variance = q1 * (1 - q1) / rows[0] + q0 * (1 - q0) / rows[1]
        return _over(p1 - p0 - delta, variance * shrink)

    effect, z = p1 - p0, float(special.ndtri(0.5 + level / 2))
    error = np.sqrt(p1 * (1 - p1) / rows[0] + p0 * (1 - p0) / rows[1])
    return Inference(
        effect=effect,
        standard_error=float(error),
        interval=(_bound(statistic, effect, -1.0, z), _bound(statistic, effect, 1.0, -z)),
        p_value=_p(statistic(0.0)),
        degrees_of_freedom=None,
    )


def score_ratio(events: tuple[int, int], rows: tuple[int, int], level: float) -> Inference:
    """Share of interest over control's, p_value of ratio 1; standard_error of the ratio (NaN without events).

    Raises ValueError as `score_difference`, and where the control has no event.
    """
    _require_variation(events, rows)
    if events[1] == 0:
        raise ValueError("no share to divide by")
    p1, p0 = events[0] / rows[0], events[1] / rows[1]
    shrink = _shrink(rows)

    def at(ratio: float) -> float:
        q1, q0 = _shares_at_ratio(events, rows, ratio)
        variance = q1 * (1 - q1) / rows[0] + ratio**2 * q0 * (1 - q0) / rows[1]
        return _over(p1 - ratio * p0, variance * shrink)

    def statistic(angle: float) -> float:
        """By x = r / (1 + r), which maps all ratios to 0 .. 1."""
        return at(angle / (1 - angle))

    effect, z = p1 / p0, float(special.ndtri(0.5 + level / 2))
    place = effect / (1 + effect)
    low, high = _bound(statistic, place, TINY, z), _bound(statistic, place, 1 - TINY, -z)
    relative = np.sqrt(1 / events[0] - 1 / rows[0] + 1 / events[1] - 1 / rows[1]) if events[0] else np.nan
    return Inference(
        effect=effect,
        standard_error=float(relative * effect),
        interval=(0.0 if events[0] == 0 else low / (1 - low), high / (1 - high)),
        p_value=_p(at(1.0)),
        degrees_of_freedom=None,
    )


def _require_variation(events: tuple[int, int], rows: tuple[int, int]) -> None:
    if sum(events) in (0, sum(rows)):
        raise ValueError("no row, or every row, has the event")


def _shrink(rows: tuple[int, int]) -> float:
    return sum(rows) / (sum(rows) - 1)


def _over(distance: float, variance: float) -> float:
    if variance <= 0:
        return float(np.sign(distance) * np.inf) if distance else 0.0
    return float(distance / np.sqrt(variance))


def _p(statistic: float) -> float:
    return float(2 * special.ndtr(-abs(statistic)))


def _bound(statistic: Callable[[float], float], effect: float, end: float, z: float) -> float:
    """Where the falling statistic passes z between the effect and the end of what is possible."""
    if (statistic(end) - z) * z <= 0:
        return end
    return float(brentq(lambda at: _limited(statistic(at)) - z, effect, end, xtol=1e-14, rtol=1e-14))


def _limited(value: float) -> float:
    return float(np.clip(value, -1e6, 1e6))


def _shares_at_difference(
    events: tuple[int, int], rows: tuple[int, int], delta: float
) -> tuple[float, float]:
    """The most likely shares with this difference (the paper's appendix): a root of a cubic, by its angle."""
    (x1, x0), (n1, n0) = events, rows
    n, x = n1 + n0, x1 + x0
    l2 = (n1 + 2 * n0) * delta - n - x
    l1 = (n0 * delta - n - 2 * x0) * delta + x
    l0 = x0 * delta * (1 - delta)
    q = l2**3 / (3 * n) ** 3 - l1 * l2 / (6 * n**2) + l0 / (2 * n)
    p = float(np.copysign(np.sqrt(max(l2**2 / (3 * n) ** 2 - l1 / (3 * n), 0.0)), q))
    angle = (np.pi + np.arccos(np.clip(q / p**3, -1, 1))) / 3 if p else 0.0
    share = float(np.clip(2 * p * np.cos(angle) - l2 / (3 * n), max(0.0, -delta), min(1.0, 1 - delta)))
    return share + delta, share


def _shares_at_ratio(events: tuple[int, int], rows: tuple[int, int], ratio: float) -> tuple[float, float]:
    """The most likely shares with this ratio: the smaller root of a quadratic."""
    (x1, x0), (n1, n0) = events, rows
    ratio = max(ratio, TINY)
    a = (n1 + n0) * ratio
    b = -(n1 * ratio + x1 + n0 + x0 * ratio)
    c = x1 + x0
    share = 2 * c / (-b + np.sqrt(max(b**2 - 4 * a * c, 0.0)))
    share = float(np.clip(share, 0.0, min(1.0, 1 / ratio)))
    return min(share * ratio, 1.0), share
