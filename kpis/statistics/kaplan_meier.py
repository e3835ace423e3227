"""Time until an event when some are still open: the estimator of Kaplan and Meier from counts per time.

What is still open counts in the group at risk up to its own time and never leaves the data. Something open at
the time of an event is at risk for it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kpis.statistics.binning import Bins, Floats
from kpis.statistics.normal import Interval, two_sided

BEYOND_FOLLOW_UP = "beyond_follow_up"
# A product of shares that should be 1/2 may be 1e-16 above it.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """At each distinct time, ascending: at risk just before it, events at it and the share still open after.

    greenwood: sum of d / (r (r - d)) up to each time; infinite once nothing is left open.
    """

    times: Floats
    at_risk: Bins
    events: Bins
    survival: Floats
    greenwood: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWithin:
    """The share with the event by a time, 0 to 1; None with a reason beyond what was followed."""

    value: float | None
    standard_error: float | None
    interval: Interval | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean time up to a limit, in the unit of the times."""

    value: float
    standard_error: float


def kaplan_meier(times: ArrayLike, events: ArrayLike, censored: ArrayLike) -> Survival | None:
    """The curve from the number of events and of still open ones per time; None without any.

    times, events and censored are of one length, in any order; times that repeat are added up. Kaplan and
    Meier 1958, eq. 2; Greenwood 1926.
    """
    at, place = np.unique(np.asarray(times, dtype=np.float64), return_inverse=True)
    ended, left = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    np.add.at(ended, place, np.asarray(events, dtype=np.int64))
    np.add.at(left, place, np.asarray(events, dtype=np.int64) + np.asarray(censored, dtype=np.int64))
    used = left > 0
    at, ended, left = at[used], ended[used], left[used]
    if len(at) == 0:
        return None
    at_risk = left[::-1].cumsum()[::-1]
    with np.errstate(divide="ignore"):
        terms = np.where(ended > 0, ended / (at_risk * (at_risk - ended).astype(np.float64)), 0.0)
    return Survival(
        times=at,
        at_risk=at_risk,
        events=ended,
        survival=np.cumprod(1 - ended / at_risk),
        greenwood=np.cumsum(terms),
    )


def median(curve: Survival) -> float | None:
    """The first time at which at most half is still open; None where that was not reached."""
    reached = np.flatnonzero(curve.survival <= 0.5 + _ROUNDING)
    return float(curve.times[reached[0]]) if len(reached) else None


def share_within(curve: Survival, time: float, level: float = 0.95) -> ShareWithin:
    """The share with the event at `time` or before, Greenwood's error and the interval on log(-log S).

    Kalbfleisch and Prentice 2002, section 1.4.1: S^exp(-+ z SE / (S ln S)). No interval where S is 0 or 1.
    """
    if _is_beyond(curve, time):
        return ShareWithin(value=None, standard_error=None, interval=None, reason=BEYOND_FOLLOW_UP)
    at = int(np.searchsorted(curve.times, time, side="right")) - 1
    left = float(curve.survival[at]) if at >= 0 else 1.0
    if left in (0.0, 1.0):
        return ShareWithin(value=1 - left, standard_error=None, interval=None, reason=None)
    root = math.sqrt(curve.greenwood[at])
    power = math.exp(two_sided(level) * root / -math.log(left))
    interval = Interval(low=1 - left ** (1 / power), high=1 - left**power)
    return ShareWithin(value=1 - left, standard_error=left * root, interval=interval, reason=None)


def restricted_mean(curve: Survival, until: float) -> RestrictedMean | None:
    """The mean of the time or `until`, whichever is less; None where `until` is beyond what was followed.

    The area under the curve; variance sum A_i^2 d_i / (r_i (r_i - d_i)) with A_i the area from time i
    (Klein and Moeschberger 2003, eq. 4.5.1 and 4.5.2).
    """
    if _is_beyond(curve, until):
        return None
    inside = curve.times < until
    edges = np.concatenate([[0.0], curve.times[inside], [until]])
    areas = np.diff(edges) * np.concatenate([[1.0], curve.survival[inside]])
    after = areas[::-1].cumsum()[::-1][1:]
    step = np.diff(curve.greenwood[inside][after > 0], prepend=0.0)
    variance = float((after[after > 0] ** 2 * step).sum())
    return RestrictedMean(value=float(areas.sum()), standard_error=math.sqrt(variance))


def _is_beyond(curve: Survival, time: float) -> bool:
    return bool(time > curve.times[-1] and curve.survival[-1] > 0)
