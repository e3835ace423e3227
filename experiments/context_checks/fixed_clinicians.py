"""Is the effect that of the same people?"""

from core.language.text import N_, Text
from experiments import answer
from experiments.check_answer import informational
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult, Estimate

NAME = "fixed_clinicians"


def run(context: Context) -> CheckResult:
    """The effect among clinicians who worked there before and after the start, beside that of all.

    Not passed when it lies outside the interval of the estimate: then who worked there made a difference.
    statistic, p_value, interval: of those clinicians alone. For information where it cannot be computed.
    """
    stayed = context.stayed_on
    if stayed is None:
        return informational(NAME, UNKNOWN)
    found, open_ = stayed.result, context.estimate
    if not isinstance(found, Estimate):
        return informational(NAME, IMPOSSIBLE, clinicians=stayed.clinicians)
    return CheckResult(
        name=NAME,
        passed=open_.interval[0] <= found.effect <= open_.interval[1],
        statistic=found.effect,
        p_value=found.p_value,
        interval=found.interval,
        message=Text(
            MESSAGE,
            {
                "clinicians": stayed.clinicians,
                "share": stayed.share,
                "theirs": answer.readable(found.effect, found.scale),
                "all": answer.readable(open_.effect, open_.scale),
            },
        ),
    )


MESSAGE = N_(
    "Counting only the {clinicians} clinicians who worked in their department before and after the start "
    "({share:%0} of the rows), the effect is {theirs}; with whoever worked there it is {all}."
)
IMPOSSIBLE = N_(
    "The {clinicians} clinicians who worked in their department before and after the start have too few rows "
    "for an effect of their own."
)
UNKNOWN = N_(
    "The effect is that of departments, with whoever worked there. Whether it is the same for those alone "
    "who worked there before and after the start is computed for the primary KPI, where its rows tell "
    "clinicians apart."
)
CHECK = ContextCheck(run=run)
