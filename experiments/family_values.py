"""Values that fit the family of a model: counts, and shares of an exposure."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from experiments import reasons_regression
from experiments.estimate import Reason
from experiments.options import COUNTS, Options
from experiments.panel import Panel
from experiments.window import Flags

ROUNDING = 1e-9


def faults(panel: Panel, options: Options) -> tuple[Reason, ...]:
    """Values that do not fit the family; an exposure too many or too few."""
    return (*_of_exposure(panel, options), *_of_values(panel, options))


def with_exposure(panel: Panel) -> Panel:
    """The panel with the cells that have no exposure above zero as cells without a value."""
    if panel.exposure is None:
        return panel
    usable = np.isfinite(panel.exposure) & (np.nan_to_num(panel.exposure) > 0)
    return replace(panel, outcome=np.where(usable, panel.outcome, np.nan))


def _of_exposure(panel: Panel, options: Options) -> tuple[Reason, ...]:
    if options.family == "gaussian" and panel.exposure is not None:
        return (reasons_regression.exposure_without_family(),)
    if options.family == "binomial" and panel.exposure is None:
        return (reasons_regression.exposure_missing(),)
    return ()


def _of_values(panel: Panel, options: Options) -> tuple[Reason, ...]:
    outcome = panel.outcome
    if options.family in COUNTS:
        wrong = (outcome < 0) | (np.abs(outcome - np.round(outcome)) > ROUNDING)
        return _first(panel, wrong, reasons_regression.not_a_count)
    if options.family == "binomial":
        return _first(panel, (outcome < 0) | (outcome > 1), reasons_regression.not_a_share)
    return ()


def _first(panel: Panel, wrong: Flags, reason: Callable[[str, str], Reason]) -> tuple[Reason, ...]:
    where = np.argwhere(wrong)
    return (reason(panel.units[where[0][0]], panel.periods[where[0][1]]),) if len(where) else ()
