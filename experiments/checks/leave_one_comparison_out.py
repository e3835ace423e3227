"""Does a weighted comparison hang on one of its departments? Weights are learned anew without each.

Abadie, Diamond and Hainmueller 2015, "Comparative politics and the synthetic control method" (American
Journal of Political Science 59), section 4.
"""

import numpy as np

from core.language.text import N_, Text
from experiments import answer, synthetic
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Panel
from experiments.synthetic_shown import SHOWN_WEIGHT
from experiments.window import Window, prepare

NAME = "leave_one_comparison_out"
COMPARISONS = {
    "synthetic-control": lambda window: (synthetic.control_comparison(window),),
    "synthetic-did": synthetic.did_comparisons,
}


def run(panel: Panel, options: Options) -> CheckResult:
    """Passed when the sign of the effect never changes; interval: smallest and largest effect.

    statistic: the effect that lies furthest from the estimate. Departments without weight are not left out.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or options.design not in COMPARISONS:
        return CheckResult(name=NAME, passed=None, message=Text(IMPOSSIBLE))
    compared = COMPARISONS[options.design]
    found = compared(window)
    whole = synthetic.effect(window, found)
    heavy = np.flatnonzero(~window.treated)[synthetic.mixed(found) > SHOWN_WEIGHT]
    rest = [window.only(np.arange(len(window.treated)) != department) for department in heavy]
    effects = np.array([synthetic.effect(one, compared(one)) for one in rest])
    furthest = int(np.argmax(np.abs(effects - whole)))
    low, high = answer.shown_interval((effects.min(), effects.max()), options.scale)
    return CheckResult(
        name=NAME,
        passed=bool(low > 0 or high < 0),
        statistic=answer.shown(effects[furthest], options.scale),
        interval=(low, high),
        message=Text(
            MESSAGE,
            {
                "low": answer.readable(low, options.scale),
                "high": answer.readable(high, options.scale),
                "department": window.panel.units[heavy[furthest]],
            },
        ),
    )


MESSAGE = N_(
    "With weights learned anew without one comparison department the effect lies between {low} and {high}; "
    "{department} matters most."
)
IMPOSSIBLE = N_("There are too few departments to leave one out.")
CHECK = Check(designs=tuple(COMPARISONS), run=run)
