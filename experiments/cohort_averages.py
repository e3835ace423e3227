"""Effects of cohorts in periods, averaged: over all, by time since the start, by cohort, by calendar period.

Callaway and Sant'Anna 2021 (Journal of Econometrics 225), section 3: cells of one part count by the units
behind them; the average of an event study or of calendar periods counts its parts equally, that of cohorts
counts them by their units.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.adoption import Adoption
from experiments.options import Aggregation
from experiments.panel import Floats

Codes = NDArray[np.intp]
OUTSIDE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Effects (C, T), NaN where there is none, and the counts (C, T) and units (C,) behind them."""

    effects: Floats
    counts: Floats
    units: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """One way to average. codes (C, T): the part of each cell, OUTSIDE where it is in none.

    labels (P,). headline (P,): parts that the average itself is made of. by_units: parts count by their
    units, one part for each cohort.
    """

    name: str
    codes: Codes
    labels: tuple[str, ...]
    headline: NDArray[np.bool_]
    by_units: bool = False

    def weights(self, cells: Cells) -> Floats:
        """(P, C, T) weight of each cell in each part; zero for a part without cells."""
        counts = np.where(self._in_use(cells), cells.counts, 0.0)
        own = np.arange(len(self.labels))[:, None, None] == self.codes
        sums = self._sum(counts)
        return np.asarray(own * counts / np.where(sums > 0, sums, 1.0)[:, None, None])

    def parts(self, cells: Cells) -> Floats:
        """(P,) average effect of each part; NaN for a part without cells."""
        used = self._in_use(cells)
        counts = np.where(used, cells.counts, 0.0)
        with np.errstate(invalid="ignore"):
            return self._sum(counts * np.where(used, cells.effects, 0.0)) / self._sum(counts)

    def loads(self, cells: Cells) -> Floats:
        """(P, C) how much one unit of each cohort counts in each part."""
        return np.asarray(self.weights(cells).sum(axis=2) / np.maximum(cells.units, 1.0))

    def units(self, cells: Cells) -> Floats:
        """(P,) units behind each part."""
        return np.asarray((self.loads(cells) > 0) @ cells.units)

    def mix(self, cells: Cells) -> Floats:
        """(P,) weight of each part in the average; sums to one, or is zero where no part has cells."""
        found = self.headline & (self._sum(np.where(self._in_use(cells), cells.counts, 0.0)) > 0)
        weight = found * (cells.units[: len(found)] if self.by_units else 1.0)
        return np.asarray(weight / max(weight.sum(), 1e-300))

    def value(self, cells: Cells) -> float:
        """The average; NaN where no part has cells."""
        mix = self.mix(cells)
        return float(mix @ np.nan_to_num(self.parts(cells))) if mix.sum() > 0 else np.nan

    def _in_use(self, cells: Cells) -> NDArray[np.bool_]:
        return np.asarray((self.codes != OUTSIDE) & np.isfinite(cells.effects) & (cells.counts > 0))

    def _sum(self, values: Floats) -> Floats:
        inside = self.codes != OUTSIDE
        return np.bincount(self.codes[inside], values[inside], len(self.labels)).astype(float)


def averages(adoption: Adoption, effects: Floats) -> dict[Aggregation, Average]:
    """The four ways to average effects (C, T)."""
    return {name: make(adoption, np.isfinite(effects)) for name, make in WAYS.items()}


def every_cell(adoption: Adoption, effects: Floats) -> Average:
    """Each estimated cell as a part of its own, row by row of effects (C, T)."""
    found = np.isfinite(effects)
    return Average(
        name="cells",
        codes=np.where(found, np.cumsum(found).reshape(found.shape) - 1, OUTSIDE),
        labels=tuple(adoption.panel.periods[period] for period in np.nonzero(found)[1]),
        headline=np.ones(int(found.sum()), dtype=bool),
    )


def _simple(adoption: Adoption, found: NDArray[np.bool_]) -> Average:
    codes = np.where(adoption.counted & found, 0, OUTSIDE)
    return Average(name="simple", codes=codes, labels=("",), headline=np.ones(1, dtype=bool))


def _dynamic(adoption: Adoption, found: NDArray[np.bool_]) -> Average:
    times = np.unique(adoption.event_time[found])
    codes = np.where(found, np.searchsorted(times, adoption.event_time), OUTSIDE)
    labels = tuple(str(int(time)) for time in times)
    return Average(name="dynamic", codes=codes, labels=labels, headline=times >= adoption.run_in)


def _group(adoption: Adoption, found: NDArray[np.bool_]) -> Average:
    cohorts = np.arange(len(adoption.starts) + 1)[:, None]
    codes = np.where(adoption.counted & found, cohorts, OUTSIDE)
    present = np.ones(len(adoption.labels), dtype=bool)
    return Average(name="group", codes=codes, labels=adoption.labels, headline=present, by_units=True)


def _calendar(adoption: Adoption, found: NDArray[np.bool_]) -> Average:
    codes = np.where(adoption.counted & found, np.arange(found.shape[1]), OUTSIDE)
    present = np.ones(found.shape[1], dtype=bool)
    return Average(name="calendar", codes=codes, labels=adoption.panel.periods, headline=present)


WAYS: dict[Aggregation, Callable[[Adoption, NDArray[np.bool_]], Average]] = {
    "simple": _simple,
    "dynamic": _dynamic,
    "group": _group,
    "calendar": _calendar,
}
