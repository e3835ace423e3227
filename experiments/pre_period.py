"""The before period in two: the last periods before a start, and the longer time before those."""

import numpy as np
from numpy.typing import NDArray

from experiments.contrast import Statistic
from experiments.panel import Floats
from experiments.window import Window

Index = NDArray[np.intp]


def late_and_early(window: Window, start: int, count: int, longest: int | None = None) -> tuple[Index, Index]:
    """Complete periods: the last `count` before a start, and those before them, up to `longest` back."""
    before = window.before(max(0, start))
    first = -np.inf if longest is None else start - longest
    return before[before >= start - count], before[(before < start - count) & (before >= first)]


def late_change(
    window: Window, count: int, *, anticipation: int = 0, longest: int | None = None
) -> Statistic:
    """Mean of the last `count` periods before a start, minus the mean of the time before those."""

    def around(start: int) -> Floats:
        late, early = late_and_early(window, start - anticipation, count, longest)
        outcome = window.panel.outcome
        return np.asarray(outcome[:, late].mean(axis=1) - outcome[:, early].mean(axis=1))

    return around


def long_enough(window: Window, count: int, *, anticipation: int = 0) -> bool:
    """Whether there is a late part, and twice as long a time before it, at every start."""
    sides = [late_and_early(window, start - anticipation, count) for start in window.starts]
    return all(len(late) > 0 and len(early) >= 2 * count for late, early in sides)
