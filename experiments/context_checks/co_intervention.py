"""Did something else happen in the pilot departments after the start?"""

from core.language.text import N_, Text
from experiments.check_answer import informational
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult
from experiments.occurrences import listed, more_common

NAME = "co_intervention"


def run(context: Context) -> CheckResult:
    """Not passed when an event after the start befell the pilot departments more than the others.

    After the start: a pilot department's own, for the others the first one. For information when the events
    befell both alike, or where nobody noted any. statistic: events that the comparison has less often.
    """
    pilot, told = context.pilot, context.events
    if not told:
        return informational(NAME, UNKNOWN)
    first = min(pilot.starts.values())
    after = [
        one for one in told if one.day is not None and one.day >= pilot.starts.get(one.department, first)
    ]
    more = more_common(after, pilot.starts, pilot.comparison)
    if more:
        message = Text(HAPPENED, {"events": listed(more)})
        return CheckResult(name=NAME, passed=False, statistic=float(len(more)), message=message)
    if after:
        return informational(NAME, ALIKE, events=listed(after))
    return CheckResult(name=NAME, passed=True, statistic=0.0, message=Text(NOTHING))


HAPPENED = N_(
    "After the start something else happened in pilot departments and not as much in the others: {events}. "
    "Its effect cannot be told from that of the tool."
)
ALIKE = N_(
    "After the start something else happened, but in pilot departments not clearly more than in the others: "
    "{events}."
)
NOTHING = N_("Of the events that departments noted, none came after the start.")
UNKNOWN = N_("No events were noted, such as downtime or staffing: nobody knows what else happened.")
CHECK = ContextCheck(run=run)
