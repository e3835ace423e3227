"""Averages of cohort effects judged over the start orders that could have been.

Every order hands the same start dates to other departments, as in `experiments.inference.start_orders`; the
average is fitted again under each. It is linear in the outcomes, so inversion is exact, and it counts each
order over the error that the departments' own noise gives it. Error rates: docs/evidence/cohort_size.json.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from experiments import reasons, reasons_staggered
from experiments.adoption import Adoption
from experiments.cohort_averages import Average, averages, every_cell
from experiments.cohort_errors import Linear
from experiments.contrast import constant
from experiments.estimate import Reason
from experiments.inference.start_orders import (
    DRAWS,
    MAX_ENUMERATED,
    Orders,
    by_table,
    possible_orders,
    randomise_scaled,
    start_orders,
)
from experiments.inference.student import student
from experiments.judged import Judged, Several
from experiments.naming import listed
from experiments.options import Aggregation, Options
from experiments.panel import Floats
from experiments.start_noise import noise
from experiments.window import Window

MIN_PERIODS = 6
"""Complete periods on either side of every start that a department's noise is read from."""
REFITTED = 199
"""Orders under which the average is fitted again where departments do not all count alike."""

ROUNDING = 1e-12

Refit = Callable[[Adoption], Linear]


def faults(adoption: Adoption, level: float) -> tuple[Reason, ...]:
    """Why the start orders cannot judge these departments."""
    window = _window(adoption)
    sides = [
        (len(window.before(start - adoption.anticipation)), len(window.after(start)))
        for start in window.starts
    ]
    short = min(sides, key=min)
    smallest = 1 / possible_orders(adoption.cohort)
    if min(short) < MIN_PERIODS:
        return (reasons.too_few_periods(*short, MIN_PERIODS),)
    flat = constant(window)
    candidates = (
        (reasons_staggered.orders_of_groups(), adoption.panel.grouped),
        (reasons.no_variation(listed(np.asarray(window.panel.units)[flat])), bool(flat.any())),
        (reasons.too_few_assignments(smallest), smallest > round(1 - level, 12)),
    )
    return tuple(reason for reason, holds in candidates if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOrders:
    """The orders (M, U) of an adoption, the actual one first.

    fit: the effects as they were fitted. refit: the same on another adoption, ValueError where they are not
    identified; such an order counts against every effect. alike: whether departments of a cohort all count
    the same in every period. asked: the average that is fitted anew where they do not. noise (U,): relative
    noise variance. outcome, exposure (U, T): around each department's mean, 0 where there is none; 1 where
    the tool was in use.
    """

    adoption: Adoption
    fit: Linear
    refit: Refit
    level: float
    asked: Aggregation
    alike: bool
    orders: Orders
    noise: Floats
    outcome: Floats
    exposure: Floats

    def average(self, average: Average) -> Judged:
        """The average with its parts; fitted anew for every order, only the one asked for has an interval."""
        cells = self.fit.cells
        if self.alike:
            weights = np.tensordot(average.mix(cells), average.weights(cells), 1)
            headline = randomise_scaled(*self._exchanged(self._rows(weights)), self.level)
        elif average.name == self.asked:
            headline = randomise_scaled(*self._refitted(), self.level)
        else:
            headline = student(average.value(cells), np.nan, np.inf, self.level)
        return Judged(headline=headline, parts=self._parts(average))

    def cells(self) -> Several:
        """Every estimated cell."""
        return self._parts(every_cell(self.adoption, self.fit.cells.effects))

    def _parts(self, average: Average) -> Several:
        found = _unknown(average.parts(self.fit.cells))
        if not self.alike:
            return found
        rows = {place: self._rows(weights) for place, weights in enumerate(average.weights(self.fit.cells))}
        used = {place: row for place, row in rows.items() if np.abs(row).max() > ROUNDING}
        single = self.level ** (1 / max(len(used), 1))
        for place, row in used.items():
            under = self._exchanged(row)
            one = randomise_scaled(*under, self.level)
            found.errors[place], found.intervals[place] = one.standard_error, one.interval
            found.bands[place] = randomise_scaled(*under, single).interval
        return found

    def _rows(self, weights: Floats) -> Floats:
        """(C, T) what an outcome of each cohort counts in a sum of effects with weights (C, T)."""
        members = np.unique(self.adoption.cohort, return_index=True)[1]
        return self.fit.coefficients(weights)[members]

    def _exchanged(self, rows: Floats) -> tuple[Floats, Floats, Floats]:
        """(M,) each: under every order the sum, what an effect of 1 in the actual one gives, the variance.

        By what every department adds as a member of each cohort.
        """
        values, slopes = (by_table(one @ rows.T, self.orders) for one in (self.outcome, self.exposure))
        return values, slopes, by_table(np.outer(self.noise, np.sum(rows**2, axis=1)), self.orders)

    def _refitted(self) -> tuple[Floats, Floats, Floats]:
        """The same of the average that was asked for, fitted anew under every order."""
        found = np.array([self._under(order) for order in self.orders])
        found[~np.isfinite(found).all(axis=1)] = found[0]
        values, slopes, variances = found.T
        return values, slopes, variances

    def _under(self, order: Orders) -> tuple[float, float, float]:
        try:
            fit = self.refit(replace(self.adoption, cohort=order))
        except ValueError:
            return np.nan, np.nan, np.nan
        average = averages(self.adoption, fit.cells.effects)[self.asked]
        mixed = np.tensordot(average.mix(fit.cells), average.weights(fit.cells), 1)
        found = fit.coefficients(mixed)
        variance = float(self.noise @ np.sum(found**2, axis=1)) if mixed.any() else np.nan
        return float(np.sum(found * self.outcome)), float(np.sum(found * self.exposure)), variance


def by_start_orders(adoption: Adoption, fit: Linear, refit: Refit, options: Options) -> StartOrders:
    """For an adoption without `faults`; the orders are drawn with the options' seed."""
    weights = adoption.weights
    alike = bool((weights == weights[:1]).all()) and not adoption.panel.covariates
    count = (MAX_ENUMERATED, DRAWS) if alike else (REFITTED, REFITTED)
    present = weights > 0
    filled = np.where(present, adoption.panel.outcome, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / np.maximum(present.sum(axis=1, keepdims=True), 1)
    return StartOrders(
        adoption=adoption,
        fit=fit,
        refit=refit,
        level=options.level,
        asked=options.aggregate,
        alike=alike,
        orders=start_orders(adoption.cohort, options.seed, *count),
        noise=noise(_window(adoption), adoption.anticipation),
        outcome=np.where(present, filled - mean, 0.0),
        exposure=(adoption.event_time >= 0)[adoption.cohort].astype(float),
    )


def _window(adoption: Adoption) -> Window:
    complete = np.asarray((adoption.weights > 0).all(axis=0))
    return Window(panel=adoption.panel, complete=complete, run_in=adoption.run_in)


def _unknown(effects: Floats) -> Several:
    errors, bounds = np.full(len(effects), np.nan), np.full((len(effects), 2), np.nan)
    return Several(effects=effects, errors=errors, intervals=bounds, bands=bounds.copy())
