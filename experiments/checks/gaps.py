"""Periods that some department misses: does leaving them out for all move the estimate?"""

from core.language.text import N_, Text
from experiments import designs
from experiments.available_periods import change_over, over_available
from experiments.check_answer import informational, readable
from experiments.contrast import change, contrast, inferred
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, prepare

NAME = "gaps"
MOST = 0.1


def run(panel: Panel, options: Options) -> CheckResult:
    """The estimate on complete periods against that on the periods each department has.

    statistic: the difference in standard errors of the estimate; passed below a tenth, or without gaps.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window) or not _possible(window):
        return informational(NAME, IMPOSSIBLE)
    count = int((~window.complete).sum())
    if count == 0:
        return CheckResult(name=NAME, passed=True, statistic=0.0, message=Text(NONE))
    found = inferred(window, contrast(window, change(window)), options.level)
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    effect = available_effect(window)
    moved = abs(effect - found.effect) / found.standard_error
    return CheckResult(
        name=NAME,
        passed=moved < MOST,
        statistic=moved,
        message=Text(
            MESSAGE,
            {
                "count": count,
                "effect": readable(found.effect, options),
                "available": readable(effect, options),
                "moved": moved,
            },
        ),
    )


def available_effect(window: Window) -> float:
    """Difference-in-differences on every period that a department has."""
    values: Floats = contrast(window, change_over(over_available(window), window.run_in))
    return float(values[window.treated].mean() - values[~window.treated].mean())


def _possible(window: Window) -> bool:
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    return min(sides) > 0 and not window.treated.all()


MESSAGE = N_(
    "Periods left out because a department misses them: {count}. The effect is {effect}, and {available} "
    "with every period that a department has ({moved:.2} standard errors apart)."
)
NONE = N_("No period is left out.")
IMPOSSIBLE = N_("There are too few complete periods or departments to see what the gaps do.")
CHECK = Check(designs=designs.OWN_CHANGE, run=run)
