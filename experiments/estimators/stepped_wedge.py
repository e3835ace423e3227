"""Stepped wedge: departments start in a drawn order, each compared with itself and those not yet started."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons, reasons_stepped
from experiments.estimate import Alternative, Estimate, Estimator, Reason, Result
from experiments.exposure_times import WEEKS, by_exposure_time
from experiments.inference import detectable
from experiments.inference.decaying_correlation import MixedModel, mixed_model
from experiments.inference.start_orders import Orders, possible_orders
from experiments.inference.stepped_wedge import randomise_order, separable
from experiments.inference.student import Inference, student
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.period_lengths import periods_of
from experiments.window import Flags, Window, coverage, prepare

NAME = "stepped-wedge"
RANDOMISATION = "randomisation"
KENWARD_ROGER = "kenward-roger-t"
BETWEEN_WITHIN = "between-within-t"
MIN_STARTS = 2
MIN_DEPARTMENTS = 6
MIN_PERIODS = 12
"""From so many on the mixed model alone holds its error rate; docs/evidence/stepped_wedge_size.json."""
EXCHANGEABLE_SIZE = 0.47


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
    model = None if faults else _model(wedge, wedge.treatment[:, :, None], options)
    if model is None:
        faults = faults or (reasons.no_variation(listed(window.panel.units)),)
        return answer.not_estimable(faults, NAME, options, coverage=coverage(window))
    found = _inferences(wedge, model, options)
    name = _chosen(wedge, found, options)
    if not isinstance(name, str):
        return answer.not_estimable((name,), NAME, options, coverage=coverage(window))
    return _shown(window, wedge, model, options, found, name)


def _model(
    wedge: Wedge, treatment: Floats, options: Options, near: MixedModel | None = None
) -> MixedModel | None:
    """The average of the effects of treatment (G, T, K)."""
    count = treatment.shape[2]
    return mixed_model(
        wedge.y,
        wedge.used,
        treatment,
        np.full(count, 1 / count),
        fading=options.correlation == "decay",
        near=near.correlation.at if near else None,
    )


def _chosen(wedge: Wedge, found: Mapping[str, Inference], options: Options) -> str | Reason:
    """Start orders; where there are too few, the mixed model if it was found to hold its error rate."""
    if options.inference in found:
        return options.inference
    if options.inference == RANDOMISATION:
        return reasons.too_few_assignments(smallest_p(wedge.cohort))
    if RANDOMISATION in found:
        return RANDOMISATION
    if options.correlation != "decay":
        return reasons_stepped.every_two_periods_alike()
    periods = int(wedge.used.any(axis=0).sum())
    return KENWARD_ROGER if periods >= MIN_PERIODS else reasons_stepped.too_short(periods, MIN_PERIODS)


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
        return (reasons_stepped.one_start_only(),)
    if departments < MIN_DEPARTMENTS:
        return (reasons.too_few_departments(departments, MIN_DEPARTMENTS),)
    apart = separable(wedge.used, wedge.treatment[:, :, None])
    return () if apart else (reasons.collinear(),)


def _inferences(wedge: Wedge, model: MixedModel, options: Options) -> dict[str, Inference]:
    """Every inference that this number of departments and starts can carry."""
    careful = {
        KENWARD_ROGER: student(model.effect, model.error, model.degrees, options.level),
        BETWEEN_WITHIN: student(model.effect, model.plain, len(wedge.y) - 2.0, options.level),
    }
    if smallest_p(wedge.cohort) >= round(1 - options.level, 12):
        return careful
    drawn = randomise_order(wedge.y, wedge.used, wedge.treatment, wedge.cohort, options.level, options.seed)
    return {RANDOMISATION: drawn, **careful} if np.isfinite(drawn.interval).all() else careful


def smallest_p(cohort: Orders) -> float:
    """Of the start orders; two dates for equally many departments give every order a mirror image."""
    sizes = np.bincount(cohort)
    mirrored = len(sizes) == MIN_STARTS and sizes[0] == sizes[1]
    return (2 if mirrored else 1) / possible_orders(cohort)


def _shown(
    window: Window, wedge: Wedge, model: MixedModel, options: Options, found: dict[str, Inference], name: str
) -> Estimate:
    beside = {line: value for line, value in found.items() if line != name}
    first = found[name]
    averaged = _averaged(wedge, model, first, options)
    error = detectable.from_error(model.error, model.degrees, options.level)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATE", coverage=coverage(window))
    return replace(
        made,
        also=(
            *(answer.alternative(line, value, options.scale, design=NAME) for line, value in beside.items()),
            *averaged,
        ),
        agreement=answer.agree(first, next(iter(beside.values()))),
        event_study=by_exposure_time(
            wedge.y,
            wedge.used,
            wedge.exposure,
            model.correlation.at,
            periods_of(WEEKS, window.panel.periods),
            options,
        ),
        diagnostics={
            "smallest_detectable": answer.shown(error, options.scale),
            "variance_departments": model.correlation.stable,
            "variance_fading": model.correlation.fading,
            "variance_cells": model.correlation.noise,
            "correlation_kept_per_period": model.correlation.r,
        },
        warnings=window.warnings
        + tuple(line.warning for line in averaged if line.warning and line.warning.template == MOVES)
        + _resembling(name, options),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"departments": len(wedge.y), "starts": len(window.starts)}),
    )


def _resembling(name: str, options: Options) -> tuple[Text, ...]:
    """What a mixed model rests on."""
    if name == RANDOMISATION:
        return ()
    alike = options.correlation == "exchangeable"
    return (Text(ALIKE, {"share": EXCHANGEABLE_SIZE}) if alike else Text(FADES),)


def _averaged(
    wedge: Wedge, model: MixedModel, constant: Inference, options: Options
) -> tuple[Alternative, ...]:
    """The average over times since the start (Kenny et al. 2022), where every one can be told apart."""
    times = np.unique(wedge.exposure[wedge.used & (wedge.exposure > 0)])
    indicators = np.asarray(wedge.exposure[:, :, None] == times, dtype=np.float64)
    if len(times) < MIN_STARTS or not separable(wedge.used, indicators):
        return ()
    average = _model(wedge, indicators, options, near=model)
    if average is None:
        return ()
    found = student(average.effect, average.error, average.degrees, options.level)
    holds = found.interval[0] <= constant.effect <= found.interval[1]
    warning = Text(AVERAGED) if holds else Text(MOVES)
    line = answer.alternative(KENWARD_ROGER, found, options.scale, design=NAME, warning=warning)
    return (line,)


AVERAGED = N_("This line averages the effect over the time since the start.")
MOVES = N_(
    "The effect seems to grow or fade with the time since the start: averaged over that time it differs from "
    "the one constant effect, which then describes no period well."
)
FADES = N_(
    "The mixed model takes periods of a department for the less alike the further apart they are; unlike the "
    "start orders, it is not exact."
)
ALIKE = N_(
    "The mixed model takes every two periods of a department for equally alike; where noise lasts for weeks "
    "its error is too small: in simulations without any effect it found one in up to {share:%0} of the "
    "trials, where 5% is meant."
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
    applies=Text(N_("A lot decided in which order departments start, in two waves or more.")),
    refuses=Text(
        N_(
            "One start only, fewer than 6 departments, or so few start orders and periods (under 12) that "
            "neither the lot nor the mixed model can judge."
        )
    ),
    reference="Hussey and Hughes 2007; Hooper et al. 2016; Kasza et al. 2019 (decaying correlation); Kenward "
    "and Roger 1997; Wang and De Gruttola 2017 (start orders)",
    inferences=(RANDOMISATION, KENWARD_ROGER, BETWEEN_WITHIN),
    fit=fit,
    settings=("correlation",),
)
