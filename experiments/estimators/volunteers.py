"""Volunteers: in a pilot department some clinicians chose to use the tool; all eligible ones are compared."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, one_start_faults, panel_faults, reasons, reasons_use
from experiments.clinicians import colleagues_gap, departments
from experiments.estimate import Alternative, Estimator, Reason, Result
from experiments.inference.scaled_ewc import scaled_ewc
from experiments.inference.student import student
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, coverage, one_start, prepare

NAME = "volunteers"
DEFAULT = "scaled-ewc-t"
ESTIMAND = "ATT, all eligible clinicians"
FOR_AN_INTERVAL = 3


def fit(panel: Panel, options: Options) -> Result:
    """Mean over all eligible clinicians of each department, pilot against comparison, before and after."""
    wrong = panel_faults.faults(panel, options) or _of_panel(panel, options)
    if wrong:
        return answer.not_estimable(wrong, NAME, options)
    window = prepare(departments(panel), options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    against = _of_window(window)
    if against:
        return answer.not_estimable(against, NAME, options, coverage=coverage(window))
    data = one_start(window)
    found = scaled_ewc(data.y, data.treated, data.n_before, options.level).inference
    made = answer.estimate(
        DEFAULT,
        found,
        options,
        design=NAME,
        estimand=ESTIMAND,
        coverage=coverage(window),
    )
    gaps = colleagues_gap(panel, options)
    return replace(
        made,
        also=(_against_colleagues(gaps, options),) if len(gaps) else (),
        warnings=window.warnings + (() if len(gaps) else (Text(NOBODY_ASIDE),)),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"clinicians": len(panel.units), "departments": len(window.treated)}),
    )


def _against_colleagues(gaps: np.ndarray, options: Options) -> Alternative:
    """Mean over departments of users minus colleagues; an interval from three departments on."""
    mean = float(gaps.mean())
    if len(gaps) >= FOR_AN_INTERVAL and np.ptp(gaps) > 0:
        error = float(gaps.std(ddof=1) / np.sqrt(len(gaps)))
        found = student(mean, error, len(gaps) - 1, options.level)
        return answer.alternative(
            "collapse-t", found, options.scale, design="users-against-colleagues", warning=Text(CONFOUNDED)
        )
    return Alternative(
        inference="collapse-t",
        effect=answer.shown(mean, options.scale),
        standard_error=None,
        interval=None,
        p_value=None,
        design="users-against-colleagues",
        warning=Text(CONFOUNDED),
    )


def _of_panel(panel: Panel, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", DEFAULT):
        return (reasons.unknown_inference(options.inference, NAME),)
    if not panel.clusters:
        return (reasons_use.departments_missing(),)
    if panel.dose is None:
        return (reasons_use.dose_missing(),)
    gone = np.argwhere(np.isfinite(panel.outcome) & ~np.isfinite(panel.dose))
    if len(gone):
        return (reasons_use.dose_incomplete(panel.units[gone[0][0]], panel.periods[gone[0][1]]),)
    for name in dict.fromkeys(panel.clusters):
        starts = panel.first_treated[np.asarray(panel.clusters) == name]
        if len(set(starts.tolist())) > 1:
            return (reasons_use.start_differs(name),)
    return () if (np.nan_to_num(panel.dose[panel.treated]) > 0).any() else (reasons_use.nobody_used(),)


def _of_window(window: Window) -> tuple[Reason, ...]:
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    groups = one_start_faults.of_groups(int(window.treated.sum()), int((~window.treated).sum()))
    return groups or one_start_faults.of_cosines(window)


CONFOUNDED = N_(
    "Users against their colleagues, by department: users chose themselves and may differ in much else, so "
    "this is an association and no effect."
)
NOBODY_ASIDE = N_("In no pilot department did some clinicians use the tool and others not.")
WHY = N_(
    "{clinicians} clinicians in {departments} departments: all who could have used the tool are counted, "
    "used or not, because who volunteers is no accident."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average effect over all eligible clinicians of the pilot departments, users or not.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("All clinicians who could have used the tool are in the data, also those who did not.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
    ),
    reference="Hollis and Campbell 1999 (intention to treat); Donald and Lang 2007",
    inferences=(DEFAULT,),
    fit=fit,
    settings=("cluster", "dose"),
)
