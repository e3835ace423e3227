"""Durations of which some are not over yet: restricted mean and log-rank test.

Kaplan and Meier 1958; restricted mean with its variance, Klein and Moeschberger 2003, section 4.5; its
difference and ratio between two arms, Royston and Parmar 2013; log-rank, Peto and Peto 1972.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean duration up to a horizon, and its standard error."""

    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """At every distinct duration (D,): how many ended, and how many were still open just before."""

    times: Floats
    ended: Floats
    open: Floats


def at_risk(duration: Floats, ended: Floats, times: Floats | None = None) -> AtRisk:
    """From durations (n,) and 1 where it ended, 0 where it is still open; at `times`, or where any ended."""
    at = np.unique(duration[ended > 0]) if times is None else times
    order = np.sort(duration)
    still = len(duration) - np.searchsorted(order, at, side="left")
    over = np.array([np.sum((duration == one) & (ended > 0)) for one in at], dtype=float)
    return AtRisk(times=at, ended=over, open=still.astype(float))


def restricted_mean(duration: Floats, ended: Floats, horizon: float) -> RestrictedMean:
    """Area below the Kaplan-Meier curve up to the horizon.

    Raises ValueError where the curve is not known up to it: the longest durations are open and shorter.
    """
    longest = float(duration.max())
    if longest < horizon and not (ended[duration == longest] > 0).all():
        raise ValueError("the curve ends before the horizon")
    table = at_risk(duration, ended)
    inside = table.times <= horizon
    times, over, still = table.times[inside], table.ended[inside], table.open[inside]
    curve = np.cumprod(1 - over / still)
    edges = np.concatenate([[0.0], times, [horizon]])
    areas = np.concatenate([[1.0], curve]) * np.diff(edges)
    beyond = areas[::-1].cumsum()[::-1][1:]
    last = still > over
    variance = float((beyond[last] ** 2 * over[last] / (still[last] * (still[last] - over[last]))).sum())
    return RestrictedMean(mean=float(areas.sum()), standard_error=float(np.sqrt(variance)))


def log_rank(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> tuple[float, float]:
    """Chi-square with one degree of freedom, and its p-value, of (duration, ended) of two arms.

    Raises ValueError where nothing ended while both arms were open.
    """
    duration = np.concatenate([first[0], second[0]])
    ended = np.concatenate([first[1], second[1]])
    every = at_risk(duration, ended)
    own = at_risk(*first, times=every.times)
    share = own.open / every.open
    expected = every.ended * share
    spare = np.where(every.open > 1, (every.open - every.ended) / np.maximum(every.open - 1, 1), 0.0)
    variance = float((every.ended * share * (1 - share) * spare).sum())
    if variance <= 0:
        raise ValueError("nothing ended while both arms were open")
    statistic = float((own.ended - expected).sum()) ** 2 / variance
    return statistic, float(special.chdtrc(1, statistic))
