"""Dose-response: intention to treat first, then the effect of use by the start as instrument, and a curve."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, one_start_result, panel_faults, reasons, reasons_use
from experiments.clinicians import departments, start_that_differs
from experiments.details import DoseDetails
from experiments.effect_of_use import effect_of_use, first_stage
from experiments.estimate import Estimate, Estimator, Reason, Result
from experiments.one_start_inference import INFERENCES
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.use_curve import dose_curve, dose_line
from experiments.window import Window, prepare

NAME = "dose-response"
ESTIMAND = "ATT, whether used or not"
STRONG = 10**0.5
"""First-stage t from which an instrument is called strong (F of 10, Staiger and Stock 1997)."""
SHARE = (0.0, 1.0)
SWAPS = ("randomisation", "randomisation-t", "placebo-rank")
JUDGED_OFTEN = tuple(name for name in INFERENCES if name not in SWAPS)
"""Inferences that are light enough to be asked of a hundred effects of use; swapping departments is not."""


def fit(panel: Panel, options: Options) -> Result:
    """Change of the pilot departments against the others; with it, that effect over the change in use."""
    wrong = _of_inference(options) or panel_faults.faults(panel, options) or _of_panel(panel)
    if wrong:
        return answer.not_estimable(wrong, NAME, options)
    whole = departments(panel)
    found, window = one_start_result.result(whole, options, NAME), prepare(whole, options)
    if not isinstance(found, Estimate) or not isinstance(window, Window) or window.panel.dose is None:
        return found
    dose = window.panel.dose
    gap, strength = first_stage(window, dose)
    if abs(gap) <= 1e-9 * float(np.abs(dose[:, window.complete]).max(initial=0.0)):
        return answer.not_estimable((reasons_use.use_alike(),), NAME, options, coverage=found.coverage)
    use = effect_of_use(window, dose, found.inference, found.standard_error, options)
    details = DoseDetails(
        first_stage=gap,
        first_stage_t=strength,
        effect_of_use=use,
        curve=dose_curve(window, dose, options.level, options.scale),
        line=dose_line(window, panel, options),
    )
    return replace(
        found,
        estimand=ESTIMAND,
        details=details,
        warnings=found.warnings + _warnings(window, dose, details),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"first": found.why, "use": answer.readable(gap, "absolute")}),
    )


def _of_inference(options: Options) -> tuple[Reason, ...]:
    known = options.inference in ("auto", *JUDGED_OFTEN)
    return () if known else (reasons.unknown_inference(options.inference, NAME),)


def _of_panel(panel: Panel) -> tuple[Reason, ...]:
    if panel.dose is None:
        return (reasons_use.dose_missing(),)
    differs = start_that_differs(panel)
    if differs is not None:
        return (reasons_use.start_differs(differs),)
    gone = np.argwhere(np.isfinite(panel.outcome) & ~np.isfinite(panel.dose))
    if len(gone):
        return (reasons_use.dose_incomplete(panel.units[gone[0][0]], panel.periods[gone[0][1]]),)
    used = np.nan_to_num(panel.dose) != 0
    early = used & (np.arange(len(panel.periods)) < panel.first_treated[:, None])
    for unit in np.flatnonzero(panel.treated & early.any(axis=1)):
        return (reasons_use.dose_before_start(panel.units[unit]),)
    return () if used[panel.treated].any() else (reasons_use.nobody_used(),)


def _warnings(window: Window, dose: Floats, details: DoseDetails) -> tuple[Text, ...]:
    known = dose[np.isfinite(dose)]
    low, high, strength = float(known.min()), float(known.max()), details.first_stage_t
    others = float(np.nanmean(dose[~window.treated][:, window.starts[0] :]))
    candidates = (
        (Text(NOT_A_SHARE, {"low": low, "high": high}), low < SHARE[0] or high > SHARE[1]),
        (Text(OTHERS_USED, {"dose": others}), others > 0),
        (Text(WEAK, {"t": strength}), strength is not None and abs(strength) < STRONG),
        (Text(ENDLESS), details.effect_of_use.interval is None),
        (Text(ASSOCIATION), True),
    )
    return tuple(text for text, holds in candidates if holds)


NOT_A_SHARE = N_(
    "Use runs from {low:.2} to {high:.2}, so it is no share: the effect of use is for one unit of it."
)
OTHERS_USED = N_(
    "The comparison departments used the tool as well ({dose:.2} on average): what all use does is "
    "understated by intention to treat."
)
WEAK = N_(
    "Use changed little at the start beside its differences between departments (t = {t:.1}). The interval "
    "of the effect of use holds all the same, but it is wide."
)
ENDLESS = N_(
    "The data set no bounds to the effect of use: only the effect over all, used or not, says something."
)
ASSOCIATION = N_(
    "The dose curve is an association: weeks and departments with much use differ from others in more than "
    "the tool."
)
WHY = N_(
    "{first} This counts everything, with or without the tool; the effect of use is that effect over the "
    "change in use at the start ({use}), for those who used the tool because it came."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average effect in the pilot departments, whether the tool was used or not; beside it the effect "
            "per unit of use among those who used it because it came."
        )
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("For the effect of use: the start changed the outcome through use of the tool only.")),
        Text(
            N_(
                "For the effect of use: the start made nobody use the tool less, and twice the use does "
                "twice as much."
            )
        ),
    ),
    applies=Text(N_("One start, comparison departments, and a column that says how much the tool was used.")),
    refuses=Text(
        N_(
            "No column with the use, use before the start, nobody who used the tool, or what difference-in-"
            "differences refuses."
        )
    ),
    reference="Donald and Lang 2007; Imbens and Angrist 1994; Anderson and Rubin 1949",
    inferences=JUDGED_OFTEN,
    fit=fit,
    settings=("dose", "cluster", "violations"),
    departments=departments,
)
