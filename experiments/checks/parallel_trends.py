"""Did pilot and comparison departments move together before the start? A contrast of department slopes."""

import numpy as np

from core.language.text import N_, Text, Value
from experiments import designs
from experiments.check_answer import informational, nothing_shows, readable, tested
from experiments.contrast import Statistic, change, contrast
from experiments.contrast_inference import as_asked
from experiments.estimate import Check, CheckResult
from experiments.inference.detectable import from_error
from experiments.inference.student import Inference
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "parallel_trends"
MIN_PERIODS = 4
MANY_TIMES = 10.0


def run(panel: Panel, options: Options) -> CheckResult:
    """One degree of freedom: the difference in mean slope, by the inference of the estimate.

    A joint test on weekly leads would be singular with few departments. Passed when no difference shows; as
    that says little by itself (Roth 2022, AER: Insights 4), the message says which slope would have shown
    with 80 % power, and what that slope would make of the effect if it went on.
    """
    window = prepare(panel, options)
    found = _found(window, options) if isinstance(window, Window) else None
    if not isinstance(window, Window) or found is None:
        return informational(NAME, IMPOSSIBLE)
    values = _values(window, found, options)
    return tested(NAME, found, options, MESSAGE, passed=nothing_shows(found, options), **values)


def slopes(window: Window, anticipation: int = 0) -> Statistic:
    """Least-squares slope per period of every department over the periods before a start."""

    def before(start: int) -> Floats:
        index = _periods(window, start, anticipation)
        centred = index - index.mean()
        return np.asarray(window.panel.outcome[:, index] @ centred / (centred @ centred))

    return before


def distance(window: Window) -> float:
    """Periods between the middle of the before and of the after period, averaged over pilot departments.

    A slope that goes on moves the difference-in-differences by itself times this.
    """
    first = window.panel.first_treated[window.treated].astype(int)
    return float(np.mean([window.after(start).mean() - window.before(start).mean() for start in first]))


def _periods(window: Window, start: int, anticipation: int) -> np.ndarray:
    return window.before(max(0, start - anticipation))


def _found(window: Window, options: Options) -> Inference | None:
    lengths = [(len(_periods(window, s, options.anticipation)), len(window.after(s))) for s in window.starts]
    if (
        window.treated.all()
        or min(min(before, MIN_PERIODS * after) for before, after in lengths) < MIN_PERIODS
    ):
        return None
    return as_asked(window, contrast(window, slopes(window, options.anticipation)), options)


def _values(window: Window, found: Inference, options: Options) -> dict[str, Value]:
    slope = from_error(found.standard_error, found.degrees_of_freedom or np.inf, options.level)
    values = contrast(window, change(window))
    effect = float(values[window.treated].mean() - values[~window.treated].mean())
    drift = slope * distance(window)
    return {
        "slope": readable(found.effect, options),
        "detectable": readable(slope, options),
        "drift": readable(drift, options),
        "share": _share(drift, effect),
    }


def _share(drift: float, effect: float) -> Text:
    if drift <= MANY_TIMES * abs(effect):
        return Text(SHARE, {"share": drift / abs(effect)})
    return Text(MANY)


MESSAGE = N_(
    "Before the start the pilot departments moved {slope} per period relative to the others ({p}). "
    "A difference of {detectable} per period would have been found in about four of five cases; if it went "
    "on after the start it would change the effect by {drift}, which is {share}."
)
SHARE = N_("{share:%0} of the effect that was found")
MANY = N_("more than ten times the effect that was found")
IMPOSSIBLE = N_("There are too few periods or departments before the start to compare trends.")
CHECK = Check(designs=designs.PARALLEL, run=run)
