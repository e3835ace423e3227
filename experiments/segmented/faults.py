"""When a broken line is not fitted, and why."""

import numpy as np

from experiments import family_values, reasons, reasons_regression, reasons_series
from experiments.aligned import Aligned
from experiments.estimate import Reason
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented import season
from experiments.segmented.inferences import INFERENCES
from experiments.segmented.model import Model
from experiments.segmented.noise import NOISE
from experiments.segmented.terms import OWN_PERIOD, Terms
from experiments.window import Window

MIN_PERIODS = 8
PERIODS_PER_TERM = 3
MIN_FOR_NOISE, MOST_FOR_NOISE = 24, 400
"""Periods: fewer do not show how they resemble each other, more take minutes (covariances of all pairs)."""
ROUNDING = 1e-9
OF_AVERAGES = ("transfer", "forecast")


def of_panel(panel: Panel, options: Options) -> tuple[Reason, ...]:
    """Values that do not fit the family, an exposure too many or too few, a season that cannot be seen."""
    return (*family_values.faults(panel, options), *season.faults(panel.periods, options.season))


def of_inference(name: str, options: Options, design: str) -> tuple[Reason, ...]:
    """An inference that does not exist, or that goes with another model."""
    if name not in (*INFERENCES, *NOISE):
        return (reasons.unknown_inference(name, design),)
    if options.family != "gaussian" and (name in NOISE or options.its_model in OF_AVERAGES):
        asked = options.its_model if options.its_model in OF_AVERAGES else name
        return (reasons_series.for_averages_only(asked),)
    if options.its_model == "forecast" and name not in NOISE:
        return (reasons_series.forecast_needs_noise(name),)
    return ()


def of_starts(window: Window, options: Options) -> tuple[Reason, ...]:
    """Counts against a comparison are one model around one start."""
    if options.family != "gaussian" and not window.treated.all() and len(window.starts) > 1:
        return (reasons_regression.one_start_for_counts(),)
    return ()


def of_periods(aligned: Aligned, columns: Terms, name: str, options: Options) -> tuple[Reason, ...]:
    """Too short a side, too few periods for the terms, too few or too many for a model of the noise.

    A forecast has only the periods before the start to learn from.
    """
    if min(aligned.n_before, aligned.n_after) < MIN_PERIODS:
        return (reasons.too_few_periods(aligned.n_before, aligned.n_after, MIN_PERIODS),)
    forecast = options.its_model == "forecast"
    parameters = 1 + sum(not term.startswith(OWN_PERIOD) for term in columns)
    parameters += 2 * (options.its_model == "transfer")
    learnt = aligned.n_before if forecast else len(aligned.since)
    needed = max(PERIODS_PER_TERM * parameters, MIN_FOR_NOISE if name in NOISE else 0)
    if learnt < needed:
        return (reasons_regression.too_few_periods_for_terms(learnt, parameters, needed),)
    if name in NOISE and len(aligned.since) > MOST_FOR_NOISE:
        return (reasons_series.too_many_periods(len(aligned.since), MOST_FOR_NOISE),)
    return ()


def of_variation(model: Model, units: tuple[str, ...]) -> tuple[Reason, ...]:
    """A series that never changes carries no information on noise."""
    if model.family != "gaussian":
        return ()
    still = np.ptp(model.y) <= ROUNDING * 1e-3 * np.max(np.abs(model.y))
    return (reasons.no_variation(listed(units)),) if still else ()
