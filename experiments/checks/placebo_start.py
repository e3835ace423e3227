"""A pretended start halfway the before period: there should be no effect."""

from dataclasses import replace

import numpy as np

from core.language.text import N_
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import change, contrast
from experiments.contrast_inference import as_asked
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
        return informational(NAME, IMPOSSIBLE)
    pretended = _pretended(window)
    found = as_asked(pretended, contrast(pretended, change(pretended)), options)
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    return tested(
        NAME,
        found,
        options,
        MESSAGE,
        passed=nothing_shows(found, options),
        effect=readable(found.effect, options),
        period=pretended.panel.periods[pretended.starts[0]],
    )


def _possible(window: Window) -> bool:
    return len(window.before(window.starts[0])) >= 2 * MIN_PERIODS and not window.treated.all()


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
CHECK = Check(designs=designs.PARALLEL, run=run)
