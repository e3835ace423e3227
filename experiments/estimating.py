"""One panel and its options in, one result out: the design is chosen, fitted, checked and shown over time."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from core.discovery import discover
from core.language.text import N_, Text
from experiments import answer, checks, estimators, panel_faults, reasons, reasons_staggered
from experiments import event_study as by_event_time
from experiments.cohort_choice import design_of_cohorts
from experiments.estimate import (
    Check,
    CheckResult,
    Estimate,
    Estimator,
    EventTime,
    NotEstimable,
    Reason,
    Result,
)
from experiments.fixed_effects import REGRESSION
from experiments.measured_rates import method_note
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Panel
from experiments.rates import as_rates
from experiments.settings import refused
from experiments.subgroups import subgroups
from experiments.trend_violations import sensitivity
from experiments.window import Window, prepare

ESTIMATORS: dict[str, Estimator] = {
    found.name: found for found in discover(estimators, "ESTIMATOR", Estimator).values()
}
CHECKS: dict[str, Check] = discover(checks, "CHECK", Check)
ROUNDING = 1e-12
WEIGHTED_BY_ENCOUNTERS = ("difference-in-differences", "sun-abraham", "imputation", "two-stage", "etwfe")
"""Designs that can weight departments by their encounters; the others count them equally."""
EQUAL_WEIGHTS = N_("This design cannot weight by encounters: every department counts equally.")
EQUAL_IN_CHECKS = N_("The checks count every department equally, unlike the estimate itself.")
OF_DATA = ("completeness",)
"""Checks that look at the data only: they stand beside a refusal too."""


def estimate(panel: Panel, options: Options) -> Result:
    """The effect with its uncertainty, event study and checks; or why there is none.

    Never raises for data that cannot carry an effect: that is NotEstimable with its reasons.
    """
    panel = panel.in_order()
    design = design_for(panel, options)
    result = fitted(panel, options, design)
    whole = _departments(panel, design)
    if isinstance(result, NotEstimable):
        return replace(
            result,
            options=options,
            reasons=_of_waves(panel, options, design) + result.reasons,
            checks=result.checks + run_checks(whole, options, design, OF_DATA),
            event_study=result.event_study
            or tuple(_chart_only(found) for found in event_study(whole, options)),
        )
    when_trends_differ, notes = sensitivity(whole, options, design)
    return replace(
        result,
        options=options,
        method_note=method_note(result.inference),
        sensitivity=when_trends_differ,
        subgroups=subgroups(panel, options),
        warnings=result.warnings + _of_panel(result, panel, options) + _of_weighting(design, options) + notes,
        checks=result.checks + run_checks(whole, options, design, CHECKS),
        event_study=result.event_study or event_study(whole, options),
    )


def _departments(panel: Panel, design: str) -> Panel:
    """What checks and event study look at."""
    collapse = ESTIMATORS[design].departments
    return panel if collapse is None else collapse(panel)


def fitted(panel: Panel, options: Options, design: str) -> Result:
    """What one design makes of a panel, without checks and without an event study of its own."""
    estimator = ESTIMATORS[design]
    against = refused(estimator, panel, options) or panel_faults.of_values(panel)
    if against:
        return answer.not_estimable(against, design, options)
    return _sound(estimator.fit(panel.in_order(), options), panel, options)


def design_for(panel: Panel, options: Options) -> str:
    """The design that answers: the one asked for, or by the number of starts and comparison departments.

    A difference-in-differences over several start dates is `staggered`, unless a regression error is asked
    for: then it is plain two-way fixed effects, with its warning. Counts and shares know one start only.
    """
    usable = panel.only(panel.first_treated > 0)
    several = len(usable.starts) > 1
    by_cohort = design_of_cohorts(usable, options) if options.design == "auto" and several else None
    if by_cohort is not None:
        return by_cohort
    if options.design == "auto" and usable.treated.all():
        return "before-after"
    if options.design in ("auto", "difference-in-differences"):
        plain = options.inference in REGRESSION or options.weighting == "encounters"
        asked = (options.design != "auto" and plain) or options.family != "gaussian"
        return "staggered" if several and not asked else "difference-in-differences"
    return options.design


def event_study(panel: Panel, options: Options) -> tuple[EventTime, ...]:
    """The effect by time since the start; empty where there is nothing to compare, and for counts and shares.

    It takes no account of an exposure, so beside a model that does it would show another effect.
    """
    if options.family != "gaussian" or panel.exposure is not None:
        return ()
    window = prepare(panel, options)
    return by_event_time.event_study(window, options) if isinstance(window, Window) else ()


def run_checks(panel: Panel, options: Options, design: str, names: Iterable[str]) -> tuple[CheckResult, ...]:
    """Those of the named checks that apply to the design; on rates where counts or shares are modelled."""
    rates, averages = as_rates(panel, options)
    return tuple(CHECKS[name].run(rates, averages) for name in names if design in CHECKS[name].designs)


def _of_panel(result: Estimate, panel: Panel, options: Options) -> tuple[Text, ...]:
    """Of the departments that the estimate is about: those with the tool only, where nothing else is used."""
    alone = result.coverage.n_units == result.coverage.n_treated_units
    by_rows = options.weighting == "encounters" and result.design in WEIGHTED_BY_ENCOUNTERS
    return panel_faults.notes(panel.only(panel.treated) if alone else panel, by_rows=by_rows)


def _of_waves(panel: Panel, options: Options, design: str) -> tuple[Reason, ...]:
    """What to say first where `auto` keeps to a comparison of waves that cannot judge."""
    waves = options.design == "auto" and design == "imputation" and panel.treated.all()
    return (reasons_staggered.waves_cannot_judge(),) if waves else ()


def _of_weighting(design: str, options: Options) -> tuple[Text, ...]:
    if options.weighting != "encounters":
        return ()
    return (Text(EQUAL_IN_CHECKS if design in WEIGHTED_BY_ENCOUNTERS else EQUAL_WEIGHTS),)


def _sound(result: Result, panel: Panel, options: Options) -> Result:
    """The result, unless its error is only rounding: data that hardly vary carry no effect."""
    if isinstance(result, NotEstimable):
        return result
    size = 1.0 if result.scale == "relative" else float(np.nanmax(np.abs(panel.outcome)))
    beside = tuple(line for line in result.also if _varies(line.standard_error, line.p_value, size))
    if _varies(result.standard_error, result.p_value, size):
        return replace(result, also=beside)
    reason = reasons.no_variation(listed(panel.units))
    return answer.not_estimable((reason,), result.design, options, coverage=result.coverage)


def _varies(standard_error: float | None, p_value: float | None, size: float) -> bool:
    error, p = standard_error or 0.0, np.nan if p_value is None else p_value
    return bool(np.isfinite([error, p]).all() and error > ROUNDING * size)


def _chart_only(found: EventTime) -> EventTime:
    return replace(found, standard_error=None, interval=None, band=None)
