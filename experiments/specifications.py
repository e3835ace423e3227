"""One effect under every defensible way to compute it (Simonsohn, Simmons and Nelson 2020).

With and without a run-in; in levels and in logarithms; departments or their cases counted equally; the whole
before period or its later half; complete periods, or all that a department has.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np

from experiments.available_periods import change_over, over_available, over_complete
from experiments.contrast import Statistic, contrast
from experiments.options import Options
from experiments.panel import Floats, Panel, Scale
from experiments.period_lengths import periods_of
from experiments.window import Window, prepare

RUN_IN_WEEKS = 6


def effects(panel: Panel, options: Options) -> Floats:
    """(V,) effects as people read them on the scale of the options, for the variants that can be computed.

    A variant in logarithms is brought to levels, and the other way round, at the level that the pilot
    departments had after the start.
    """
    run_ins = sorted({0, options.run_in or periods_of(RUN_IN_WEEKS, panel.periods)})
    found = [
        effect
        for run_in, scale in product(run_ins, get_args(Scale))
        for effect in _of_working_scale(panel, replace(options, run_in=run_in, scale=scale), options.scale)
    ]
    return np.array([effect for effect in found if np.isfinite(effect)])


def can_be_computed(window: Window) -> bool:
    """Whether there is a comparison, a before period that can be halved, and an after period."""
    sides = [(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return not window.treated.all() and all(before > 1 and after > 0 for before, after in sides)


def _of_working_scale(panel: Panel, options: Options, shown: Scale) -> Iterator[float]:
    window = prepare(panel, options)
    if not isinstance(window, Window) or not can_be_computed(window):
        return
    ways = (
        (over_complete(window),) if window.complete.all() else (over_complete(window), over_available(window))
    )
    reached = _level_after(window, options.scale)
    for outcome, halved, weights in product(ways, (False, True), _weightings(window)):
        values = contrast(window, _change(window, outcome, halved=halved))
        effect = _mean_difference(values, window.treated, weights)
        level = float(np.average(reached, weights=weights[window.treated]))
        yield _on_scale(effect, options.scale, shown, level)


def _change(window: Window, outcome: Floats, *, halved: bool) -> Statistic:
    def around(start: int) -> Floats:
        before = window.before(start)
        first = int(before[len(before) // 2]) if halved else 0
        return change_over(outcome, window.run_in, first)(start)

    return around


def _weightings(window: Window) -> tuple[Floats, ...]:
    """Departments equally, and by their rows where those are known and differ."""
    rows = window.panel.weights.sum(axis=1)
    equal = np.ones(len(rows))
    return (equal, rows) if rows.min() > 0 and np.ptp(rows) > 0 else (equal,)


def _mean_difference(values: Floats, treated: np.ndarray, weights: Floats) -> float:
    ours, others = (np.average(values[group], weights=weights[group]) for group in (treated, ~treated))
    return float(ours - others)


def _level_after(window: Window, scale: Scale) -> Floats:
    """Mean level of every pilot department after its own start."""
    outcome = window.panel.outcome
    levels = np.exp(outcome) if scale == "relative" else outcome
    first = window.panel.first_treated
    return np.array(
        [levels[unit, window.after(int(first[unit]))].mean() for unit in np.flatnonzero(window.treated)]
    )


def _on_scale(effect: float, estimated: Scale, shown: Scale, level: float) -> float:
    """From the scale of estimation to that of the options; level: what was reached with the effect in it."""
    if estimated == shown:
        return float(np.expm1(effect)) if shown == "relative" else effect
    if shown == "absolute":
        return float(-level * np.expm1(-effect))
    return effect / (level - effect) if level > effect else np.nan
