"""Stepped wedge: departments start in a drawn order, each compared with itself and those not yet started."""

from dataclasses import dataclass, replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.estimate import Alternative, Estimate, Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.start_orders import Orders, possible_orders
from experiments.inference.stepped_wedge import MixedModel, mixed_model, randomise_order, separable
from experiments.inference.student import Inference, student
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.reasons_stepped import one_start_only
from experiments.window import Flags, Window, coverage, prepare

NAME = "stepped-wedge"
RANDOMISATION = "randomisation"
CAREFUL = "between-within-t"
SATTERTHWAITE = "satterthwaite-t"
MIN_STARTS = 2
MIN_DEPARTMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wedge:
    """Complete periods: y (G, T), used (G, T) cells outside the run-in, exposure (G, T) time with the tool.

    cohort (G,): departments that start in the same periods, as far as the complete ones tell.
    """

    y: Floats
    used: Flags
    exposure: Floats
    cohort: Orders

    @property
    def treatment(self) -> Floats:
        """(G, T) 0/1."""
        return np.asarray(self.exposure > 0, dtype=np.float64)


def fit(panel: Panel, options: Options) -> Result:
    """One constant effect, judged over the start orders that could have been; the mixed model beside it."""
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    wedge = _wedge(window)
    faults = _faults(window, wedge, options)
    model = None if faults else mixed_model(wedge.y, wedge.used, wedge.treatment[:, :, None], np.ones(1))
    if model is None:
        faults = faults or (reasons.no_variation(", ".join(window.panel.units)),)
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    found = _inferences(wedge, model, options)
    auto = RANDOMISATION if RANDOMISATION in found else CAREFUL
    name = auto if options.inference == "auto" else options.inference
    if name not in found:
        return answer.not_estimable(
            (reasons.too_few_assignments(_smallest_p(wedge.cohort)),),
            NAME,
            options,
            coverage=coverage(window),
        )
    return _shown(window, wedge, model, options, found, name)


def _wedge(window: Window) -> Wedge:
    periods = np.flatnonzero(window.complete)
    starts = np.where(window.treated, window.panel.first_treated, np.inf)
    exposure = np.maximum(periods - starts[:, None] + 1, 0)
    used = (exposure == 0) | (exposure > window.run_in)
    pattern = np.hstack([used, exposure > 0])
    return Wedge(
        y=window.panel.outcome[:, periods],
        used=used,
        exposure=exposure,
        cohort=np.unique(pattern, axis=0, return_inverse=True)[1].ravel(),
    )


def _faults(window: Window, wedge: Wedge, options: Options) -> tuple[Reason, ...]:
    if options.inference not in ("auto", *ESTIMATOR.inferences):
        return (reasons.unknown_inference(options.inference, NAME),)
    departments = len(wedge.y)
    if len(window.starts) < MIN_STARTS:
        return (one_start_only(),)
    if departments < MIN_DEPARTMENTS:
        return (reasons.too_few_departments(departments, MIN_DEPARTMENTS),)
    apart = separable(wedge.used, wedge.treatment[:, :, None])
    return () if apart else (reasons.collinear(),)


def _inferences(wedge: Wedge, model: MixedModel, options: Options) -> dict[str, Inference]:
    """Every inference that this number of departments and starts can carry."""
    degrees = {CAREFUL: len(wedge.y) - 2.0, SATTERTHWAITE: model.satterthwaite}
    found = {
        name: student(model.effect, model.standard_error, df, options.level) for name, df in degrees.items()
    }
    if _smallest_p(wedge.cohort) >= round(1 - options.level, 12):
        return found
    drawn = randomise_order(wedge.y, wedge.used, wedge.treatment, wedge.cohort, options.level, options.seed)
    return {RANDOMISATION: drawn, **found} if np.isfinite(drawn.interval).all() else found


def _smallest_p(cohort: Orders) -> float:
    """Of the start orders; two dates for equally many departments give every order a mirror image."""
    sizes = np.bincount(cohort)
    mirrored = len(sizes) == MIN_STARTS and sizes[0] == sizes[1]
    return (2 if mirrored else 1) / possible_orders(cohort)


def _shown(
    window: Window, wedge: Wedge, model: MixedModel, options: Options, found: dict[str, Inference], name: str
) -> Estimate:
    beside = {line: value for line, value in found.items() if line != name}
    first = found[name]
    averaged = _averaged(wedge, first, options)
    error = detectable.from_error(model.standard_error, len(wedge.y) - 2.0, options.level)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATE", coverage=coverage(window))
    return replace(
        made,
        also=(
            *(answer.alternative(line, value, options.scale, design=NAME) for line, value in beside.items()),
            *averaged,
        ),
        agreement=answer.agree(first, next(iter(beside.values()))),
        diagnostics={
            "smallest_detectable": answer.shown(error, options.scale),
            "variance_departments": model.between,
            "variance_cells": model.noise,
        },
        warnings=window.warnings
        + tuple(line.warning for line in averaged if line.warning and line.warning.template == MOVES)
        + (() if name == RANDOMISATION else (Text(RESEMBLE),)),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"departments": len(wedge.y), "starts": len(window.starts)}),
    )


def _averaged(wedge: Wedge, constant: Inference, options: Options) -> tuple[Alternative, ...]:
    """The average over times since the start (Kenny et al. 2022), where every one can be told apart."""
    times = np.unique(wedge.exposure[wedge.used & (wedge.exposure > 0)])
    indicators = np.asarray(wedge.exposure[:, :, None] == times, dtype=np.float64)
    if len(times) < MIN_STARTS or not separable(wedge.used, indicators):
        return ()
    model = mixed_model(wedge.y, wedge.used, indicators, np.full(len(times), 1 / len(times)))
    if model is None:
        return ()
    found = student(model.effect, model.standard_error, len(wedge.y) - 2.0, options.level)
    holds = found.interval[0] <= constant.effect <= found.interval[1]
    warning = Text(AVERAGED) if holds else Text(MOVES)
    line = answer.alternative(CAREFUL, found, options.scale, design=NAME, warning=warning)
    return (line,)


AVERAGED = N_("This line averages the effect over the time since the start.")
MOVES = N_(
    "The effect seems to grow or fade with the time since the start: averaged over that time it differs from "
    "the one constant effect, which then describes no period well."
)
RESEMBLE = N_(
    "The mixed model takes every two periods of a department for equally alike; where noise lasts for weeks "
    "its error is too small."
)
WHY = N_(
    "{departments} departments start on {starts} dates in a drawn order: each is compared with itself before "
    "and with those that had not started yet."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Average difference between periods with and without the tool, taken as constant.")),
    assumptions=(
        Text(N_("A lot, and nothing else, decided the order in which departments started.")),
        Text(N_("The effect is the same in every department and does not change with time since the start.")),
        Text(N_("Departments that had not started yet were not affected by the tool.")),
        Text(N_("Every department counts equally, however many patients it has.")),
    ),
    reference="Hussey and Hughes 2007; Hooper et al. 2016; Wang and De Gruttola 2017 (start orders)",
    inferences=(RANDOMISATION, CAREFUL, SATTERTHWAITE),
    fit=fit,
)
