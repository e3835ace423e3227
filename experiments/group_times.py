"""Effects of Callaway and Sant'Anna on a panel: cells, influences, and what they are without a department."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import sparse

from experiments import reasons
from experiments.adoption import MISSING, Adoption, Flags, adopt
from experiments.cohort_averages import Average, Cells
from experiments.estimate import Reason
from experiments.inference.group_time import (
    Comparisons,
    GroupTimes,
    coefficients,
    cohort_sums,
    comparisons,
    group_times,
    influences,
)
from experiments.options import Options
from experiments.panel import NEVER, Floats, Panel
from experiments.window import Window, prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTimeFit:
    """Every ATT(g, t) of K cohorts (the last one never starts) in T periods.

    sums (K, T), counts (K,): outcomes and units of each cohort. influence (K, T, U).
    """

    adoption: Adoption
    compared: Comparisons
    sums: Floats
    counts: Floats
    found: GroupTimes
    influence: Floats

    @property
    def cells(self) -> Cells:
        """The effects, each counting by the units of its cohort."""
        return _cells(self.found.effects, self.counts)

    @property
    def factor(self) -> float:
        """Small-sample factor of a variance: of CR1, or 1 where every unit stands alone, as in R's `did`."""
        clusters = int(self.adoption.clusters.max()) + 1
        return 1.0 if clusters == len(self.adoption.cohort) else clusters / (clusters - 1)

    @property
    def errors(self) -> Floats:
        """(K, T) large-sample error of each effect; NaN where there is none or a cohort is one unit."""
        by_cluster = self.clustered(self.influence.reshape(-1, self.influence.shape[-1]))
        errors = np.sqrt(self.factor * np.sum(by_cluster**2, axis=1)).reshape(self.found.effects.shape)
        known = np.isfinite(self.found.effects) & ~self.compared.reference & (self.counts > 1)[:, None]
        return np.where(known, errors, np.nan)

    def scores(self, average: Average) -> Floats:
        """(1 + P, G) influence of each cluster on the average and on its P parts.

        The shares of the cohorts are estimated too: the term `wif` of R's `did`.
        """
        cells, cohort = self.cells, self.adoption.cohort
        parts, mix = np.nan_to_num(average.parts(cells)), average.mix(cells)
        weights = average.weights(cells)
        flat = sparse.csr_array(weights.reshape(len(parts), -1))
        deviations = np.nan_to_num(self.found.effects)[None, :, :] - parts[:, None, None]
        shares = (weights * deviations).sum(axis=2) / np.maximum(self.counts, 1.0)
        by_unit = flat @ self.influence.reshape(-1, len(cohort)) + shares[:, cohort]
        headline = mix @ by_unit
        if average.by_units:
            own = np.append(mix * (parts - mix @ parts), np.zeros(len(self.counts) - len(parts)))
            headline += (own / np.maximum(self.counts, 1.0))[cohort]
        return self.clustered(np.vstack([headline, by_unit]))

    def clustered(self, by_unit: Floats) -> Floats:
        """(N, G) sums over the units of each cluster, of values (N, U)."""
        clusters = self.adoption.clusters
        if len(clusters) == int(clusters.max()) + 1:
            return by_unit
        indicator = sparse.csr_array((np.ones(len(clusters)), (np.arange(len(clusters)), clusters)))
        return np.asarray(by_unit @ indicator)

    def coefficients(self, weights: Floats) -> Floats:
        """(U, T) what each outcome counts in an average with weights (K, T)."""
        return coefficients(weights, self.counts, self.compared, self.found)[self.adoption.cohort]

    def without(self, gone: Flags) -> Cells:
        """The effects when some units (U,) are left out."""
        cohort, outcome = self.adoption.cohort[gone], _filled(self.adoption)[gone]
        size = len(self.counts)
        sums = self.sums - cohort_sums(outcome, cohort, size)
        counts = self.counts - np.bincount(cohort, minlength=size)
        return _cells(group_times(sums, counts, self.compared).effects, counts)


def fit_group_times(adoption: Adoption, options: Options) -> GroupTimeFit:
    """The effects of an adoption without gaps: every unit has a value in every period of the sample."""
    comparison: Literal["never-treated", "not-yet-treated"] = (
        "not-yet-treated" if options.comparison == "not-yet-treated" else "never-treated"
    )
    starts = np.append(adoption.starts.astype(float), NEVER)
    compared = comparisons(
        starts,
        np.asarray((adoption.weights > 0).any(axis=0)),
        anticipation=options.anticipation,
        base=options.base,
        comparison=comparison,
    )
    outcome, cohort = _filled(adoption), adoption.cohort
    sums = cohort_sums(outcome, cohort, len(starts))
    counts = np.bincount(cohort, minlength=len(starts)).astype(float)
    found = group_times(sums, counts, compared)
    return GroupTimeFit(
        adoption=adoption,
        compared=compared,
        sums=sums,
        counts=counts,
        found=found,
        influence=influences(outcome, cohort, counts, compared, found),
    )


def without_gaps(panel: Panel, options: Options) -> Adoption | tuple[Reason, ...]:
    """The sample of the periods in which every department has a value; the others are left out for all.

    Departments never count by their encounters here.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return window
    if not window.complete.any():
        return (reasons.too_few_periods(0, 0, 1),)
    whole = replace(panel, outcome=np.where(window.complete, panel.outcome, np.nan))
    found = adopt(whole, replace(options, weighting="departments"))
    if not isinstance(found, Adoption):
        return found
    return replace(
        found,
        left_out=tuple(dict.fromkeys((*window.left_out, *found.left_out))),
        warnings=tuple(text for text in found.warnings if text.template != MISSING),
    )


def _cells(effects: Floats, counts: Floats) -> Cells:
    present = np.isfinite(effects) & (counts > 0)[:, None]
    return Cells(
        effects=np.where(present, effects, np.nan),
        counts=np.where(present, counts[:, None], 0.0),
        units=counts,
    )


def _filled(adoption: Adoption) -> Floats:
    return np.where(adoption.weights > 0, adoption.panel.outcome, 0.0)
