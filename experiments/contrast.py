"""Every treated department against the never-treated ones over the same weeks, as one number per department.

For a statistic that is linear in a department's own series and depends on a start (its change, its slope, a
bin of the event study) `contrast` gives values (U,) whose difference in group means is the effect: a treated
department's own statistic around its own start minus the average of the never-treated ones around that same
start; a never-treated department's deviation from that average, weighted by how many treated departments
share the start. With one start this is the ordinary difference-in-differences.
"""

from collections.abc import Callable

import numpy as np

from experiments.inference.collapse_t import collapse_t
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.scaled_ewc import relative_noise, scaled_contrast
from experiments.inference.student import Inference
from experiments.panel import Floats
from experiments.window import Window, one_start

Statistic = Callable[[int], Floats]

MIN_CONTROLS = 3
MIN_DEPARTMENTS = 5
MIN_PERIODS = 10
ROUNDING = 1e-12


def contrast(window: Window, statistic: Statistic) -> Floats:
    """Values (U,) of a statistic; `statistic(start)` gives it for all departments around that start."""
    treated, first = window.treated, window.panel.first_treated
    values = np.zeros(len(treated))
    for start in window.starts:
        around = statistic(start)
        around = around - around[~treated].mean()
        own = treated & (first == start)
        values[own] = around[own]
        values[~treated] += around[~treated] * own.sum() / treated.sum()
    return values


def change(window: Window) -> Statistic:
    """Mean after the run-in minus mean before."""

    def around(start: int) -> Floats:
        outcome = window.panel.outcome
        after, before = outcome[:, window.after(start)], outcome[:, window.before(start)]
        return np.asarray(after.mean(axis=1) - before.mean(axis=1))

    return around


def infer(window: Window, values: Floats, level: float) -> Inference:
    """The default t inference on values of a contrast: light enough for checks and every bin.

    One start and enough data: the scaled EWC t; several starts: the jackknife t; otherwise the collapse t.
    """
    return _inference(window, level)(values)


def inferred(window: Window, values: Floats, level: float) -> Inference | None:
    """`infer`; None where there are too few departments, or where they differ by no more than rounding."""
    return inference_of(window, level)(values)


def inference_of(window: Window, level: float) -> Callable[[Floats], Inference | None]:
    """`inferred` for many contrasts of one window: the departments' noise is read once."""
    outcome = window.panel.outcome[:, window.complete]
    least = ROUNDING * np.abs(outcome).max(initial=0.0)
    enough, by = enough_departments(window), _inference(window, level)

    def on(values: Floats) -> Inference | None:
        if not enough or not np.ptp(values[~window.treated]) > least:
            return None
        found = by(values)
        return found if found.standard_error > least and np.isfinite(found.p_value) else None

    return on


def _inference(window: Window, level: float) -> Callable[[Floats], Inference]:
    treated = window.treated
    if scaled_applies(window):
        data = one_start(window)
        noise = relative_noise(data.y, data.n_before)
        return lambda values: scaled_contrast(values, treated, noise, level)[0]
    if len(window.starts) > 1 and min(treated.sum(), (~treated).sum()) > 1:
        return lambda values: jackknife_t(values, treated, level)
    return lambda values: collapse_t(values, treated, level)


def enough_departments(window: Window) -> bool:
    """Whether there are enough comparison departments, and departments at all, to judge anything."""
    return bool((~window.treated).sum() >= MIN_CONTROLS and len(window.treated) >= MIN_DEPARTMENTS)


def scaled_applies(window: Window) -> bool:
    """Whether the scaled EWC t may be used: one start, enough departments, periods and variation."""
    if len(window.starts) != 1:
        return False
    start = window.starts[0]
    short = min(len(window.before(start)), len(window.after(start))) < MIN_PERIODS
    return bool(enough_departments(window) and not short and not constant(window).any())


def constant(window: Window) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(U,) departments whose values never change over the complete periods, on either side of a start."""
    outcome = window.panel.outcome[:, window.complete]
    scale = np.abs(outcome).max(axis=1, initial=0.0)
    return np.asarray(np.ptp(outcome, axis=1) <= ROUNDING * scale)
