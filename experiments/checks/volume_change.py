"""Did the number of cases change in the pilot departments after the start?"""

from dataclasses import replace

import numpy as np

from core.language.text import N_
from experiments import answer, designs
from experiments.check_answer import informational, nothing_shows, tested
from experiments.contrast import change, contrast
from experiments.contrast_inference import as_asked
from experiments.estimate import Check, CheckResult
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, prepare

NAME = "volume_change"


def run(panel: Panel, options: Options) -> CheckResult:
    """Difference-in-differences on the logarithm of the rows per period, by the same inference.

    statistic, interval: as a fraction. For information where no numbers of rows were given (all are 1). With
    other numbers of cases, other cases may have been measured.
    """
    relative = replace(options, scale="relative")
    if (panel.weights[np.isfinite(panel.outcome)] == 1).all():
        return informational(NAME, NOT_GIVEN)
    window = prepare(_volumes(panel), relative)
    found = _found(window, options) if isinstance(window, Window) else None
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    passed = nothing_shows(found, options)
    return tested(
        NAME, found, relative, MESSAGE, passed=passed, change=answer.shown(found.effect, "relative")
    )


def _volumes(panel: Panel) -> Panel:
    counted = np.isfinite(panel.outcome) & (panel.weights > 0)
    return replace(panel, outcome=np.where(counted, panel.weights, np.nan))


def _found(window: Window, options: Options) -> Inference | None:
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    if window.treated.all() or min(sides) < 1:
        return None
    return as_asked(window, contrast(window, change(window)), options)


MESSAGE = N_(
    "After the start the number of cases in the pilot departments changed by {change:+%1} relative to the "
    "others ({p})."
)
NOT_GIVEN = N_("How many cases stand behind each period was not given.")
IMPOSSIBLE = N_("There are too few periods or departments to compare the numbers of cases.")
CHECK = Check(designs=designs.COMPARED, run=run)
