"""What synthetic control and synthetic difference-in-differences share: from a window to arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments import reasons, reasons_synthetic
from experiments.contrast import constant
from experiments.estimate import Reason
from experiments.inference import synthetic_did as did
from experiments.inference.synthetic_control import Series, control_weights
from experiments.inference.synthetic_did import Cohort, Penalty
from experiments.naming import listed
from experiments.panel import Floats
from experiments.window import Window, one_start

MIN_DONORS = 8
MIN_BEFORE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What stands beside the departments of one start, `own` (U,): weights of controls and periods before.

    gap (T,): own mean minus the mix, over all periods of the panel; NaN where a period is left out.
    share: of all treated departments.
    """

    start: int
    own: np.ndarray
    units: Floats
    periods: Floats
    gap: Floats
    share: float


def faults(window: Window) -> tuple[Reason, ...]:
    """Why the window cannot carry a weighted comparison."""
    others = int((~window.treated).sum())
    if not others:
        missing = reasons.one_unit() if len(window.treated) == 1 else reasons.never_treated_missing()
        return (missing,)
    before = min(len(window.before(start)) for start in window.starts)
    after = min(len(window.after(start)) for start in window.starts)
    flat = constant(window) if before else np.zeros(len(window.treated), dtype=bool)
    candidates = (
        (reasons.too_few_controls(others, MIN_DONORS), others < MIN_DONORS),
        (reasons_synthetic.too_few_periods_before(before, MIN_BEFORE), before < MIN_BEFORE),
        (reasons.too_few_periods(before, after, 1), after < 1),
        (reasons.no_variation(listed(np.asarray(window.panel.units)[flat])), flat.any()),
    )
    return tuple(reason for reason, holds in candidates if holds)


def series(window: Window) -> Series:
    """Outcomes around the one start, and the means before it of the panel's covariates."""
    data, before = one_start(window), window.before(window.starts[0])
    means = [values[:, before] for values in window.panel.covariates.values()]
    return Series(
        outcome=data.y,
        n_before=data.n_before,
        predictors=np.stack([_mean(values) for values in means], axis=1)
        if means
        else np.empty((len(data.y), 0)),
    )


def faults_of_covariates(window: Window) -> tuple[Reason, ...]:
    """A covariate that some department lacks before the start, or that is the same everywhere."""
    found: list[Reason] = []
    predictors = series(window).predictors
    for name, values in zip(window.panel.covariates, predictors.T, strict=True):
        missing = ~np.isfinite(values)
        if missing.any():
            lacking = listed(np.asarray(window.panel.units)[missing])
            found.append(reasons_synthetic.covariate_missing(name, lacking))
        elif np.ptp(values) <= 1e-12 * np.abs(values).max():
            found.append(reasons_synthetic.covariate_constant(name))
    return tuple(found)


def control_comparison(window: Window) -> Comparison:
    """The mix of synthetic control for the one start."""
    return _compared(window, window.starts[0], control_weights(series(window), window.treated), None)


def cohorts(window: Window) -> tuple[list[Cohort], list[Penalty]]:
    """Each start with its departments, the controls and the penalties."""
    found = []
    for start in window.starts:
        before, after = window.before(start), window.after(start)
        outcome = window.panel.outcome[:, np.concatenate([before, after])]
        own = window.treated & (window.panel.first_treated == start)
        found.append(Cohort(controls=outcome[~window.treated], treated=outcome[own], n_before=len(before)))
    return found, [did.penalty(cohort) for cohort in found]


def did_comparisons(window: Window) -> tuple[Comparison, ...]:
    """The mixes of synthetic difference-in-differences, one per start."""
    found = []
    for start, cohort, zeta in zip(window.starts, *cohorts(window), strict=True):
        fit = did.synthetic_did(cohort, zeta)
        found.append(_compared(window, start, fit.units, fit.periods))
    return tuple(found)


def effect(window: Window, found: Sequence[Comparison]) -> float:
    """Mean gap after the run-in, averaged by treated department-periods."""
    cells = [one.own.sum() * len(window.after(one.start)) for one in found]
    means = [one.gap[window.after(one.start)].mean() for one in found]
    return float(np.average(means, weights=cells))


def mixed(found: Sequence[Comparison]) -> Floats:
    """(N0,) weights of the controls, averaged over starts by treated departments."""
    return np.asarray(sum(one.share * one.units for one in found))


def _compared(window: Window, start: int, units: Floats, periods: Floats | None) -> Comparison:
    outcome, treated, before = window.panel.outcome, window.treated, window.before(start)
    own = treated & (window.panel.first_treated == start)
    gap = outcome[own].mean(axis=0) - units @ outcome[~treated]
    offset = 0.0 if periods is None else periods @ gap[before]
    return Comparison(
        start=start,
        own=own,
        units=units,
        periods=np.empty(0) if periods is None else periods,
        gap=np.where(window.complete, gap - offset, np.nan),
        share=float(own.sum() / treated.sum()),
    )


def _mean(values: Floats) -> Floats:
    """(U,) mean over the periods with a value; NaN where there is none."""
    present = np.isfinite(values)
    count = present.sum(axis=1)
    return np.asarray(
        np.where(count > 0, np.where(present, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    )
