"""Uncertainty of averages of cohort effects: by large samples, or by leaving out one department at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from experiments.adoption import Adoption, Flags
from experiments.cohort_averages import Average, Cells
from experiments.inference.leave_one_out import leave_one_out
from experiments.inference.student import Inference, student
from experiments.panel import Floats


class CohortFit(Protocol):
    """Effects of cohorts in periods, and what they would be without some of the units."""

    @property
    def cells(self) -> Cells:
        """The effects with what stands behind them."""
        ...

    @property
    def factor(self) -> float:
        """Small-sample factor of the large-sample variance."""
        ...

    def scores(self, weights: Floats, values: Floats) -> Floats:
        """(U, P) influence of each unit on averages with weights (P, C, T) and values (P,)."""
        ...

    def without(self, gone: Flags) -> Cells:
        """The effects when some units (U,) are left out; ValueError where they are not identified."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An average and its parts (P,).

    A part without cells has NaN for its effect; one that stands on a single unit has NaN for its error.
    """

    headline: Inference
    parts: tuple[Inference, ...]


Judge = Callable[[Average], Judged]


class Undefined(Exception):
    """Without this department the effect cannot be estimated any more."""

    def __init__(self, department: str) -> None:
        super().__init__(department)
        self.department = department


def large_sample(adoption: Adoption, fit: CohortFit, level: float) -> Judge:
    """Squared influences summed by cluster, t(G - 1)."""
    clusters = adoption.clusters
    degrees = int(clusters.max())

    def judge(average: Average) -> Judged:
        parts = average.parts(fit.cells)
        values = np.nan_to_num(parts)
        by_unit = fit.scores(average.weights(fit.cells), values)
        scores = np.zeros((degrees + 1, len(parts)))
        np.add.at(scores, clusters, by_unit)
        mix = average.mix(fit.cells)
        errors = np.sqrt(fit.factor * np.sum(np.column_stack([scores @ mix, scores]) ** 2, axis=0))
        own = np.where(average.units(fit.cells) > 1, errors[1:], np.nan)
        return Judged(
            headline=student(float(mix @ values), float(errors[0]), degrees, level),
            parts=tuple(
                student(float(part), float(error), degrees, level)
                for part, error in zip(parts, own, strict=True)
            ),
        )

    return judge


def jackknife(adoption: Adoption, fit: CohortFit, level: float) -> Judge:
    """Every average again without each cluster; with a cohort of one, without its cohort.

    Stratified: the clusters whose effect an average or a part is, and all others. Raises Undefined where
    leaving one out takes away more than its own cells.
    """
    clusters = adoption.clusters
    replicates = [_without(adoption, fit, clusters == number) for number in range(int(clusters.max()) + 1)]

    def judge(average: Average) -> Judged:
        values = _values(average, fit.cells)
        without = np.stack([_values(average, cells) for cells in replicates])
        own = _loads(adoption, average, fit.cells)
        errors, degrees = leave_one_out(values, without, own, (own == 0).astype(float))
        found = [
            student(float(value), float(error), float(df), level)
            for value, error, df in zip(values, errors, degrees, strict=True)
        ]
        return Judged(headline=found[0], parts=tuple(found[1:]))

    return judge


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
    name = ", ".join(np.asarray(adoption.panel.units)[gone])
    try:
        found = fit.without(gone)
    except ValueError as error:
        raise Undefined(name) from error
    expected = np.isfinite(fit.cells.effects) & (found.counts > 0)
    if (expected & ~np.isfinite(found.effects)).any() or not (expected & adoption.counted).any():
        raise Undefined(name)
    return found
