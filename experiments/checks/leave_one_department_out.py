"""Does the effect hang on one department?"""

import numpy as np

from core.language.text import N_, Text
from experiments import answer
from experiments.contrast import change, contrast, enough_departments
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "leave_one_department_out"


def run(panel: Panel, options: Options) -> CheckResult:
    """The effect without each department in turn; passed when its sign never changes.

    statistic: the effect that lies furthest from the estimate. interval: smallest and largest of them.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    values = contrast(window, change(window))
    effects = without_each(values, window.treated)
    effect = values[window.treated].mean() - values[~window.treated].mean()
    furthest = int(np.nanargmax(np.abs(effects - effect)))
    low, high = float(np.nanmin(effects)), float(np.nanmax(effects))
    shown = answer.shown_interval((low, high), options.scale)
    return CheckResult(
        name=NAME,
        passed=low > 0 or high < 0,
        statistic=answer.shown(float(effects[furthest]), options.scale),
        interval=shown,
        message=Text(
            MESSAGE,
            {
                "low": answer.readable(shown[0], options.scale),
                "high": answer.readable(shown[1], options.scale),
                "department": window.panel.units[furthest],
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


def _possible(window: Window) -> bool:
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return min(sides) > 0 and enough_departments(window)


MESSAGE = N_("Without one department the effect lies between {low} and {high}; {department} matters most.")
IMPOSSIBLE = N_("There are too few departments to leave one out.")
CHECK = Check(designs=("difference-in-differences", "staggered"), run=run)
