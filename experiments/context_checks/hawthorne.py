"""Did a KPI that nobody was told is watched, change as well?"""

from core.language.text import N_
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult
from experiments.other_kpi_check import Words, told

NAME = "hawthorne"


def run(context: Context) -> CheckResult | None:
    """For information: people who know that they are watched do better for a while (Hawthorne).

    An effect of the tool should show in the unannounced KPI too. Nothing to say where the plan names none.
    """
    other = context.unannounced
    return None if other is None else told(NAME, other, WORDS, judges=False)


WORDS = Words(
    found=N_("KPI '{kpi}', which nobody was told is watched, changed as well: {effect} ({p})."),
    nothing=N_(
        "KPI '{kpi}', which nobody was told is watched, shows no change: {effect} ({p}). If the tool should "
        "move it, being watched may explain the effect."
    ),
    withheld=N_("KPI '{kpi}', which nobody was told is watched, rests on too few people to be shown."),
    impossible=N_("KPI '{kpi}', which nobody was told is watched, cannot be estimated."),
)
CHECK = ContextCheck(run=run)
