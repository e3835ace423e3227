"""Does the effect hang on how it is computed? Every defensible way, side by side."""

import numpy as np

from core.language.text import N_, Text
from experiments import answer, designs
from experiments.check_answer import informational, nothing_shows
from experiments.contrast import change, contrast, inferred
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Panel
from experiments.specifications import can_be_computed, effects, specifications
from experiments.window import Window, prepare

NAME = "specification_curve"


def run(panel: Panel, options: Options) -> CheckResult:
    """Share of the variants whose effect has the sign of the estimate, and the range of their effects.

    Not passed when a sign differs though the estimate excludes no effect; when it does not, a sign says
    little and the range is for information. statistic: the share. interval: the range.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not can_be_computed(window):
        return informational(NAME, IMPOSSIBLE)
    found = inferred(window, contrast(window, change(window)), options.level)
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    every = effects(specifications(panel, options))
    share = float(np.mean(np.sign(every) == np.sign(found.effect)))
    low, high = float(every.min()), float(every.max())
    otherwise = None if nothing_shows(found, options) else False
    return CheckResult(
        name=NAME,
        passed=True if share == 1 else otherwise,
        statistic=share,
        interval=(low, high),
        message=Text(
            MESSAGE,
            {
                "count": len(every),
                "share": share,
                "low": answer.readable(low, options.scale),
                "high": answer.readable(high, options.scale),
            },
        ),
    )


MESSAGE = N_(
    "In {count} ways to compute it (run-in, before period, levels or logarithms, departments or cases "
    "counted equally, gaps) the effect lies between {low} and {high}; {share:%0} have the same sign."
)
IMPOSSIBLE = N_("There are too few periods or departments to compute the effect in several ways.")
CHECK = Check(designs=designs.OWN_CHANGE, run=run)
