"""Why an effect of several start dates cannot be estimated: one function per code, sentence and remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def nobody_never_treated() -> Reason:
    """The comparison is with departments that never start, and all of them do."""
    return _reason(
        "never_treated_missing",
        N_("Every department uses the tool at some time; this comparison needs departments that never do."),
        N_("Add comparison departments, or compare with departments that start later (not-yet-treated)."),
    )


def too_few_for_large_samples(inference: str, found: int, needed: int) -> Reason:
    """The error was made for many departments and is too small with few."""
    return _reason(
        "too_few_clusters",
        N_("The inference '{inference}' needs at least {needed} departments; there are {found}."),
        N_("Leave the inference to Meetlat (auto), which then leaves out one department at a time."),
        inference=inference,
        found=found,
        needed=needed,
    )


def unbalanced() -> Reason:
    """The decomposition holds on a panel without gaps only."""
    return _reason(
        "unbalanced_panel",
        N_("This decomposition needs a value for every department in every period."),
        N_("Leave out the departments or the periods with gaps."),
    )
