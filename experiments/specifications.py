"""One effect under every defensible way to compute it (Simonsohn, Simmons and Nelson 2020).

With and without a run-in; in levels and in logarithms; departments or their cases counted equally; the whole
before period or its later half; complete periods, or all that a department has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One way to compute the effect, and what it gives on the scale that was asked.

    run_in: periods left out after the start. scale: that of the computation. later_half: only the later half
    of the before period. by_cases: departments weigh as many cases as they have. all_periods: also those that
    another department misses.
    """

    effect: float
    run_in: int
    scale: Scale
    later_half: bool
    by_cases: bool
    all_periods: bool


def specifications(panel: Panel, options: Options) -> tuple[Specification, ...]:
    """The variants that can be computed, their effects as people read them on the scale of the options.

    A variant in logarithms is brought to levels, and the other way round, at the level that the pilot
    departments had after the start.
    """
    run_ins = sorted({0, options.run_in or periods_of(RUN_IN_WEEKS, panel.periods)})
    return tuple(
        found
        for run_in, scale in product(run_ins, get_args(Scale))
        for found in _of_working_scale(panel, replace(options, run_in=run_in, scale=scale), options.scale)
        if np.isfinite(found.effect)
    )


def effects(found: tuple[Specification, ...]) -> Floats:
    """(V,) the effects of variants."""
    return np.array([one.effect for one in found])


def can_be_computed(window: Window) -> bool:
    """Whether there is a comparison, a before period that can be halved, and an after period."""
    sides = [(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return not window.treated.all() and all(before > 1 and after > 0 for before, after in sides)


def _of_working_scale(panel: Panel, options: Options, shown: Scale) -> Iterator[Specification]:
    window = prepare(panel, options)
    if not isinstance(window, Window) or not can_be_computed(window):
        return
    ways = {False: over_complete(window)}
    if not window.complete.all():
        ways[True] = over_available(window)
    reached = _level_after(window, options.scale)
    for (all_periods, outcome), halved, (by_cases, weights) in product(
        ways.items(), (False, True), _weightings(window).items()
    ):
        values = contrast(window, _change(window, outcome, halved=halved))
        effect = _mean_difference(values, window.treated, weights)
        level = float(np.average(reached, weights=weights[window.treated]))
        yield Specification(
            effect=_on_scale(effect, options.scale, shown, level),
            run_in=options.run_in,
            scale=options.scale,
            later_half=halved,
            by_cases=by_cases,
            all_periods=all_periods,
        )


def _change(window: Window, outcome: Floats, *, halved: bool) -> Statistic:
    def around(start: int) -> Floats:
        before = window.before(start)
        first = int(before[len(before) // 2]) if halved else 0
        return change_over(outcome, window.run_in, first)(start)

    return around


def _weightings(window: Window) -> dict[bool, Floats]:
    """Departments equally, and by their cases (True) where those are known and differ."""
    rows = window.panel.weights.sum(axis=1)
    found = {False: np.ones(len(rows))}
    if rows.min() > 0 and np.ptp(rows) > 0:
        found[True] = rows
    return found


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
