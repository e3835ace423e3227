"""Every department's own periods, also those that another department misses.

An estimate stands on the periods that all departments have. To see what leaving the others out does, each
period's common part is taken off first, so that a department that misses a busy period is not made to look
quiet: two-way fixed effects in two steps, on comparison departments only (the idea of Gardner 2022).
"""

import numpy as np

from experiments.contrast import Statistic
from experiments.panel import Floats
from experiments.window import Window


def over_complete(window: Window) -> Floats:
    """(U, T) outcomes, NaN in every period that some department misses."""
    return np.where(window.complete, window.panel.outcome, np.nan)


def over_available(window: Window) -> Floats:
    """(U, T) outcomes less the comparison departments' common part of each period; NaN where there is none.

    A period in which no comparison department has a value is NaN for all.
    """
    outcome = window.panel.outcome
    levels = outcome[:, window.complete].mean(axis=1, keepdims=True)
    around = (outcome - levels)[~window.treated]
    found = np.isfinite(around).sum(axis=0)
    with np.errstate(invalid="ignore"):
        common = np.nansum(around, axis=0) / np.where(found > 0, found, np.nan)
    return np.asarray(outcome - common)


def change_over(outcome: Floats, run_in: int, first: int = 0) -> Statistic:
    """Mean of what there is after the run-in minus that before, from period `first` on."""

    def around(start: int) -> Floats:
        after, before = outcome[:, start + run_in :], outcome[:, first:start]
        return np.asarray(np.nanmean(after, axis=1) - np.nanmean(before, axis=1))

    return around
