"""Several start dates: each pilot department's own change against never-treated departments, averaged."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, fixed_effects, fixed_effects_warnings, reasons
from experiments.contrast import (
    MIN_CONTROLS,
    MIN_DEPARTMENTS,
    change,
    constant,
    contrast,
)
from experiments.estimate import Alternative, Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.start_orders import NEVER, Orders, possible_orders, randomise_starts
from experiments.inference.start_orders_t import randomise_starts_t
from experiments.inference.student import Inference
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Panel
from experiments.start_noise import noise
from experiments.window import Window, coverage, prepare

NAME = "staggered"
DEFAULT = "randomisation-t"
MIN_PERIODS = 5
"""Periods on either side of every start: with fewer nothing was simulated, and noise cannot be read."""


def fit(panel: Panel, options: Options) -> Result:
    """Average over pilot departments of own change minus that of never-treated ones, same weeks."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    name = DEFAULT if options.inference == "auto" else options.inference
    found = faults(window, name, options)
    if found:
        return answer.not_estimable(found, NAME, options, coverage=coverage(window))
    first = infer(window, name, options)
    if not np.isfinite(first.interval).all():
        return answer.not_estimable(
            (reasons.too_few_assignments(first.p_value),), NAME, options, coverage=coverage(window)
        )
    second_name = DEFAULT if name == "jackknife-t" else "jackknife-t"
    second = _second(window, second_name, options)
    beside = () if second is None else (answer.alternative(second_name, second, options.scale, design=NAME),)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATT", coverage=coverage(window))
    return replace(
        made,
        also=beside + _plain(window, options),
        agreement=None if second is None else answer.agree(first, second),
        diagnostics=_diagnostics(first, second, options),
        warnings=window.warnings,
        assumptions=tuple(ESTIMATOR.assumptions),
        why=_why(window, name),
    )


def _second(window: Window, name: str, options: Options) -> Inference | None:
    return None if faults(window, name, options) else infer(window, name, options)


def infer(window: Window, name: str, options: Options) -> Inference:
    """One of the design's inferences on a window that it can carry."""
    if name == "jackknife-t":
        return jackknife_t(contrast(window, change(window)), window.treated, options.level)
    periods = np.arange(len(window.panel.periods))
    on = (periods >= window.panel.first_treated[:, None]).astype(float)
    exposed = replace(window, panel=replace(window.panel, outcome=on))
    changes = np.stack([change(window)(start) for start in window.starts])
    exposure = np.stack([change(exposed)(start) for start in window.starts])
    cohorts = _cohorts(window)
    if name == "randomisation":
        return randomise_starts(changes, exposure, cohorts, options.level, options.seed)
    return randomise_starts_t(changes, exposure, noise(window), cohorts, options.level, options.seed)


def _cohorts(window: Window) -> Orders:
    """(U,) index of each department's start among the starts; NEVER for a comparison department."""
    first = window.panel.first_treated
    return np.where(window.treated, np.searchsorted(window.starts, first), NEVER).astype(np.intp)


def faults(window: Window, name: str, options: Options) -> tuple[Reason, ...]:
    """Why an inference gives no verdict on this window; empty where it does."""
    treated = window.treated
    ours, others = int(treated.sum()), int((~treated).sum())
    if name not in ESTIMATOR.inferences:
        return (reasons.unknown_inference(name, NAME),)
    if not others:
        return (reasons.never_treated_missing(),)
    sides = [(len(window.before(start)), len(window.after(start))) for start in window.starts]
    short = min(sides, key=min)
    smallest = 1 / possible_orders(_cohorts(window))
    candidates = (
        (reasons.too_few_controls(others, MIN_CONTROLS), others < MIN_CONTROLS),
        (reasons.too_few_departments(ours + others, MIN_DEPARTMENTS), ours + others < MIN_DEPARTMENTS),
        (reasons.too_few_periods(*short, 1), min(short) < 1),
        (reasons.too_few_treated(ours, 2), name == "jackknife-t" and ours < 2),
        (
            reasons.too_few_assignments(smallest),
            name.startswith("randomisation") and smallest > round(1 - options.level, 12),
        ),
    )
    found = tuple(reason for reason, holds in candidates if holds)
    if name == DEFAULT:
        found = found or _faults_of_cosines(window)
    return found or _faults_of_values(window)


def _faults_of_cosines(window: Window) -> tuple[Reason, ...]:
    """What the studentised statistic needs: periods on each side, variation in every department."""
    sides = [(len(window.before(start)), len(window.after(start))) for start in window.starts]
    short = min(sides, key=min)
    if min(short) < MIN_PERIODS:
        return (reasons.too_few_periods(*short, MIN_PERIODS),)
    flat = constant(window)
    return (reasons.no_variation(listed(np.asarray(window.panel.units)[flat])),) if flat.any() else ()


def _faults_of_values(window: Window) -> tuple[Reason, ...]:
    values = contrast(window, change(window))
    if np.ptp(values[window.treated]) == 0 and np.ptp(values[~window.treated]) == 0:
        return (reasons.no_variation(listed(window.panel.units)),)
    return ()


def _plain(window: Window, options: Options) -> tuple[Alternative, ...]:
    """Plain two-way fixed effects, never without its warning."""
    if window.treated.sum() < 2:
        return ()
    try:
        found = fixed_effects.fixed_effects(window.panel, options, "cr2")
    except ValueError:
        return ()
    line = answer.alternative(
        "cr2",
        found.inference,
        options.scale,
        design="two-way-fixed-effects",
        warning=fixed_effects_warnings.STAGGERED_WARNING,
    )
    return (line,)


def _diagnostics(first: Inference, second: Inference | None, options: Options) -> dict[str, float]:
    """The smallest detectable effect by the jackknife t, whichever of the two it is."""
    for found in (first, second):
        if found is not None and found.degrees_of_freedom:
            size = detectable.from_error(found.standard_error, found.degrees_of_freedom, options.level)
            return {"smallest_detectable": answer.shown(size, options.scale)}
    return {}


def _why(window: Window, name: str) -> Text:
    ours = int(window.treated.sum())
    values = {"treated": ours, "controls": len(window.treated) - ours, "starts": len(window.starts)}
    return Text(WHY_JACKKNIFE if name == "jackknife-t" else WHY, values)


WHY = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: each pilot department's "
    "own change against departments that never started, judged by exchanging the start dates."
)
WHY_JACKKNIFE = N_(
    "{starts} start dates, {treated} pilot and {controls} comparison departments: each pilot department's "
    "own change against departments that never started, judged by leaving out one department at a time."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_("Average over pilot departments of the own change minus that of departments that never started.")
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("Which department started when had nothing to do with how its numbers would move.")),
        Text(N_("Departments did not change because they knew that the tool would come.")),
    ),
    applies=Text(N_("Pilot departments start at different times, and others never start.")),
    refuses=Text(
        N_(
            "Fewer than 3 departments that never start, fewer than 5 in all, fewer than 5 periods on a side"
            " of some start, or so few possible start orders that none is rare."
        )
    ),
    reference="Callaway and Sant'Anna 2021 (never-treated comparison); Ji, Fink, Robyn and Small 2017; "
    "MacKinnon and Webb 2020",
    inferences=(DEFAULT, "randomisation", "jackknife-t"),
    fit=fit,
    settings=("violations",),
)
