"""A pretended start halfway the before period: there should be no effect."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer
from experiments.contrast import change, contrast, enough_departments, infer
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.window import Window, prepare

NAME = "placebo_start"
MIN_PERIODS = 4


def run(panel: Panel, options: Options) -> CheckResult:
    """Difference-in-differences on the periods before the first start; passed when it finds nothing."""
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    pretended = _pretended(window)
    found = infer(pretended, contrast(pretended, change(pretended)), options.level)
    effect = answer.shown(found.effect, options.scale)
    return CheckResult(
        name=NAME,
        passed=found.p_value >= round(1 - options.level, 12),
        statistic=effect,
        p_value=found.p_value,
        interval=answer.shown_interval(found.interval, options.scale),
        message=Text(
            MESSAGE,
            {
                "effect": answer.readable(effect, options.scale),
                "period": pretended.panel.periods[pretended.starts[0]],
                "p": answer.readable_p(found.p_value),
            },
        ),
    )


def _possible(window: Window) -> bool:
    before = len(window.before(window.starts[0]))
    return before >= 2 * MIN_PERIODS and enough_departments(window)


def _pretended(window: Window) -> Window:
    """The window before the first start, with all pilot departments starting at its middle."""
    before = window.before(window.starts[0])
    first, middle = window.starts[0], int(before[len(before) // 2])
    cut = replace(
        window.panel.between(0, first), first_treated=np.where(window.treated, float(middle), NEVER)
    )
    return replace(window, panel=cut, complete=window.complete[:first], run_in=0)


MESSAGE = N_("With a pretended start in {period}, before the real one, the effect would be {effect} ({p}).")
IMPOSSIBLE = N_("The period before the start is too short for a pretended start.")
CHECK = Check(designs=("difference-in-differences", "staggered", "event-study"), run=run)
