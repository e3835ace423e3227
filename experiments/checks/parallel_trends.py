"""Did pilot and comparison departments move together before the start? A contrast of department slopes."""

import numpy as np

from core.language.text import N_, Text
from experiments import answer
from experiments.contrast import Statistic, contrast, enough_departments, infer
from experiments.estimate import Check, CheckResult
from experiments.inference.detectable import from_error
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "parallel_trends"
MIN_PERIODS = 4


def run(panel: Panel, options: Options) -> CheckResult:
    """One degree of freedom: the difference in mean slope, by the inference of the estimate.

    A joint test on weekly leads would be singular with few departments. Passed when no difference shows; the
    message says which slope would have shown.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    found = infer(window, contrast(window, slopes(window)), options.level)
    return CheckResult(
        name=NAME,
        passed=found.p_value >= round(1 - options.level, 12),
        statistic=answer.shown(found.effect, options.scale),
        p_value=found.p_value,
        interval=answer.shown_interval(found.interval, options.scale),
        message=_message(found, options),
    )


def slopes(window: Window) -> Statistic:
    """Least-squares slope per period of every department over the periods before a start."""

    def before(start: int) -> Floats:
        index = window.before(start)
        centred = index - index.mean()
        return np.asarray(window.panel.outcome[:, index] @ centred / (centred @ centred))

    return before


def _possible(window: Window) -> bool:
    short = min(len(window.before(start)) for start in window.starts) < MIN_PERIODS
    return not short and enough_departments(window)


def _message(found: Inference, options: Options) -> Text:
    size = from_error(found.standard_error, found.degrees_of_freedom or np.inf, options.level)
    return Text(
        MESSAGE,
        {
            "slope": answer.readable(answer.shown(found.effect, options.scale), options.scale),
            "detectable": answer.readable(answer.shown(size, options.scale), options.scale),
            "p": answer.readable_p(found.p_value),
        },
    )


MESSAGE = N_(
    "Before the start the pilot departments moved {slope} per period relative to the others ({p}); "
    "a difference of {detectable} per period would have been found in four of five cases."
)
IMPOSSIBLE = N_("There are too few periods or departments before the start to compare trends.")
CHECK = Check(designs=("difference-in-differences", "staggered", "event-study"), run=run)
