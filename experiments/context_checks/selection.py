"""How were the pilot departments chosen, and what does that do to the effect?"""

from core.language.text import N_, Text
from experiments.check_answer import informational
from experiments.context import Context, ContextCheck
from experiments.estimate import CheckResult, Estimate
from experiments.pilot import Selection

NAME = "selection"
QUIET = 0.7
"""Noise of the pilot over that of the comparison below which choosing steady departments shows."""


def run(context: Context) -> CheckResult:
    """Passed when departments were drawn; not passed when they were chosen for how they stood before.

    For information otherwise. With departments chosen as the best or the steadiest whose noise is below 0.7
    of that of the others, the t that scales by their own noise is too sure (statistic: that ratio).
    """
    chosen = context.pilot.selection
    if chosen is None:
        return informational(NAME, UNKNOWN)
    ratio = noise_ratio(context.estimate)
    if chosen in ("best", "quiet") and ratio is not None and ratio < QUIET:
        message = Text(TOO_QUIET, {"how": Text(CONSEQUENCES[chosen]), "ratio": ratio})
        return CheckResult(name=NAME, passed=False, statistic=ratio, message=message)
    return CheckResult(name=NAME, passed=JUDGED.get(chosen), message=Text(CONSEQUENCES[chosen]))


def noise_ratio(estimate: Estimate) -> float | None:
    """The noise ratio that the check of that name found."""
    return next((one.statistic for one in estimate.checks if one.name == "noise_ratio"), None)


JUDGED: dict[Selection, bool] = {"drawn": True, "worst": False, "best": False}
CONSEQUENCES: dict[Selection, str] = {
    "drawn": N_("The departments were drawn by lot, so only chance made them differ from the others."),
    "volunteered": N_(
        "The departments volunteered. Keen departments may gain more than others would: the effect holds for "
        "departments like them."
    ),
    "worst": N_(
        "The departments were chosen because they did worst. Departments that do badly mostly improve by "
        "themselves, which looks like an effect."
    ),
    "best": N_(
        "The departments were chosen because they did best. Departments that do well mostly fall back by "
        "themselves, which hides an effect, and others may gain less."
    ),
    "quiet": N_("The departments were chosen because their figures are steady: others may vary more."),
    "other": N_("The departments were chosen in another way; think of what that has to do with the outcome."),
}
TOO_QUIET = N_(
    "{how} Their noise is {ratio:.2} times that of the others, so the usual method may be too sure: go by "
    "one change per department (collapse-t)."
)
UNKNOWN = N_("The plan does not say how the departments were chosen.")
CHECK = ContextCheck(run=run)
