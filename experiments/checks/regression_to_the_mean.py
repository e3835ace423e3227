"""Did a dip or a peak just before the start make the effect?"""

import numpy as np

from core.language.text import N_
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import Statistic, change, contrast
from experiments.contrast_inference import as_asked
from experiments.estimate import Check, CheckResult
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.period_lengths import periods_of
from experiments.pre_period import late_and_early, late_change, long_enough
from experiments.window import Window, prepare

NAME = "regression_to_the_mean"
WEEKS = 8
LONGEST = 104
MOST = 0.5


def run(panel: Panel, options: Options) -> CheckResult:
    """The estimate without the last eight weeks before the start, and how unusual those weeks were.

    Not passed when the estimate moves by more than half or changes sign without them; for information where
    neither of the two estimates differs from zero, as their size is noise then. statistic: the last eight
    weeks against the level of up to two years, relative to the others, with its p-value and interval.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return informational(NAME, IMPOSSIBLE)
    count = periods_of(WEEKS, window.panel.periods)
    longest = periods_of(LONGEST, window.panel.periods)
    dip, whole, without = (
        as_asked(window, contrast(window, statistic), options)
        for statistic in (
            late_change(window, count, longest=longest),
            change(window),
            change_without(window, count),
        )
    )
    if dip is None or whole is None or without is None:
        return informational(NAME, IMPOSSIBLE)
    return tested(
        NAME,
        dip,
        options,
        MESSAGE,
        passed=_passed(whole, without, options),
        weeks=WEEKS,
        dip=readable(dip.effect, options),
        effect=readable(whole.effect, options),
        without=readable(without.effect, options),
    )


def change_without(window: Window, count: int) -> Statistic:
    """Mean after the run-in minus mean before, the last `count` periods before the start left out."""

    def around(start: int) -> Floats:
        outcome = window.panel.outcome
        early = late_and_early(window, start, count)[1]
        return np.asarray(outcome[:, window.after(start)].mean(axis=1) - outcome[:, early].mean(axis=1))

    return around


def _possible(window: Window) -> bool:
    after = min(len(window.after(start)) for start in window.starts)
    enough = long_enough(window, periods_of(WEEKS, window.panel.periods))
    return after > 0 and enough and not window.treated.all()


def _passed(whole: Inference, without: Inference, options: Options) -> bool | None:
    if nothing_shows(whole, options) and nothing_shows(without, options):
        return None
    moved = abs(without.effect - whole.effect) > MOST * abs(whole.effect)
    return not (moved or without.effect * whole.effect < 0)


MESSAGE = N_(
    "In the last {weeks} weeks before the start the pilot departments stood {dip} from their level of up to "
    "two years, relative to the others ({p}). Without those weeks the effect is {without}, not {effect}."
)
IMPOSSIBLE = N_(
    "There are too few periods or departments to see whether a dip or a peak came before the start."
)
CHECK = Check(designs=designs.OWN_CHANGE, run=run)
