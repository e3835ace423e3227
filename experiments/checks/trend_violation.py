"""Which difference in trend would explain the whole effect, and was one as large seen before the start?"""

from dataclasses import replace

import numpy as np

from core.language.text import N_
from experiments import answer, designs
from experiments.check_answer import informational, readable
from experiments.contrast import change, contrast, enough_departments
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "trend_violation"
SHORTEST = 4


def run(panel: Panel, options: Options) -> CheckResult:
    """For information: it describes and tests nothing. statistic: the slope that would undo the effect.

    The slope per period that, going on through the whole window, gives the difference in change that was
    found; beside it the steepest one over any half of the before period.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return informational(NAME, IMPOSSIBLE)
    effect = _effect(window, contrast(window, change(window)))
    undoing = effect / _distance(window)
    length = _length(window)
    largest = max((_slope(window, length, back) for back in range(_stretches(window, length))), key=abs)
    found = informational(
        NAME,
        MESSAGE,
        undoing=readable(undoing, options),
        largest=readable(largest, options),
        length=length,
    )
    return replace(found, statistic=answer.shown(undoing, options.scale))


def _possible(window: Window) -> bool:
    shortest = min(len(window.before(start)) for start in window.starts)
    after = min(len(window.after(start)) for start in window.starts)
    return shortest >= SHORTEST and after > 0 and enough_departments(window)


def _effect(window: Window, values: Floats) -> float:
    return float(values[window.treated].mean() - values[~window.treated].mean())


def _distance(window: Window) -> float:
    """What a slope of one per period in the pilot departments does to the difference in change."""
    line = np.where(window.treated[:, None], np.arange(len(window.panel.periods), dtype=float), 0.0)
    on_a_line = replace(window, panel=replace(window.panel, outcome=line))
    return _effect(window, contrast(on_a_line, change(on_a_line)))


def _length(window: Window) -> int:
    """Periods in a stretch: half of the shortest before period."""
    return max(SHORTEST, min(len(window.before(start)) for start in window.starts) // 2)


def _stretches(window: Window, length: int) -> int:
    return min(len(window.before(start)) for start in window.starts) - length + 1


def _slope(window: Window, length: int, back: int) -> float:
    """Difference in slope over the stretch that ends `back` periods before the start."""

    def around(start: int) -> Floats:
        before = window.before(start)
        index = before[len(before) - back - length : len(before) - back]
        centred = index - index.mean()
        return np.asarray(window.panel.outcome[:, index] @ centred / (centred @ centred))

    return _effect(window, contrast(window, around))


MESSAGE = N_(
    "A trend difference of {undoing} per period, all along, would explain the whole effect; "
    "over {length} periods before the start the largest was {largest} per period."
)
IMPOSSIBLE = N_(
    "There are too few periods or departments to say which trend difference would undo the effect."
)
CHECK = Check(designs=designs.PARALLEL, run=run)
