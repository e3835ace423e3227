"""When a broken line is not fitted, and why."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from experiments import reasons, reasons_regression
from experiments.aligned import Aligned
from experiments.estimate import Reason
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented import season
from experiments.segmented.model import Model
from experiments.window import Flags

MIN_PERIODS = 8
PERIODS_PER_TERM = 3
ROUNDING = 1e-9


def of_panel(panel: Panel, options: Options) -> tuple[Reason, ...]:
    """Values that do not fit the family, an exposure too many or too few, a season that cannot be seen."""
    return (
        *_of_exposure(panel, options),
        *_of_values(panel, options),
        *season.faults(panel.periods, options.season),
    )


def with_exposure(panel: Panel) -> Panel:
    """The panel with the cells that have no exposure above zero as cells without a value."""
    if panel.exposure is None:
        return panel
    usable = np.isfinite(panel.exposure) & (np.nan_to_num(panel.exposure) > 0)
    return replace(panel, outcome=np.where(usable, panel.outcome, np.nan))


def of_periods(aligned: Aligned, parameters: int) -> tuple[Reason, ...]:
    """Too short a side, or too few periods for the terms."""
    if min(aligned.n_before, aligned.n_after) < MIN_PERIODS:
        return (reasons.too_few_periods(aligned.n_before, aligned.n_after, MIN_PERIODS),)
    needed = PERIODS_PER_TERM * parameters
    if len(aligned.since) < needed:
        return (reasons_regression.too_few_periods_for_terms(len(aligned.since), parameters, needed),)
    return ()


def of_variation(model: Model, units: tuple[str, ...]) -> tuple[Reason, ...]:
    """A series that never changes carries no information on noise."""
    if model.family != "gaussian":
        return ()
    still = np.ptp(model.y) <= ROUNDING * 1e-3 * np.max(np.abs(model.y))
    return (reasons.no_variation(", ".join(units)),) if still else ()


def _of_exposure(panel: Panel, options: Options) -> tuple[Reason, ...]:
    if options.family == "gaussian" and panel.exposure is not None:
        return (reasons_regression.exposure_without_family(),)
    if options.family == "binomial" and panel.exposure is None:
        return (reasons_regression.exposure_missing(),)
    return ()


def _of_values(panel: Panel, options: Options) -> tuple[Reason, ...]:
    outcome = panel.outcome
    if options.family == "poisson":
        wrong = (outcome < 0) | (np.abs(outcome - np.round(outcome)) > ROUNDING)
        return _first(panel, wrong, reasons_regression.not_a_count)
    if options.family == "binomial":
        return _first(panel, (outcome < 0) | (outcome > 1), reasons_regression.not_a_share)
    return ()


def _first(panel: Panel, wrong: Flags, reason: Callable[[str, str], Reason]) -> tuple[Reason, ...]:
    where = np.argwhere(wrong)
    return (reason(panel.units[where[0][0]], panel.periods[where[0][1]]),) if len(where) else ()
