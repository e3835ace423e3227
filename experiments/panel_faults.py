"""What is wrong with a panel for every design alike, and what a person must know of one that is used."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import reasons, reasons_panel
from experiments.baseline import baseline
from experiments.estimate import Reason
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel

Flags = NDArray[np.bool_]
ROUNDING = 1e-12
SMALLEST, LARGEST = 1e-50, 1e50
"""Sizes whose fourth powers a computer can still tell from zero and from infinity."""


def faults(panel: Panel, options: Options) -> tuple[Reason, ...]:
    """Why no design can use the panel, the first reason only; empty where some may."""
    found = next(_faults(panel, options), None)
    return () if found is None else (found,)


def of_values(panel: Panel) -> tuple[Reason, ...]:
    """The first of the faults that no family of values can have."""
    found = next(_of_values(panel), None)
    return () if found is None else (found,)


def _faults(panel: Panel, options: Options) -> Iterator[Reason]:
    yield from _of_values(panel)
    yield from _of_weights(panel)
    if len(panel.periods) == 1:
        yield reasons_panel.one_period(panel.periods[0])
    if options.scale == "relative":
        yield from _first(panel, panel.outcome <= 0, reasons.non_positive_outcome)
    if not panel.treated.any():
        yield reasons.treatment_never_on()
    if _alike(panel, options):
        yield reasons.no_variation(listed(panel.units))
    if options.scale == "relative":
        yield from _of_baseline(panel)


def _of_values(panel: Panel) -> Iterator[Reason]:
    beside = tuple(values for values in (panel.exposure, panel.dose) if values is not None)
    for values in (panel.outcome, *beside, *panel.covariates.values()):
        yield from _first(panel, np.isinf(values), reasons_panel.infinite_value)
        yield from _first(panel, _out_of_reach(values), reasons_panel.value_out_of_reach)
    if not np.isfinite(panel.outcome).any():
        yield reasons.no_data()
    for name, values in panel.covariates.items():
        if not np.isfinite(values).any():
            yield reasons_panel.covariate_empty(name)


def _of_weights(panel: Panel) -> Iterator[Reason]:
    present = np.isfinite(panel.outcome)
    possible = np.isfinite(panel.weights) & (panel.weights >= 0)
    yield from _first(panel, present & ~possible, reasons_panel.impossible_weight)
    if not (panel.weights[present] > 0).any():
        yield reasons_panel.weights_all_zero()


def _out_of_reach(values: Floats) -> Flags:
    """(U, T) values too large to compute with, or all of them where none is large enough."""
    size = np.abs(np.nan_to_num(values, posinf=0.0, neginf=0.0))
    beyond = size > LARGEST
    return np.asarray(beyond | (size > 0) if size.max(initial=0.0) < SMALLEST else beyond)


def _alike(panel: Panel, options: Options) -> bool:
    """Whether all values are one value. No events anywhere is for models of counts and shares to judge."""
    values = panel.outcome[np.isfinite(panel.outcome)]
    return bool(np.ptp(values) == 0 and (values[0] != 0 or options.family == "gaussian"))


def _of_baseline(panel: Panel) -> Iterator[Reason]:
    found = baseline(panel)
    if found is not None and found.interval[0] <= 0:
        yield reasons_panel.relative_to_nothing(found.effect, *found.interval)


def _first(panel: Panel, wrong: Flags, reason: Callable[[str, str], Reason]) -> Iterator[Reason]:
    for unit, period in np.argwhere(wrong)[:1]:
        yield reason(panel.units[unit], panel.periods[period])


def notes(panel: Panel, *, by_rows: bool) -> tuple[Text, ...]:
    """Departments that say little, by name: their values never change, or no row stands behind them."""
    present, behind = np.isfinite(panel.outcome), panel.weights > 0
    without = np.asarray(present.any(axis=1) & ~behind.any(axis=1))
    some = np.asarray((present & ~behind).any(axis=1))
    lines = ((STILL, _still(panel.outcome)), (NO_ROWS, without) if by_rows else (COUNTED, some))
    names = np.asarray(panel.units)
    return tuple(Text(words, {"departments": listed(names[who])}) for words, who in lines if who.any())


def _still(outcome: Floats) -> Flags:
    """(U,) departments with two values or more that are all the same."""
    present = np.isfinite(outcome)
    low = np.where(present, outcome, np.inf).min(axis=1)
    high = np.where(present, outcome, -np.inf).max(axis=1)
    same = high - low <= ROUNDING * np.maximum(np.abs(low), np.abs(high))
    return np.asarray(same & (present.sum(axis=1) > 1))


STILL = N_("The values never change, so they say little of noise or effect, in: {departments}.")
NO_ROWS = N_("Weighted by rows, these departments do not count, as no row stands behind them: {departments}.")
COUNTED = N_(
    "Values of these departments have no row behind them; departments count equally, so these values count "
    "all the same: {departments}."
)
