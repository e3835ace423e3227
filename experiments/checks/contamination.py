"""Did the comparison departments themselves change at the start?"""

import numpy as np

from core.language.text import N_, Text
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import ROUNDING, change, contrast
from experiments.estimate import Check, CheckResult
from experiments.inference.blocks_t import BLOCKS, blocks_t
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, prepare

NAME = "contamination"


def run(panel: Panel, options: Options) -> CheckResult:
    """The comparison departments' own step: before the first start against after the last one and its run-in.

    Inference by blocks of time, as for a before/after estimate. Passed when no step shows; else for
    information, never a failure: a season or a measure that all departments share looks the same.
    """
    window = prepare(panel, options)
    found = _step(window, options) if isinstance(window, Window) else None
    if not isinstance(window, Window) or found is None:
        return informational(NAME, IMPOSSIBLE)
    values = contrast(window, change(window))
    effect = float(values[window.treated].mean() - values[~window.treated].mean())
    return tested(
        NAME,
        found,
        options,
        MESSAGE,
        passed=True if nothing_shows(found, options) else None,
        step=readable(found.effect, options),
        direction=Text(TOWARDS if found.effect * effect > 0 else AWAY),
    )


def _step(window: Window, options: Options) -> Inference | None:
    first, last = window.starts[0], window.starts[-1]
    before, after = window.before(first), window.after(last)
    if window.treated.all() or min(len(before), len(after)) < BLOCKS:
        return None
    series = window.panel.outcome[~window.treated].mean(axis=0)
    found = blocks_t(series[before], series[after], options.level)
    least = ROUNDING * np.abs(window.panel.outcome[:, window.complete]).max()
    return found if found.standard_error > least else None


MESSAGE = N_(
    "The comparison departments themselves changed by {step} at the start ({p}), {direction}. Had the tool "
    "reached them, it would look like this, but so would a season or a measure that all departments share."
)
TOWARDS = N_("in the direction of the pilot departments")
AWAY = N_("away from the pilot departments")
IMPOSSIBLE = N_("There are too few periods to see whether the comparison departments changed at the start.")
CHECK = Check(designs=designs.COMPARED, run=run)
