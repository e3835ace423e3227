"""Volunteers: in a pilot department some clinicians chose to use the tool; all eligible ones are compared."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, one_start_result, panel_faults, reasons_use
from experiments.clinicians import departments, start_that_differs, users_and_colleagues
from experiments.details import Difference, VolunteerDetails
from experiments.estimate import Estimate, Estimator, Reason, Result
from experiments.inference.student import student
from experiments.one_start_inference import INFERENCES
from experiments.options import Options
from experiments.panel import Floats, Panel

NAME = "volunteers"
ESTIMAND = "ATT, all eligible clinicians"


def fit(panel: Panel, options: Options) -> Result:
    """Mean over all eligible clinicians of each department, pilot against comparison, before and after."""
    wrong = panel_faults.faults(panel, options) or _of_panel(panel)
    if wrong:
        return answer.not_estimable(wrong, NAME, options)
    found = one_start_result.result(departments(panel), options, NAME)
    if not isinstance(found, Estimate):
        return found
    details = _details(panel, options)
    return replace(
        found,
        estimand=ESTIMAND,
        details=details,
        warnings=(*found.warnings, Text(CONFOUNDED if details is not None else NOBODY_ASIDE)),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"first": found.why, "clinicians": len(panel.units)}),
    )


def _details(panel: Panel, options: Options) -> VolunteerDetails | None:
    found = users_and_colleagues(panel, options)
    if found is None:
        return None
    return VolunteerDetails(
        users=found.users,
        colleagues=found.colleagues,
        departments=len(found.change),
        change=_over_departments(found.change, options),
        before=_over_departments(found.before, options),
    )


def _over_departments(values: Floats, options: Options) -> Difference:
    """Mean over departments with the t of as many less one; no error where they do not differ."""
    mean = float(values.mean())
    if len(values) < 2 or not np.ptp(values) > 0:
        return Difference(effect=answer.shown(mean, options.scale))
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    found = student(mean, error, len(values) - 1, options.level)
    return Difference(
        effect=answer.shown(mean, options.scale),
        standard_error=error,
        interval=answer.shown_interval(found.interval, options.scale),
        p_value=found.p_value,
    )


def _of_panel(panel: Panel) -> tuple[Reason, ...]:
    if not panel.clusters:
        return (reasons_use.departments_missing(),)
    if panel.dose is None:
        return (reasons_use.dose_missing(),)
    differs = start_that_differs(panel)
    if differs is not None:
        return (reasons_use.start_differs(differs),)
    known = np.isfinite(panel.dose)
    for unit in np.flatnonzero(panel.treated & ~known.any(axis=1) & np.isfinite(panel.outcome).any(axis=1)):
        return (reasons_use.user_unknown(panel.units[unit]),)
    return () if (panel.dose[panel.treated] > 0).any() else (reasons_use.nobody_used(),)


CONFOUNDED = N_(
    "Users against their colleagues, by department: users chose themselves and may differ in much else, so "
    "this is an association and no effect."
)
NOBODY_ASIDE = N_("In no pilot department did some clinicians use the tool and others not.")
WHY = N_(
    "{first} All {clinicians} clinicians who could have used the tool are counted, used or not, because who "
    "volunteers is no accident."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average effect over all eligible clinicians of the pilot departments, users or not.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("All clinicians who could have used the tool are in the data, also those who did not.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
    ),
    applies=Text(
        N_(
            "Within the pilot departments some clinicians use the tool and others do not; the panel has a "
            "row per clinician."
        )
    ),
    refuses=Text(
        N_(
            "No column with the department or the use, clinicians of one department with different starts, "
            "nobody who used the tool, or what difference-in-differences refuses."
        )
    ),
    reference="Hollis and Campbell 1999 (intention to treat); Donald and Lang 2007",
    inferences=tuple(INFERENCES),
    fit=fit,
    settings=("cluster", "dose", "violations"),
    departments=departments,
)
