"""The rules of Making Data Count, as NHSRplotthedots 0.2.2 applies them within one part of a chart.

Every function works along the last axis, so a simulation judges many series at once with the same code. A
side is -1 (low), 0 or 1 (high); a missing point and a step to or from it have side 0, so a
gap ends every run.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from experiments.monitoring.limits import Flags, Floats, Limits, Signs

SpecialCause = Literal["outside_limits", "trend", "two_of_three", "shift"]
PRIORITY: tuple[SpecialCause, ...] = ("outside_limits", "trend", "two_of_three", "shift")
"""Which label a point gets that several rules mark: the first."""

SHIFT = 7
TREND = 7
ROUNDING = 1e-12
"""Differences below this share of the largest value are rounding, not signals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Each (..., n): the side that a rule marks a point for, 0 where it does not."""

    outside_limits: Signs
    trend: Signs
    two_of_three: Signs
    shift: Signs


def sides(values: Floats, lines: Floats) -> Signs:
    """1 where a value is above its line, -1 below, 0 on it or missing."""
    known = np.isfinite(values)
    size = np.max(np.abs(values), axis=-1, keepdims=True, where=known, initial=0.0)
    with np.errstate(invalid="ignore"):
        difference = np.where(known & np.isfinite(lines), values - lines, 0.0)
    return np.asarray(np.where(np.abs(difference) <= ROUNDING * size, 0, np.sign(difference)), dtype=np.int8)


def outside(values: Floats, lower: Floats, upper: Floats) -> Signs:
    """1 strictly above the upper limit, -1 strictly below the lower one."""
    above, below = sides(values, upper) > 0, sides(values, lower) < 0
    return np.asarray(above.astype(np.int8) - below.astype(np.int8))


def run_ends(side: Signs, length: int = SHIFT) -> Signs:
    """The side at the point that completes `length` on one side, and at each further one."""
    ends = np.zeros_like(side)
    if side.shape[-1] >= length:
        totals = sliding_window_view(side, length, axis=-1).sum(axis=-1, dtype=np.int64)
        ends[..., length - 1 :] = np.where(np.abs(totals) == length, np.sign(totals), 0)
    return ends


def trend_ends(values: Floats, length: int = TREND) -> Signs:
    """1 at the point that completes `length` strictly rising values, -1 falling."""
    steps = np.zeros(values.shape, dtype=np.int8)
    if values.shape[-1] > 1:
        steps[..., 1:] = sides(values[..., 1:], values[..., :-1])
    return run_ends(steps, length - 1)


def whole_runs(ends: Signs, length: int = SHIFT) -> Signs:
    """A completed run marks all its points; where two runs meet, the earlier one does."""
    marks = ends.copy()
    for earlier in range(1, min(length, ends.shape[-1])):
        reached = marks[..., :-earlier]
        reached[...] = np.where(reached == 0, ends[..., earlier:], reached)
    return marks


def two_of_three_members(near: Flags, side: Signs) -> Signs:
    """Every point of three on one side of the centre of which at least two are near a limit."""
    ends = np.zeros_like(side)
    if side.shape[-1] >= 3:
        close = sliding_window_view(near, 3, axis=-1).sum(axis=-1)
        ends[..., 2:] = np.where(close >= 2, run_ends(side, 3)[..., 2:], 0)
    return whole_runs(ends, 3)


def two_of_three(near: Flags, side: Signs) -> Signs:
    """The near points themselves of such three."""
    return np.asarray(np.where(near, two_of_three_members(near, side), 0), dtype=np.int8)


def marks(values: Floats, limits: Limits) -> Marks:
    """What each rule marks in values (..., n)."""
    beyond = outside(values, limits.lower, limits.upper)
    near = (outside(values, limits.near_lower, limits.near_upper) != 0) & (beyond == 0)
    side = sides(values, limits.centre)
    return Marks(
        outside_limits=beyond,
        trend=whole_runs(trend_ends(values), TREND),
        two_of_three=two_of_three(near, side),
        shift=whole_runs(run_ends(side), SHIFT),
    )
