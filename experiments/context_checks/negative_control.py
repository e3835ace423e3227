"""Did a KPI that the tool cannot change, change?"""

from core.language.text import N_
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult
from experiments.other_kpi_check import Words, told

NAME = "negative_control"


def run(context: Context) -> CheckResult | None:
    """Passed when nothing is found in the negative control by the same design and options.

    Nothing to say where the plan names none. statistic, p_value and interval: of the negative control, on its
    own scale (Lipsitch, Tchetgen Tchetgen and Cohen, Epidemiology 2010; 21:383-388).
    """
    other = context.negative_control
    return None if other is None else told(NAME, other, WORDS, judges=True)


WORDS = Words(
    found=N_(
        "KPI '{kpi}', which the tool cannot change, changed by {effect} ({p}). Whatever did that may have "
        "made the effect too."
    ),
    nothing=N_("KPI '{kpi}', which the tool cannot change, shows no change: {effect} ({p})."),
    withheld=N_("KPI '{kpi}', which the tool cannot change, rests on too few people to be shown."),
    impossible=N_("KPI '{kpi}', which the tool cannot change, cannot be estimated."),
)
CHECK = ContextCheck(run=run)
