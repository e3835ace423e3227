"""Synthetic difference-in-differences: change against the change of weighted departments and periods."""

from dataclasses import replace

from core.language.text import N_, Text
from experiments import answer, reasons, reasons_synthetic, synthetic, synthetic_shown
from experiments.estimate import Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.synthetic_did import placebo_t
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, coverage, prepare

NAME = "synthetic-did"
INFERENCE = "placebo-t"


def fit(panel: Panel, options: Options) -> Result:
    """Each start's effect, averaged by treated department-periods; error from placebo starts of controls."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    faults = _faults(window, options)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    found = synthetic.did_comparisons(window)
    effect = synthetic.effect(window, found)
    judged = placebo_t(*synthetic.cohorts(window), effect, options.level, options.seed)
    made = answer.estimate(INFERENCE, judged, options, design=NAME, estimand="ATT", coverage=coverage(window))
    size = detectable.from_error(judged.standard_error, judged.degrees_of_freedom or 1, options.level)
    return replace(
        made,
        event_study=synthetic_shown.event_study(window, found, options.scale),
        details=synthetic_shown.details(window, found, None, None),
        diagnostics={"smallest_detectable": answer.shown(size, options.scale)},
        warnings=(Text(SIZES), *window.warnings, *synthetic_shown.warnings(window, found, levels=False)),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=_why(window),
    )


def _faults(window: Window, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", INFERENCE):
        return (reasons.unknown_inference(options.inference, NAME),)
    ours, others = int(window.treated.sum()), int((~window.treated).sum())
    found = synthetic.faults(window)
    return found or ((reasons_synthetic.more_pilots_than_controls(ours, others),) if ours >= others else ())


def _why(window: Window) -> Text:
    ours = int(window.treated.sum())
    values = {"starts": len(window.starts), "treated": ours, "controls": len(window.treated) - ours}
    return Text(WHY if len(window.starts) == 1 else WHY_SEVERAL, values)


SIZES = N_(
    "An estimate and a picture, not a verdict: with few departments the interval is too narrow when the "
    "pilot departments are noisier than the others (17 to 31% false alarms at twice the noise, 3 to 8% at "
    "equal noise, where 5% is meant)."
)
WHY = N_(
    "One common start, {treated} pilot and {controls} comparison departments: change against the change of "
    "departments and periods that are weighted to resemble the pilots, with an error from pretended pilots."
)
WHY_SEVERAL = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: each start against the "
    "change of departments and periods that are weighted to resemble its pilots, with an error from "
    "pretended pilots."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_("Average change in the pilot departments minus that of a weighted mix of departments and periods.")
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have moved in parallel with their mix.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("The pilot departments are as noisy as the comparison departments.")),
    ),
    applies=Text(
        N_("Many departments that never start, of which a mix moves in parallel with the pilot departments.")
    ),
    refuses=Text(N_("Fewer than 8 comparison departments, or fewer than 12 periods before a start.")),
    reference="Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021; "
    "Clarke, Pailanir, Athey and Imbens 2023 (several starts)",
    inferences=(INFERENCE,),
    fit=fit,
)
