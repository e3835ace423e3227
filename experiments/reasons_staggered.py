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
        N_("Leave the choice of inference to Meetlat (auto), or add pilot departments."),
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


def orders_of_groups() -> Reason:
    """A start order deals dates to departments one by one."""
    return _reason(
        "orders_of_groups",
        N_("Departments are grouped, so their start dates cannot be exchanged one by one."),
        N_("Leave out the groups, or add departments."),
    )


def orders_show_nothing() -> Reason:
    """The orders exclude no effect on a side."""
    return _reason(
        "orders_show_nothing",
        N_("Exchanging the start dates among these departments cannot exclude any effect."),
        N_("Add comparison departments."),
    )


def too_few_to_leave_out(treated: int, needed: int) -> Reason:
    """With fewer pilots the jackknife finds too much."""
    return _reason(
        "too_few_to_leave_out",
        N_(
            "Leaving out one department at a time holds its error rate from {needed} pilot departments on; "
            "there are {treated}."
        ),
        N_("Ask for the design staggered, or add pilot departments."),
        treated=treated,
        needed=needed,
    )


def waves_cannot_judge() -> Reason:
    """Every department starts; the comparison with those that start last carries no inference."""
    return _reason(
        "waves_cannot_judge",
        N_(
            "Every department starts, so that only those that start last can be compared with, and with so "
            "few waves no inference on them holds its error rate."
        ),
        N_(
            "Keep three departments without the tool for longer, or ask for before-after by name: weak "
            "evidence, which finds too much where noise lasts long."
        ),
    )
