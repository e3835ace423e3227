"""Did other cases come, and did that make the effect?"""

from core.language.text import N_, Text
from experiments import answer
from experiments.check_answer import informational, readable
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult
from experiments.standardised_effect import StandardisedEffect, standardised_effect
from experiments.window import Window, prepare

NAME = "composition"
MOST = 0.5
"""Of the smallest change that matters."""


def run(context: Context) -> CheckResult:
    """The effect with every department's own cases against that with the mix of before the first start.

    Not passed when the effect moves by more than half of the smallest change that matters, or changes sign
    while the estimate excludes no effect (else its sign is noise). statistic: the standardised effect minus
    the crude one, as shown.
    """
    if context.strata is None:
        return informational(NAME, NOT_DECLARED)
    found = _effect(context)
    if found is None:
        return informational(NAME, IMPOSSIBLE)
    moved = _shown(found.standardised, context) - _shown(found.crude, context)
    return CheckResult(
        name=NAME,
        passed=_passed(context, found, moved),
        statistic=moved,
        message=Text(
            MESSAGE,
            {
                "crude": readable(found.crude, context.options),
                "standardised": readable(found.standardised, context.options),
            },
        ),
    )


def _effect(context: Context) -> StandardisedEffect | None:
    window, strata = prepare(context.panel, context.options), context.strata
    if strata is None or not isinstance(window, Window):
        return None
    logs = context.options.scale == "relative" and not strata.logarithms
    return standardised_effect(window, strata, context.panel.units, take_logs=logs)


def _shown(effect: float, context: Context) -> float:
    return answer.shown(effect, context.options.scale)


def _passed(context: Context, found: StandardisedEffect, moved: float) -> bool | None:
    shows = context.estimate.p_value < round(1 - context.estimate.level, 12)
    if shows and found.crude * found.standardised < 0:
        return False
    if context.smallest_change is None:
        return None
    return abs(moved) <= MOST * context.smallest_change


MESSAGE = N_(
    "With the same mix of cases in every department, before and after, the effect is {standardised}; with "
    "the cases as they came it is {crude}. A tool that changes who comes may have made the difference itself."
)
NOT_DECLARED = N_("The definition names no kinds of cases by which this KPI can be standardised.")
IMPOSSIBLE = N_(
    "Some department had none of a kind of case before or after the start, so the effect cannot be computed "
    "for the same mix of cases."
)
CHECK = ContextCheck(run=run)
