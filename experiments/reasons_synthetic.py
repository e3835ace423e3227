"""Why a weighted comparison cannot be made: one function per code, each with its sentence and its remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def too_few_periods_before(found: int, needed: int) -> Reason:
    """The series before the start is too short to learn weights from."""
    return _reason(
        "too_few_periods",
        N_("Complete periods before the start: {found}; weights can be learned from {needed} on."),
        N_("Load an earlier stretch of data, take shorter periods, or compare change against change."),
        found=found,
        needed=needed,
    )


def more_pilots_than_controls(ours: int, others: int) -> Reason:
    """The placebo variance hands the start to as many controls as there are pilots."""
    return _reason(
        "too_few_controls",
        N_("Comparison departments: {others}, pilot departments: {ours}; there must be more of the former."),
        N_("Add comparison departments, or compare change against change."),
        ours=ours,
        others=others,
    )


def exact_fit() -> Reason:
    """No gap before the start, so none after it can be called large."""
    return _reason(
        "exact_fit",
        N_(
            "The mix follows the pilot departments exactly before the start, as a series can with many "
            "departments for few periods; how large a difference after it is cannot be judged."
        ),
        N_(
            "Load an earlier stretch of data, look for departments that hold the same numbers, or take fewer."
        ),
    )


def no_constant_effect() -> Reason:
    """Every constant effect is excluded, so there is no interval."""
    return _reason(
        "no_constant_effect",
        N_("After the start the difference moves too much for one number: no constant effect fits it."),
        N_("Look at the difference over time, leave out a run-in, or compare change against change."),
    )


def covariate_missing(covariate: str, departments: str) -> Reason:
    """A predictor has no value before the start."""
    return _reason(
        "covariate_missing",
        N_("'{covariate}' has no value before the start in: {departments}."),
        N_("Load it for these departments, leave them out, or leave out the covariate."),
        covariate=covariate,
        departments=departments,
    )


def covariate_constant(covariate: str) -> Reason:
    """A predictor that cannot tell departments apart."""
    return _reason(
        "covariate_constant",
        N_("'{covariate}' is the same in every department before the start."),
        N_("Leave it out."),
        covariate=covariate,
    )
