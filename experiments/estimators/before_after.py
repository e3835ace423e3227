"""Before against after in the pilot departments themselves: weak evidence, as anything may have changed."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.aligned import align, pilots
from experiments.estimate import Alternative, Estimator, Reason, Result
from experiments.inference.blocks_t import blocks_t
from experiments.inference.collapse_t import paired_t
from experiments.inference.serial_regression import hac, iid
from experiments.inference.series_change import series_change
from experiments.inference.student import Inference
from experiments.measured_sizes import before_after as found_too_often
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import Window, coverage, prepare

NAME = "before-after"
MIN_PERIODS = 8
WEAK = Text(
    N_(
        "A before/after difference is weak evidence: season, staffing or anything else that changed at the "
        "same time is counted as an effect of the tool."
    )
)


def fit(panel: Panel, options: Options) -> Result:
    """Mean after the run-in minus mean before, averaged over departments around their own start."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    window = pilots(window)
    name = "blocks-t" if options.inference == "auto" else options.inference
    before, after = sides(window)
    faults = _faults(window, name, before, after)
    if faults:
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    first = _infer(name, before, after, options.level)
    beside = _beside(name, before, after, options.level)
    made = answer.estimate(
        name, first, options, design=NAME, estimand="before-after change", coverage=coverage(window)
    )
    return replace(
        made,
        also=tuple(_line(line, found, options) for line, found in beside.items()),
        agreement=answer.agree(first, next(iter(beside.values()))) if beside else None,
        warnings=(WEAK, *found_too_often(name, min(before.shape[1], after.shape[1])), *window.warnings),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY if name == "blocks-t" else WHY_ASKED, {"treated": len(before), "inference": name}),
    )


def sides(window: Window) -> tuple[Floats, Floats]:
    """(U, T1) before and (U, T2) after the run-in, departments aligned on their own start.

    With several starts only the periods since the start that every department has.
    """
    aligned = align(window)
    outcome = aligned.of(window.panel.outcome)
    return outcome[:, aligned.since < 0], outcome[:, aligned.since >= 0]


def on_means(name: str, before: Floats, after: Floats, level: float) -> Inference:
    """An inference on the mean of the departments, before (T1,) and after (T2,)."""
    if name == "blocks-t":
        return blocks_t(before, after, level)
    return series_change(before, after, level, hac if name == "hac" else iid)


def _infer(name: str, before: Floats, after: Floats, level: float) -> Inference:
    if name == "collapse-t":
        return paired_t(after.mean(axis=1) - before.mean(axis=1), level)
    return on_means(name, before.mean(axis=0), after.mean(axis=0), level)


def _beside(first: str, before: Floats, after: Floats, level: float) -> dict[str, Inference]:
    """Paired by department where there are two or more; the blocks t where another came first."""
    names = [name for name in ("blocks-t", "collapse-t") if name != first]
    possible = {
        "blocks-t": min(before.shape[1], after.shape[1]) >= MIN_PERIODS,
        "collapse-t": len(before) > 1 and np.ptp(after.mean(axis=1) - before.mean(axis=1)) > 0,
    }
    return {name: _infer(name, before, after, level) for name in names if possible[name]}


def _line(name: str, found: Inference, options: Options) -> Alternative:
    return answer.alternative(name, found, options.scale, design=NAME)


def _faults(window: Window, name: str, before: Floats, after: Floats) -> tuple[Reason, ...]:
    if name not in ESTIMATOR.inferences:
        return (reasons.unknown_inference(name, NAME),)
    if name == "collapse-t" and len(before) < 2:
        return (reasons.too_few_treated(len(before), 2),)
    if min(before.shape[1], after.shape[1]) < MIN_PERIODS:
        return (reasons.too_few_periods(before.shape[1], after.shape[1], MIN_PERIODS),)
    series = np.concatenate([before, after], axis=1).mean(axis=0)
    if np.ptp(series) <= 1e-12 * np.abs(series).max():
        return (reasons.no_variation(listed(window.panel.units)),)
    return ()


WHY = N_(
    "Without comparison departments only before and after can be compared (pilot departments: {treated}), "
    "with block averages because weeks resemble each other."
)
WHY_ASKED = N_(
    "Only before and after are compared (pilot departments: {treated}), with the inference that was asked "
    "for ({inference})."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Change in the pilot departments themselves.")),
    assumptions=(
        Text(N_("Nothing but the tool changed the numbers: no season, no trend, no other measure.")),
    ),
    applies=Text(N_("There are pilot departments only, and nothing to compare them with.")),
    refuses=Text(N_("Fewer than 8 complete periods on a side of the start, or values that never change.")),
    reference="Ibragimov and Muller 2010, 2016 (blocks); Newey and West 1987 (hac)",
    inferences=("blocks-t", "hac", "iid", "collapse-t"),
    fit=fit,
)
