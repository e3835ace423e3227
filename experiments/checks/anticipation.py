"""Did the pilot departments change in the weeks just before the start?"""

from core.language.text import N_
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import contrast
from experiments.contrast_inference import as_asked
from experiments.estimate import Check, CheckResult
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Panel
from experiments.period_lengths import periods_of
from experiments.pre_period import late_change, long_enough
from experiments.window import Window, prepare

NAME = "anticipation"
WEEKS = 4


def run(panel: Panel, options: Options) -> CheckResult:
    """The last four weeks before the start against the rest of the before period, by the same inference.

    Periods in which the options already allow anticipation come after those four weeks.
    """
    window = prepare(panel, options)
    found = _found(window, options) if isinstance(window, Window) else None
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    effect = readable(found.effect, options)
    return tested(
        NAME, found, options, MESSAGE, passed=nothing_shows(found, options), effect=effect, weeks=WEEKS
    )


def _found(window: Window, options: Options) -> Inference | None:
    count, ahead = periods_of(WEEKS, window.panel.periods), options.anticipation
    if window.treated.all() or not long_enough(window, count, anticipation=ahead):
        return None
    values = contrast(window, late_change(window, count, anticipation=ahead))
    return as_asked(window, values, options)


MESSAGE = N_(
    "In the last {weeks} weeks before the start the pilot departments differed {effect} from the time before "
    "that, relative to the others ({p})."
)
IMPOSSIBLE = N_("There are too few periods or departments to see whether departments changed in advance.")
CHECK = Check(designs=designs.PARALLEL, run=run)
