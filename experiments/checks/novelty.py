"""Does the effect wear off? The first against the last third of the after period."""

import numpy as np

from core.language.text import N_
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import Statistic, contrast
from experiments.contrast_inference import as_asked
from experiments.estimate import Check, CheckResult
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "novelty"
MIN_PERIODS = 6
FIRST, LAST = 0, 2


def run(panel: Panel, options: Options) -> CheckResult:
    """Last minus first third after the run-in, by the same inference.

    Not passed when they differ and the last third lies nearer to no effect, or beyond it. An effect that
    grows is not a passing novelty, and is said to grow.
    """
    window = prepare(panel, options)
    found = _found(window, options) if isinstance(window, Window) else None
    if not isinstance(window, Window) or found is None:
        return informational(NAME, IMPOSSIBLE)
    first, last = (_effect(window, part) for part in (FIRST, LAST))
    return tested(
        NAME,
        found,
        options,
        MESSAGE,
        passed=nothing_shows(found, options) or bool(last * np.sign(first) > abs(first)),
        first=readable(first, options),
        last=readable(last, options),
    )


def third(window: Window, part: int) -> Statistic:
    """Mean of one third of the periods after a start and its run-in, minus the mean before."""

    def around(start: int) -> Floats:
        outcome = window.panel.outcome
        after = np.array_split(window.after(start), 3)[part]
        return np.asarray(outcome[:, after].mean(axis=1) - outcome[:, window.before(start)].mean(axis=1))

    return around


def _found(window: Window, options: Options) -> Inference | None:
    lengths = [(len(window.before(start)), len(window.after(start))) for start in window.starts]
    if window.treated.all() or any(before < 1 or after < MIN_PERIODS for before, after in lengths):
        return None
    first, last = third(window, FIRST), third(window, LAST)
    values = contrast(window, lambda start: np.asarray(last(start) - first(start)))
    return as_asked(window, values, options)


def _effect(window: Window, part: int) -> float:
    values = contrast(window, third(window, part))
    return float(values[window.treated].mean() - values[~window.treated].mean())


MESSAGE = N_(
    "In the first third of the after period the effect was {first}, in the last third {last} "
    "(difference: {p})."
)
IMPOSSIBLE = N_("The period after the start is too short to see whether the effect wears off.")
CHECK = Check(designs=designs.PARALLEL, run=run)
