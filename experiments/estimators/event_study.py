"""Event study: the effect by time since the start, and its average against the last bin before the start."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS, contrast, infer, scaled_applies
from experiments.estimate import Estimator, Reason, Result
from experiments.event_study import REFERENCE, bin_mean, event_bins, event_study
from experiments.inference.collapse_t import collapse_t
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
    first = infer(window, values, options.level)
    second = collapse_t(values, window.treated, options.level)
    made = answer.estimate(
        _name(window), first, options, design=NAME, estimand="ATT", coverage=coverage(window)
    )
    return replace(
        made,
        also=(answer.alternative("collapse-t", second, options.scale, design=NAME),),
        agreement=answer.agree(first, second),
        event_study=event_study(window, options),
        warnings=window.warnings,
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY),
    )


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
    if options.inference not in ("auto", _name(window)):
        found += (reasons.unknown_inference(options.inference, NAME),)
    return found


WHY = N_("Asked for: the course of the effect around the start, in bins with bands for all together.")

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average difference after the start relative to the last bin before it.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The last bin before the start was an ordinary one.")),
    ),
    reference="Sidak 1967 (bands); inference as for difference-in-differences",
    inferences=("scaled-ewc-t", "jackknife-t", "collapse-t"),
    fit=fit,
    settings=("violations",),
)
