"""When a broken line is not fitted, and why."""

import numpy as np

from experiments import family_values, reasons, reasons_regression
from experiments.aligned import Aligned
from experiments.estimate import Reason
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented import season
from experiments.segmented.model import Model

MIN_PERIODS = 8
PERIODS_PER_TERM = 3
ROUNDING = 1e-9


def of_panel(panel: Panel, options: Options) -> tuple[Reason, ...]:
    """Values that do not fit the family, an exposure too many or too few, a season that cannot be seen."""
    return (*family_values.faults(panel, options), *season.faults(panel.periods, options.season))


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
