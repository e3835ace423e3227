"""Does the effect hang on one department?"""

from collections.abc import Sequence

import numpy as np

from core.language.text import N_, Text
from experiments import answer, designs
from experiments.check_answer import informational, readable
from experiments.contrast import change, contrast, inferred
from experiments.estimate import Check, CheckResult
from experiments.inference.student import Inference
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "leave_one_department_out"


def run(panel: Panel, options: Options) -> CheckResult:
    """The effect without each department in turn, and whether the conclusion stays what it is.

    Not passed when the interval excludes no effect with one department and not without it; or the other way
    round, at a level that allows for the choice among all departments (Bonferroni), as one of many intervals
    soon excludes zero. For information when only the sign changes of an effect that was not shown.
    statistic: the effect that lies furthest from the estimate. interval: smallest and largest of them.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return informational(NAME, IMPOSSIBLE)
    values = contrast(window, change(window))
    whole = inferred(window, values, options.level)
    if whole is None:
        return informational(NAME, IMPOSSIBLE)
    effects = without_each(values, window.treated)
    changed = changed_conclusions(window, whole, options)
    low, high = float(np.nanmin(effects)), float(np.nanmax(effects))
    furthest = int(np.nanargmax(np.abs(effects - whole.effect)))
    return CheckResult(
        name=NAME,
        passed=_passed(changed, whole, low, high),
        statistic=answer.shown(float(effects[furthest]), options.scale),
        interval=answer.shown_interval((low, high), options.scale),
        message=Text(
            MESSAGE,
            {
                "low": readable(low, options),
                "high": readable(high, options),
                "department": window.panel.units[furthest],
                "conclusion": _conclusion(changed),
            },
        ),
    )


def without_each(values: Floats, treated: np.ndarray) -> Floats:
    """(U,) difference in group means without each department; NaN where it is its group's only one."""
    effects = np.empty(len(values))
    for group, sign in ((treated, 1.0), (~treated, -1.0)):
        own, other = values[group], values[~group].mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            effects[group] = sign * ((own.sum() - own) / np.float64(len(own) - 1) - other)
    return effects


def changed_conclusions(window: Window, whole: Inference, options: Options) -> tuple[str, ...]:
    """Departments without which another conclusion follows, where enough are left to draw one."""
    changed = []
    chances = 1 if _sign_shown(whole) else len(window.treated)
    level = 1 - (1 - options.level) / chances
    for department, name in enumerate(window.panel.units):
        rest = window.only(np.arange(len(window.treated)) != department)
        if not rest.treated.any():
            continue
        found = inferred(rest, contrast(rest, change(rest)), level)
        if found is not None and _sign_shown(found) != _sign_shown(whole):
            changed.append(name)
    return tuple(changed)


def _possible(window: Window) -> bool:
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return min(sides) > 0 and not window.treated.all()


def _sign_shown(found: Inference) -> int:
    """1 or -1 where the interval lies on one side of zero, else 0."""
    low, high = found.interval
    return int(low > 0) - int(high < 0)


def _passed(changed: Sequence[str], whole: Inference, low: float, high: float) -> bool | None:
    if changed:
        return False
    if low > 0 or high < 0:
        return True
    return False if _sign_shown(whole) else None


def _conclusion(changed: Sequence[str]) -> Text:
    return Text(CHANGED, {"departments": listed(changed)}) if changed else Text(UNCHANGED)


MESSAGE = N_(
    "Without one department the effect lies between {low} and {high}; {department} matters most. {conclusion}"
)
CHANGED = N_("Whether there is an effect changes without: {departments}.")
UNCHANGED = N_("Whether there is an effect does not change.")
IMPOSSIBLE = N_("There are too few departments to leave one out.")
CHECK = Check(designs=designs.OWN_CHANGE, run=run)
