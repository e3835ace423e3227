"""Event study: the effect by time since the start, and its average against the last bin before the start."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS, contrast, infer, scaled_applies
from experiments.estimate import Estimator, Reason, Result
from experiments.event_study import REFERENCE, bin_mean, event_bins, event_study
from experiments.inference.collapse_t import collapse_t
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.student import Inference
from experiments.measured_sizes import too_often
from experiments.one_start_faults import of_cosines
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, coverage, prepare

NAME = "event-study"


def fit(panel: Panel, options: Options) -> Result:
    """Average after the run-in minus the last bin before the start, pilot minus comparison departments."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    faults = _faults(window, options)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    values = contrast(window, lambda start: _after_reference(window, start))
    name = _name(window) if options.inference == "auto" else options.inference
    first = _infer(name, window, values, options.level)
    other = "collapse-t" if name != "collapse-t" else _name(window)
    beside = {other: _infer(other, window, values, options.level)} if other != name else {}
    made = answer.estimate(name, first, options, design=NAME, estimand="ATT", coverage=coverage(window))
    return replace(
        made,
        also=tuple(answer.alternative(*line, options.scale, design=NAME) for line in beside.items()),
        agreement=answer.agree(first, beside[other]) if beside else None,
        event_study=event_study(window, options),
        warnings=window.warnings + too_often(name, int(min(window.treated.sum(), (~window.treated).sum()))),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY),
    )


def _infer(name: str, window: Window, values: Floats, level: float) -> Inference:
    if name == "collapse-t":
        return collapse_t(values, window.treated, level)
    if name == "jackknife-t":
        return jackknife_t(values, window.treated, level)
    return infer(window, values, level)


def _after_reference(window: Window, start: int) -> Floats:
    after = window.panel.outcome[:, window.after(start)].mean(axis=1)
    return np.asarray(after - bin_mean(window, start, event_bins(window)[REFERENCE]))


def _name(window: Window) -> str:
    if scaled_applies(window):
        return "scaled-ewc-t"
    return "jackknife-t" if len(window.starts) > 1 and window.treated.sum() > 1 else "collapse-t"


def _faults(window: Window, options: Options) -> tuple[Reason, ...]:
    treated = window.treated
    others = int((~treated).sum())
    if not others:
        return (reasons.never_treated_missing(),)
    few = (
        (reasons.too_few_controls(others, MIN_CONTROLS), others < MIN_CONTROLS),
        (reasons.too_few_departments(len(treated), MIN_DEPARTMENTS), len(treated) < MIN_DEPARTMENTS),
    )
    found = tuple(reason for reason, holds in few if holds)
    after = min(len(window.after(start)) for start in window.starts)
    if REFERENCE not in event_bins(window) or after < 1:
        before = min(len(window.before(start)) for start in window.starts)
        found += (reasons.too_few_periods(before, after, 1),)
    return found or _of_inference(window, options.inference)


def _of_inference(window: Window, name: str) -> tuple[Reason, ...]:
    """Why the inference that was asked for cannot judge this window."""
    if name not in ("auto", *ESTIMATOR.inferences):
        return (reasons.unknown_inference(name, NAME),)
    if name == "scaled-ewc-t":
        return (reasons.several_starts(),) if len(window.starts) > 1 else of_cosines(window)
    ours = int(window.treated.sum())
    return (reasons.too_few_treated(ours, 2),) if name == "jackknife-t" and ours < 2 else ()


WHY = N_("Asked for: the course of the effect around the start, in bins with bands for all together.")

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average difference after the start relative to the last bin before it.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The last bin before the start was an ordinary one.")),
    ),
    applies=Text(
        N_("The course of the effect around the start is asked for, with others that do not start.")
    ),
    refuses=Text(
        N_(
            "Fewer than 3 comparison departments, fewer than 5 departments in all, or no complete bin "
            "before or no period after the start."
        )
    ),
    reference="Sidak 1967 (bands); inference as for difference-in-differences",
    inferences=("scaled-ewc-t", "jackknife-t", "collapse-t"),
    fit=fit,
    settings=("violations",),
)
