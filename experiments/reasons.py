"""Why an effect cannot be estimated: one function per code, each with its sentence and its remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def no_data() -> Reason:
    """The panel holds no value at all."""
    return _reason(
        "no_data", N_("There is no data in this window."), N_("Load data for these weeks and departments.")
    )


def treatment_never_on() -> Reason:
    """No department starts within the window."""
    return _reason(
        "treatment_never_on",
        N_("No department starts using the tool within the data."),
        N_("Choose a window that holds weeks before and after the start."),
    )


def non_positive_outcome(unit: str, period: str) -> Reason:
    """Logarithms do not exist for zero or less."""
    return _reason(
        "non_positive_outcome",
        N_("A relative effect needs values above zero; {unit} has zero or less in {period}."),
        N_("Estimate on the absolute scale, or take longer periods."),
        unit=unit,
        period=period,
    )


def one_unit() -> Reason:
    """A comparison needs more than one department."""
    return _reason(
        "one_unit",
        N_("There is only one department, so there is nothing to compare it with."),
        N_("Add comparison departments, or ask for a before/after estimate."),
    )


def never_treated_missing() -> Reason:
    """Every department is treated."""
    return _reason(
        "never_treated_missing",
        N_("Every department uses the tool; a comparison needs departments that never do."),
        N_("Add comparison departments, or ask for a before/after estimate."),
    )


def too_few_controls(found: int, needed: int) -> Reason:
    """Fewer comparison departments than the inference was shown to work with."""
    return _reason(
        "too_few_controls",
        N_("Comparison departments: {found}; at least {needed} are needed."),
        N_("Add comparison departments."),
        found=found,
        needed=needed,
    )


def too_few_departments(found: int, needed: int) -> Reason:
    """Fewer departments than can decide anything."""
    return _reason(
        "too_few_departments",
        N_("Departments: {found}; at least {needed} are needed."),
        N_("Add departments."),
        found=found,
        needed=needed,
    )


def too_few_treated(found: int, needed: int) -> Reason:
    """An inference that compares pilot departments with each other needs more of them."""
    return _reason(
        "too_few_treated",
        N_("Pilot departments: {found}; this inference needs at least {needed}."),
        N_("Leave the choice of inference to Meetlat (auto), or add pilot departments."),
        found=found,
        needed=needed,
    )


def too_few_periods(before: int, after: int, needed: int) -> Reason:
    """A side of the start is too short."""
    return _reason(
        "too_few_periods",
        N_("Complete periods: {before} before the start, {after} after it; each side needs {needed}."),
        N_("Wait for more periods, take shorter ones, or leave out the departments that miss periods."),
        before=before,
        after=after,
        needed=needed,
    )


def not_drawn() -> Reason:
    """A design for departments that were drawn, of a plan that does not say they were."""
    return _reason(
        "not_drawn",
        N_("The plan does not say that the departments were drawn by lot."),
        N_('Where they were, write selection = "drawn" in the plan.'),
    )


def no_variation(departments: str) -> Reason:
    """A constant series carries no information on noise."""
    return _reason(
        "no_variation",
        N_("The values never change in: {departments}."),
        N_("Check the data of these departments, or leave them out."),
        departments=departments,
    )


def too_few_assignments(smallest: float) -> Reason:
    """The randomisation test cannot reach the level."""
    return _reason(
        "too_few_assignments",
        N_("With so few departments the smallest possible p-value is {smallest:.3}: nothing can be shown."),
        N_("Add departments, or choose another inference."),
        smallest=smallest,
    )


def several_starts() -> Reason:
    """An inference for one common start was asked for several."""
    return _reason(
        "several_starts",
        N_("The departments start at different times; this inference needs one common start."),
        N_("Leave design and inference to Meetlat (auto), or evaluate each start apart."),
    )


def unknown_inference(inference: str, design: str) -> Reason:
    """The design does not know the inference."""
    return _reason(
        "inference_not_available",
        N_("The inference '{inference}' does not exist for the design '{design}'."),
        N_("Leave the inference to Meetlat (auto), or see `meetlat estimators list`."),
        inference=inference,
        design=design,
    )


def setting_not_available(setting: str, design: str) -> Reason:
    """The design would ignore a setting that was asked for."""
    return _reason(
        "setting_not_available",
        N_("The design '{design}' takes no account of '{setting}'."),
        N_("Leave it out, or choose a design that reads it; see `meetlat estimators list`."),
        setting=setting,
        design=design,
    )


def collinear() -> Reason:
    """Treatment cannot be told apart from the department and period effects."""
    return _reason(
        "no_variation_in_treatment",
        N_("Use of the tool cannot be told apart from the department and period effects."),
        N_("Add departments that start at another time or never."),
    )


def effects_not_identified() -> Reason:
    """Unit and period effects, or a covariate, cannot be told apart from the effects of the tool."""
    return _reason(
        "effects_not_identified",
        N_(
            "The departments and periods with and without the tool do not overlap enough to tell effects "
            "apart."
        ),
        N_("Fill the gaps in the data, leave out covariates, or leave out departments with few periods."),
    )


def undefined_without(department: str) -> Reason:
    """Leaving one department out takes away part of what is estimated."""
    return _reason(
        "undefined_without_one",
        N_("The effect hangs on {department}: without it, it can no longer be estimated."),
        N_("Add comparison departments, or departments that start at the same time as {department}."),
        department=department,
    )
