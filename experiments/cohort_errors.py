"""Uncertainty of averages of cohort effects: by large samples, or by leaving out one department at a time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from experiments.adoption import Adoption, Flags
from experiments.cohort_averages import Average, Cells, every_cell
from experiments.inference.leave_one_out import leave_one_out
from experiments.inference.student import student
from experiments.judged import Judged, Several, several_t
from experiments.naming import listed
from experiments.panel import Floats


class Linear(Protocol):
    """Effects of cohorts in periods, linear in the outcomes."""

    @property
    def cells(self) -> Cells:
        """The effects with what stands behind them."""
        ...

    @property
    def factor(self) -> float:
        """Small-sample factor of the large-sample variance."""
        ...

    def coefficients(self, weights: Floats) -> Floats:
        """(U, T) what each outcome counts in an average with weights (C, T)."""
        ...


class CohortFit(Linear, Protocol):
    """The same with the influence of the units, and what the effects would be without some of them."""

    def scores(self, weights: Floats, values: Floats) -> Floats:
        """(U, P) influence of each unit on averages with weights (P, C, T) and values (P,)."""
        ...

    def without(self, gone: Flags) -> Cells:
        """The effects when some units (U,) are left out; ValueError where they are not identified."""
        ...


class Undefined(Exception):
    """Without this department the effect cannot be estimated any more."""

    def __init__(self, department: str) -> None:
        super().__init__(department)
        self.department = department


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeSample:
    """Squared influences summed by cluster, t(G - 1). No error for a part that stands on a single unit."""

    adoption: Adoption
    fit: CohortFit
    level: float

    def average(self, average: Average) -> Judged:
        """By the influences of the clusters."""
        cells, parts = self.fit.cells, average.parts(self.fit.cells)
        values, mix = np.nan_to_num(parts), average.mix(self.fit.cells)
        degrees = int(self.adoption.clusters.max())
        scores = np.zeros((degrees + 1, len(parts)))
        np.add.at(scores, self.adoption.clusters, self.fit.scores(average.weights(cells), values))
        errors = np.sqrt(self.fit.factor * np.sum(np.column_stack([scores @ mix, scores]) ** 2, axis=0))
        own = np.where(average.units(cells) > 1, errors[1:], np.nan)
        return Judged(
            headline=student(float(mix @ values), float(errors[0]), degrees, self.level),
            parts=several_t(parts, own, np.full(len(parts), float(degrees)), self.level),
        )

    def cells(self) -> Several:
        """Every estimated cell."""
        return self.average(every_cell(self.adoption, self.fit.cells.effects)).parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Jackknife:
    """Every average again without each cluster (replicates); with a cohort of one, without its cohort.

    Stratified: the clusters whose effect an average or a part is, and all others.
    """

    adoption: Adoption
    fit: CohortFit
    level: float
    replicates: tuple[Cells, ...]

    def average(self, average: Average) -> Judged:
        """The average and its parts."""
        values = _values(average, self.fit.cells)
        without = np.stack([_values(average, cells) for cells in self.replicates])
        own = _loads(self.adoption, average, self.fit.cells)
        errors, degrees = leave_one_out(values, without, own, (own == 0).astype(float))
        return Judged(
            headline=student(float(values[0]), float(errors[0]), float(degrees[0]), self.level),
            parts=several_t(values[1:], errors[1:], degrees[1:], self.level),
        )

    def cells(self) -> Several:
        """Every estimated cell."""
        return self.average(every_cell(self.adoption, self.fit.cells.effects)).parts


def jackknife(adoption: Adoption, fit: CohortFit, level: float) -> Jackknife:
    """Raises Undefined where leaving one out takes away more than its own cells."""
    clusters = adoption.clusters
    found = tuple(_without(adoption, fit, clusters == number) for number in range(int(clusters.max()) + 1))
    return Jackknife(adoption=adoption, fit=fit, level=level, replicates=found)


def strata_of(adoption: Adoption) -> NDArray[np.intp]:
    """(G,) group that each cluster is drawn in: 1 where any of its units is treated."""
    ours = np.zeros(int(adoption.clusters.max()) + 1, dtype=np.intp)
    np.maximum.at(ours, adoption.clusters, adoption.treated.astype(np.intp))
    return ours


def cells_of(adoption: Adoption, effects: Floats, counts: Floats, gone: Flags | None = None) -> Cells:
    """Effects (C, T) and counts (C, T) with the number of units in each cohort."""
    kept = adoption.cohort if gone is None else adoption.cohort[~gone]
    units = np.bincount(kept, minlength=len(adoption.starts) + 1).astype(float)
    return Cells(effects=effects, counts=counts, units=units)


def _values(average: Average, cells: Cells) -> Floats:
    """(1 + P,) the average and its parts."""
    return np.append(average.value(cells), average.parts(cells))


def _loads(adoption: Adoption, average: Average, cells: Cells) -> Floats:
    """(G, 1 + P) how much each cluster counts in the average and in each part."""
    parts = average.loads(cells)
    by_cohort = np.column_stack([average.mix(cells) @ parts, parts.T])
    found = np.zeros((int(adoption.clusters.max()) + 1, by_cohort.shape[1]))
    np.add.at(found, adoption.clusters, by_cohort[adoption.cohort])
    return found


def _without(adoption: Adoption, fit: CohortFit, gone: Flags) -> Cells:
    name = listed(np.asarray(adoption.panel.units)[gone])
    try:
        found = fit.without(gone)
    except ValueError as error:
        raise Undefined(name) from error
    expected = np.isfinite(fit.cells.effects) & (found.counts > 0)
    if (expected & ~np.isfinite(found.effects)).any() or not (expected & adoption.counted).any():
        raise Undefined(name)
    return found
