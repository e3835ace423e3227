"""Dose-response: the effect per unit of use, with the start of the department as instrument."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, one_start_faults, panel_faults, reasons, reasons_use
from experiments.contrast import change, contrast
from experiments.details import DoseDetails
from experiments.estimate import Estimate, Estimator, Reason, Result
from experiments.inference.anderson_rubin import Changes, WeakInstrument, anderson_rubin, gap
from experiments.inference.scaled_ewc import relative_noise, scaled_contrast
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.use_curve import dose_curve
from experiments.window import Window, coverage, one_start, prepare

NAME = "dose-response"
DEFAULT = "anderson-rubin-t"


def fit(panel: Panel, options: Options) -> Result:
    """Intention to treat over the change in use: the effect among those who use the tool because it came."""
    wrong = panel_faults.faults(panel, options) or _of_panel(panel, options)
    window = prepare(panel, options)
    if wrong or not isinstance(window, Window):
        return answer.not_estimable(wrong or _reasons(window), NAME, options)
    dose = window.panel.dose
    against = _of_window(window)
    if against or dose is None:
        return answer.not_estimable(against, NAME, options, coverage=coverage(window))
    found = _estimate(window, dose, options)
    if isinstance(found, Estimate):
        return found
    return answer.not_estimable((found,), NAME, options, coverage=coverage(window))


def _reasons(window: Window | tuple[Reason, ...]) -> tuple[Reason, ...]:
    return () if isinstance(window, Window) else window


def _estimate(window: Window, dose: Floats, options: Options) -> Estimate | Reason:
    data = one_start(window)
    noise = relative_noise(data.y, data.n_before)
    used = replace(window, panel=replace(window.panel, outcome=dose))
    values, doses = contrast(window, change(window)), contrast(used, change(used))
    changes = Changes(outcome=values, dose=doses, treated=window.treated)
    try:
        found = anderson_rubin(changes, noise, options.level)
    except WeakInstrument:
        return reasons_use.weak_instrument(answer.readable(gap(doses, window.treated), "absolute"))
    itt, _ = scaled_contrast(values, window.treated, noise, options.level)
    made = answer.estimate(
        DEFAULT, found, options, design=NAME, estimand="CACE per unit of use", coverage=coverage(window)
    )
    beside = answer.alternative(
        "scaled-ewc-t", itt, options.scale, design="difference-in-differences", warning=Text(ITT)
    )
    return replace(
        made,
        also=(beside,),
        details=DoseDetails(
            first_stage=gap(doses, window.treated),
            first_stage_t=_first_stage_t(doses, window.treated),
            curve=dose_curve(window, dose, options.level, options.scale),
        ),
        warnings=(*window.warnings, Text(ASSOCIATION)),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"use": answer.readable(gap(doses, window.treated), "absolute")}),
    )


def _first_stage_t(doses: Floats, treated: np.ndarray) -> float | None:
    """Change in use over its standard error by departments, unequal variances; None where nothing varies."""
    groups = [doses[treated], doses[~treated]]
    error = np.sqrt(sum(group.var(ddof=1) / len(group) for group in groups if len(group) > 1))
    return float(gap(doses, treated) / error) if error > 0 and treated.sum() > 1 else None


def _of_panel(panel: Panel, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", DEFAULT):
        return (reasons.unknown_inference(options.inference, NAME),)
    if panel.dose is None:
        return (reasons_use.dose_missing(),)
    gone = np.argwhere(np.isfinite(panel.outcome) & ~np.isfinite(panel.dose))
    if len(gone):
        return (reasons_use.dose_incomplete(panel.units[gone[0][0]], panel.periods[gone[0][1]]),)
    early = np.arange(len(panel.periods)) < panel.first_treated[:, None]
    for unit in np.flatnonzero(panel.treated & (np.nan_to_num(panel.dose * early) != 0).any(axis=1)):
        return (reasons_use.dose_before_start(panel.units[unit]),)
    return () if (np.nan_to_num(panel.dose[panel.treated]) != 0).any() else (reasons_use.nobody_used(),)


def _of_window(window: Window) -> tuple[Reason, ...]:
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    groups = one_start_faults.of_groups(int(window.treated.sum()), int((~window.treated).sum()))
    return groups or one_start_faults.of_cosines(window)


ITT = N_(
    "Intention to treat: over all contacts, with or without the tool. This is what a hospital gets that "
    "starts it; read it first."
)
ASSOCIATION = N_(
    "The dose curve is an association: weeks and departments with much use differ from others in more than "
    "the tool."
)
WHY = N_(
    "Intention to treat first; then that effect over the change in use at the start ({use}), for the "
    "contacts in which the tool was used because it came. The interval also holds where use changed little."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Effect per unit of use in the contacts in which the tool was used because it came.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The start changed the outcome through use of the tool only.")),
        Text(N_("The start made nobody use the tool less.")),
    ),
    reference="Anderson and Rubin 1949; Imbens and Angrist 1994; Fieller 1954",
    inferences=(DEFAULT,),
    fit=fit,
    settings=("dose",),
)
