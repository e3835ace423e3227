"""Did the way of measuring change in the pilot departments, more so than in the comparison departments?"""

from core.language.text import N_, Text
from experiments.check_answer import informational
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult
from experiments.occurrences import listed, more_common

NAME = "measurement_change"


def run(context: Context) -> CheckResult:
    """Not passed when a change of the ruler befell the pilot departments more than the others.

    Neither when nobody knows whether the KPI counts time inside the tool. For information when the ruler
    changed in both alike, or in the comparison departments alone. statistic: changes in pilot departments
    that the comparison has less often.
    """
    pilot, found = context.pilot, context.ruler
    if not context.tool_time_known:
        return CheckResult(name=NAME, passed=False, message=Text(TOOL_TIME))
    if found is None:
        return informational(NAME, UNKNOWN)
    more = more_common(found, pilot.starts, pilot.comparison)
    if more:
        message = Text(CHANGED, {"changes": listed(more)})
        return CheckResult(name=NAME, passed=False, statistic=float(len(more)), message=message)
    if found:
        return informational(NAME, ELSEWHERE, changes=listed(found))
    return CheckResult(name=NAME, passed=True, statistic=0.0, message=Text(STEADY))


CHANGED = N_(
    "The way of measuring changed in pilot departments and not as much in the others: {changes}. A change of "
    "the ruler looks like an effect, so this is weak evidence at best."
)
TOOL_TIME = N_(
    "Nobody knows whether this KPI counts time inside the tool. Time may have moved out of what is measured, "
    "so this is weak evidence at best."
)
ELSEWHERE = N_(
    "The way of measuring changed, but in pilot departments not clearly more than in the others: {changes}. "
    "Look whether it weighs on both alike."
)
STEADY = N_("No change of definition, template, software version, clock or unit was found.")
UNKNOWN = N_(
    "Whether the way of measuring changed cannot be seen: too few rows of the pilot departments are here."
)
CHECK = ContextCheck(run=run)
