"""Why an effect of use cannot be had: one function per code."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def dose_missing() -> Reason:
    """Nothing says how much the tool was used."""
    return _reason(
        "dose_missing",
        N_("This design needs to know how much the tool was used."),
        N_("Name the column with --dose: a share of contacts, or 0 and 1."),
    )


def dose_incomplete(unit: str, period: str) -> Reason:
    """A cell with an outcome but without a dose."""
    return _reason(
        "dose_incomplete",
        N_("How much the tool was used is missing for {unit} in {period}; missing is not zero."),
        N_("Write 0 where the tool was not used."),
        unit=unit,
        period=period,
    )


def dose_before_start(unit: str) -> Reason:
    """Use before the start: the start is wrong, or the tool was there already."""
    return _reason(
        "dose_before_start",
        N_("{unit} used the tool before its start."),
        N_("Correct the start date, or leave the department out."),
        unit=unit,
    )


def use_alike() -> Reason:
    """Use changed as much in the comparison: nothing to divide by."""
    return _reason(
        "use_alike",
        N_("Use of the tool changed as much in the comparison departments as in the pilot departments."),
        N_("Check the column with the use, or leave out comparison departments that use the tool."),
    )


def user_unknown(unit: str) -> Reason:
    """Nothing says whether a clinician of a pilot department used the tool."""
    return _reason(
        "dose_incomplete",
        N_("Whether {unit} used the tool is not known; missing is not zero."),
        N_("Write 0 where the tool was not used."),
        unit=unit,
    )


def departments_missing() -> Reason:
    """Volunteers need to know who works where."""
    return _reason(
        "departments_missing",
        N_("This design needs to know in which department every clinician works."),
        N_("Name the column with --cluster."),
    )


def start_differs(department: str) -> Reason:
    """Clinicians of one department with different starts."""
    return _reason(
        "start_differs",
        N_("Clinicians of {department} have different starts; all eligible clinicians share that of it."),
        N_("Give every clinician of a department its start, whether they use the tool or not (see --dose)."),
        department=department,
    )


def nobody_used() -> Reason:
    """No dose above zero in any pilot department."""
    return _reason(
        "nobody_used",
        N_("Nobody in the pilot departments used the tool."),
        N_("Check the column with the use."),
    )
