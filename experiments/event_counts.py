"""Events of departments before and after one start, and whether they fall as single events would."""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import brentq

from experiments.panel import Floats, Panel
from experiments.window import Flags

FARTHEST = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCounts:
    """Cells (U, T) of events and exposure, NaN where there is none; after (T,), used (T,), treated (U,)."""

    events: Floats
    exposure: Floats
    after: Flags
    used: Flags
    treated: Flags

    @property
    def sides(self) -> tuple[Flags, Flags]:
        """Periods after the run-in, and before the start."""
        return self.used & self.after, self.used & ~self.after

    def by_side(self, values: Floats) -> Floats:
        """(U, 2) sums after and before."""
        return np.stack([np.nansum(values[:, side], axis=1) for side in self.sides], axis=1)

    def table(self, values: Floats) -> Floats:
        """(2, 2) sums: pilot after and before, comparison after and before."""
        sums = self.by_side(values)
        return np.stack([sums[self.treated].sum(axis=0), sums[~self.treated].sum(axis=0)])


def event_counts(panel: Panel, run_in: int) -> EventCounts:
    """The cells of a panel with one start; the run-in is left out."""
    start, periods = panel.starts[0], np.arange(len(panel.periods))
    known = np.isfinite(panel.outcome)
    exposure = np.ones_like(panel.outcome) if panel.exposure is None else panel.exposure
    return EventCounts(
        events=np.where(known, panel.outcome, np.nan),
        exposure=np.where(known, exposure, np.nan),
        after=periods >= start,
        used=(periods < start) | (periods >= start + run_in),
        treated=panel.treated,
    )


def clustering(counts: EventCounts) -> float:
    """p-value against events that fall one by one: over the periods of a side, and over departments.

    Periods: the index of dispersion given its events, with Haldane's (1937) variance for small expectations;
    departments: Pearson's statistic of the share after the start. Twice the smaller p-value.
    """
    return min(1.0, 2 * min(_over_periods(counts), _over_departments(counts)))


def _over_periods(counts: EventCounts) -> float:
    excess, variance = 0.0, 0.0
    for side in counts.sides:
        for events, exposure in zip(counts.events[:, side], counts.exposure[:, side], strict=True):
            known = np.isfinite(events)
            total, cells = float(events[known].sum()), int(known.sum())
            if total < 2 or cells < 2:
                continue
            share = exposure[known] / exposure[known].sum()
            statistic = float((events[known] ** 2 / (total * share)).sum() - total)
            excess += statistic - (cells - 1)
            spread = float((1 / share).sum()) - cells**2 - 2 * cells + 2
            variance += 2 * (cells - 1) + spread / total
    return float(special.ndtr(-excess / np.sqrt(variance))) if variance > 0 else 1.0


def _over_departments(counts: EventCounts) -> float:
    events, exposure = counts.by_side(counts.events), counts.by_side(counts.exposure)
    statistic, freedom = 0.0, 0
    for group in (counts.treated, ~counts.treated):
        heard = group & (events.sum(axis=1) > 0) & (exposure > 0).all(axis=1)
        after, total = events[heard, 0], events[heard].sum(axis=1)
        if heard.sum() < 2 or not 0 < after.sum() < total.sum():
            continue
        odds = exposure[heard, 0] / exposure[heard, 1]
        share = _shares(odds, after.sum(), total)
        statistic += float(((after - total * share) ** 2 / (total * share * (1 - share))).sum())
        freedom += int(heard.sum()) - 1
    return float(special.chdtrc(freedom, statistic)) if freedom else 1.0


def _shares(odds: Floats, events_after: float, total: Floats) -> Floats:
    """Share of each department's events that falls after the start, with one ratio of rates for all."""

    def shares(log_ratio: float) -> Floats:
        return np.asarray(special.expit(np.log(odds) + log_ratio))

    ratio = brentq(lambda x: float(total @ shares(x)) - events_after, -FARTHEST, FARTHEST)
    return shares(float(ratio))
