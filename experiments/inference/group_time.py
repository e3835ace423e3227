"""Group-time average treatment effects without covariates, and the influence of every unit on them.

Callaway and Sant'Anna 2021, "Difference-in-differences with multiple time periods" (Journal of Econometrics
225), equations 2.2 to 2.5 and 4.1: ATT(g, t) is the mean change of cohort g from its base period to t, minus
that of the comparison cohorts. Base periods and comparison cohorts as in R's `did`: the last period before
the start ("universal"), or before the start the period just before t ("varying"), of the periods there are.

Cohorts are numbered 0 .. K-1, the last one never starts (start infinite). Effects depend on the data through
the mean of each cohort in each period only, so leaving a unit out costs no more than one small array.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]
NO_BASE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """What each cell is compared with.

    base (K, T): period that cohort's change is measured from, NO_BASE where there is no cell. against
    (K, T, K): cohorts whose change is taken off.
    """

    base: Codes
    against: Flags

    @property
    def reference(self) -> Flags:
        """(K, T) base periods themselves: zero by construction, without error."""
        return np.asarray(self.base == np.arange(self.base.shape[1]))


def comparisons(
    starts: Floats,
    present: Flags,
    *,
    anticipation: int,
    base: Literal["universal", "varying"],
    comparison: Literal["never-treated", "not-yet-treated"],
) -> Comparisons:
    """The cells of cohorts that start in `starts` (K,), over the periods that are `present` (T,).

    A cohort that starts after the last period, and within `anticipation` of it, is no comparison in the
    periods in which it may have changed already, and never among the never-treated.
    """
    periods = np.arange(len(present))
    own = np.broadcast_to(starts[:, None] - anticipation, (len(starts), len(periods)))
    until = np.where((base == "varying") & (periods < starts[:, None]), periods, own)
    earlier = np.maximum.accumulate(np.where(present, periods, NO_BASE))
    before = np.clip(until - 1, 0, len(periods) - 1).astype(np.intp)
    chosen = np.where(until > 0, earlier[before], NO_BASE)
    chosen = np.where(present & (starts[:, None] < len(periods)), chosen, NO_BASE)
    last = len(periods) - 1 if comparison == "never-treated" else np.maximum(periods, chosen)
    free = starts > np.broadcast_to(last, chosen.shape)[:, :, None] + anticipation
    against = free & ~np.eye(len(starts), dtype=bool)[:, None, :] & (chosen != NO_BASE)[:, :, None]
    return Comparisons(base=chosen, against=against)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTimes:
    """Effects (K, T), NaN where there is no cell; the two mean changes (K, T) and comparison units (K, T)."""

    effects: Floats
    own: Floats
    other: Floats
    n_other: Floats


def group_times(sums: Floats, counts: Floats, cells: Comparisons) -> GroupTimes:
    """ATT(g, t) from the sums of outcomes (K, T) and the number of units (K,) of each cohort."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / counts[:, None]
        changes = means.T[None, :, :] - means.T[cells.base]
        weights = np.where(cells.against, counts, 0.0)
        n_other = weights.sum(axis=2)
        other = np.where(cells.against & (counts > 0), weights * changes, 0.0).sum(axis=2) / n_other
        own = np.einsum("gtg->gt", changes)
        effects = np.where((cells.base != NO_BASE) & (n_other > 0), own - other, np.nan)
    return GroupTimes(effects=effects, own=own, other=other, n_other=n_other)


def coefficients(weights: Floats, counts: Floats, cells: Comparisons, found: GroupTimes) -> Floats:
    """(K, T) what the outcome of one unit of each cohort counts in a weighted sum of effects.

    weights (K, T): 0 where there is no cell.
    """
    shares = np.where(cells.against, -1 / np.maximum(found.n_other, 1.0)[:, :, None], 0.0)
    for number, count in enumerate(counts):
        shares[number, :, number] += 1 / max(count, 1.0)
    moved = weights[:, :, None] * shares
    coefficient = moved.sum(axis=0).T
    for period in range(len(coefficient.T)):
        coefficient[:, period] -= moved[cells.base == period].sum(axis=0)
    return np.asarray(coefficient)


def cohort_sums(outcome: Floats, cohort: Codes, size: int) -> Floats:
    """(size, T) sum of outcomes (U, T) over the units of each cohort (U,)."""
    ones, units = np.ones(len(cohort)), np.arange(len(cohort))
    return np.asarray(sparse.csr_array((ones, (cohort, units)), shape=(size, len(cohort))) @ outcome)


def influences(
    outcome: Floats, cohort: Codes, counts: Floats, cells: Comparisons, found: GroupTimes
) -> Floats:
    """(K, T, U) influence of each unit on each effect, over U: an effect's variance is its sum of squares.

    outcome (U, T): finite in every period that is there. Equation 4.2 of the paper without covariates, as in
    R's `did`: a unit of the cohort counts its change minus the cohort's mean change, over the cohort's size.
    """
    result = np.zeros((*found.effects.shape, len(cohort)))
    for number in np.unique(cohort):
        units = np.flatnonzero(cohort == number)
        wide = np.ascontiguousarray(outcome[units].T)
        share = np.where(cells.against[:, :, number], -1 / np.maximum(found.n_other, 1.0), 0.0)
        share[number] = 1 / counts[number]
        share[~np.isfinite(found.effects)] = 0.0
        for group in np.flatnonzero(share.any(axis=1)):
            mean = np.nan_to_num(found.own[group] if group == number else found.other[group])
            changes = wide - wide[cells.base[group]] - mean[:, None]
            result[group][:, units] = changes * share[group][:, None]
    return result
