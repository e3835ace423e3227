"""Uncertainty of group-time effects and their averages: from large samples, or leaving out one department."""

from dataclasses import dataclass, replace

import numpy as np

from experiments.cohort_averages import Average, Cells, every_cell
from experiments.group_times import GroupTimeFit
from experiments.inference.leave_one_out import leave_one_out
from experiments.inference.multiplier_bootstrap import (
    Weights,
    deviations,
    mammen,
    multiplier_bootstrap,
    simultaneous,
)
from experiments.inference.student import student
from experiments.judged import Judged, Several, several_t
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeSample:
    """Influences summed by cluster, t(G - 1) where `did` takes the normal; bands by multiplier bootstrap."""

    fit: GroupTimeFit
    level: float
    draws: Weights

    def cells(self) -> Several:
        """Every estimated cell; no error for a cohort of one, whose noise cannot be read."""
        found = np.isfinite(self.fit.found.effects)
        return self._several(self.fit.found.effects[found], self.fit.errors[found], np.nan)

    def average(self, average: Average) -> Judged:
        """By the influences; no error for a part that is one unit."""
        cells, scores = self.fit.cells, self._scores(average)
        errors = np.sqrt(np.sum(scores**2, axis=1))
        alone = average.units(cells) < 2
        own = np.where(alone | (errors[1:] == 0), np.nan, errors[1:])
        multiple = self._multiple(scores[1:], own)
        return Judged(
            headline=student(average.value(cells), float(errors[0]), self._degrees, self.level),
            parts=self._several(average.parts(cells), own, multiple),
        )

    @property
    def _degrees(self) -> int:
        return int(self.draws.shape[1]) - 1

    def _multiple(self, scores: Floats, errors: Floats) -> float:
        known = np.isfinite(errors)
        return simultaneous(deviations(self.draws, scores[known]), errors[known], self.level)

    def _scores(self, average: Average) -> Floats:
        return np.asarray(self.fit.scores(average) * np.sqrt(self.fit.factor))

    def _several(self, effects: Floats, errors: Floats, multiple: float) -> Several:
        degrees = np.full(len(effects), float(self._degrees))
        return several_t(effects, errors, degrees, self.level, multiple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap(LargeSample):
    """The same, with the average itself by the multiplier bootstrap."""

    def average(self, average: Average) -> Judged:
        """The parts keep the error of their influences."""
        found = deviations(self.draws, self._scores(average)[:1])[:, 0]
        value = average.value(self.fit.cells)
        return replace(
            LargeSample.average(self, average), headline=multiplier_bootstrap(value, found, self.level)
        )


def large_sample(fit: GroupTimeFit, options: Options) -> LargeSample:
    """Errors for many departments, with seeded draws."""
    clusters = int(fit.adoption.clusters.max()) + 1
    return LargeSample(fit=fit, level=options.level, draws=mammen(clusters, options.seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Everything again without each cluster; with a cohort of one, without its cohort.

    Stratified: the departments whose effect an estimate is, against those they are compared with. No error
    where leaving one out takes away more than its own cells. Bands: Sidak 1967.
    """

    fit: GroupTimeFit
    level: float
    replicates: tuple[Cells, ...]

    def cells(self) -> Several:
        """Every estimated cell: Welch's error of a difference in mean change."""
        return self.average(every_cell(self.fit.adoption, self.fit.found.effects)).parts

    def average(self, average: Average) -> Judged:
        """The average and its parts."""
        cells = self.fit.cells
        values = np.append(average.value(cells), average.parts(cells))
        without = np.stack([self._without(average, found) for found in self.replicates])
        errors, degrees = leave_one_out(values, without, *self._loads(average))
        errors = np.where(errors > 0, errors, np.nan)
        return Judged(
            headline=student(float(values[0]), float(errors[0]), float(degrees[0]), self.level),
            parts=several_t(values[1:], errors[1:], degrees[1:], self.level),
            lost=self._lost_without(without[:, 0]),
        )

    def _lost_without(self, headlines: Floats) -> str:
        """The first department without which the average is not defined; empty where there is none."""
        undefined = np.flatnonzero(~np.isfinite(headlines))
        adoption = self.fit.adoption
        gone = adoption.clusters == (undefined[0] if len(undefined) else -1)
        return listed(np.asarray(adoption.panel.units)[gone])

    def _without(self, average: Average, found: Cells) -> Floats:
        """(1 + P,) the average and its parts without one cluster; NaN where other cells are lost."""
        lost = np.isfinite(self.fit.found.effects) & (found.units > 0)[:, None] & ~np.isfinite(found.effects)
        codes = average.codes[lost & (average.codes >= 0)]
        parts, value = average.parts(found), average.value(found)
        parts[codes] = np.nan
        return np.append(np.nan if average.headline[codes].any() else value, parts)

    def _loads(self, average: Average) -> tuple[Floats, Floats]:
        """(G, 1 + P) how much each cluster counts in the average and its parts, and in their comparison."""
        found, cells = self.fit.found, self.fit.cells
        shares = self.fit.compared.against / np.maximum(found.n_other, 1.0)[:, :, None]
        own, other = average.loads(cells), np.tensordot(average.weights(cells), shares, 2)
        mix = average.mix(cells)
        mine, theirs = (self._by_cluster(np.column_stack([mix @ load, load.T])) for load in (own, other))
        return mine, np.where(mine > 0, 0.0, theirs)

    def _by_cluster(self, by_cohort: Floats) -> Floats:
        """(G, N) sums over units from values (K, N) of their cohorts."""
        by_unit = by_cohort[self.fit.adoption.cohort]
        found = np.zeros((len(self.replicates), by_unit.shape[1]))
        np.add.at(found, self.fit.adoption.clusters, by_unit)
        return found


def bootstrap(fit: GroupTimeFit, options: Options) -> Bootstrap:
    """The multiplier bootstrap, with seeded draws."""
    plain = large_sample(fit, options)
    return Bootstrap(fit=plain.fit, level=plain.level, draws=plain.draws)


def left_out(fit: GroupTimeFit, options: Options) -> LeftOut:
    """Errors for few departments."""
    clusters = fit.adoption.clusters
    replicates = tuple(fit.without(clusters == number) for number in range(int(clusters.max()) + 1))
    return LeftOut(fit=fit, level=options.level, replicates=replicates)
