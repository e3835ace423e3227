"""The XmR chart (individual values and moving ranges) as Making Data Count draws it.

Limits = mean -/+ 2.66 x the mean moving range (Wheeler 2000, Understanding Variation; NHSRplotthedots 0.2.2).
A moving range is taken between neighbours only, never across a gap or a point that is left out.
"""

import numpy as np

from experiments.monitoring.limits import Flags, Floats, Limits, around, average

D2 = 1.128
"""Mean range of two standard normal values (Montgomery 2013, appendix VI)."""
XMR = 2.66
"""3 / D2 as Making Data Count rounds it."""
EXACT = 3 / D2
SCREEN = 3.267
"""D4 of two values: a moving range from here on is itself out of control."""


def moving_ranges(values: Floats) -> Floats:
    """|difference| of neighbours, (n - 1,); NaN where either is missing."""
    return np.asarray(np.abs(np.diff(values)))


def mean_moving_range(values: Floats, *, screen: bool) -> float:
    """The mean moving range of values (n,), with NaN for gaps; NaN where there is no moving range.

    screen: moving ranges of at least 3.267 times their mean are left out, once.
    """
    ranges = moving_ranges(values)
    ranges = ranges[np.isfinite(ranges)]
    if not len(ranges):
        return float("nan")
    if screen:
        kept = ranges[ranges < SCREEN * ranges.mean()]
        ranges = kept if len(kept) else ranges
    return float(ranges.mean())


def individuals(values: Floats, used: Flags, *, screen: bool, multiplier: float = XMR) -> Limits:
    """Limits of an XmR chart of values (n,) that stand on the points in `used` (n,)."""
    basis = np.where(used, values, np.nan)
    reach = multiplier * mean_moving_range(basis, screen=screen)
    return around(np.full(len(values), average(basis)), np.full(len(values), reach))
