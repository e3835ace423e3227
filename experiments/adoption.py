"""A panel with several start dates, cell by cell: who started when, and which cells are in the sample.

Unlike `experiments.window` a missing cell is left out on its own: the regressions that read this do not need
every department in every period.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import reasons
from experiments.estimate import Coverage, Reason
from experiments.fixed_effects import cluster_codes
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.window import ALWAYS, NO_DATA, coverage_of, log_if_relative

Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """Units by the period in which they start.

    panel: outcomes on the working scale. weights (U, T): 0 where a cell is not in the sample.
    starts (C - 1,): first treated period of each cohort, labels (C - 1,) the same in words. cohort (U,):
    number of the unit's start, C - 1 for the comparison.
    """

    panel: Panel
    weights: Floats
    starts: Codes
    cohort: Codes
    labels: tuple[str, ...]
    anticipation: int
    run_in: int
    left_out: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()

    @property
    def event_time(self) -> Floats:
        """(C, T) periods since the start; minus infinity for the comparison."""
        starts = np.append(self.starts.astype(float), np.inf)
        return np.asarray(np.arange(len(self.panel.periods)) - starts[:, None])

    @property
    def affected(self) -> Flags:
        """(C, T) cells in which the tool may already have changed something."""
        return np.asarray(self.event_time >= -self.anticipation)

    @property
    def counted(self) -> Flags:
        """(C, T) cells that the effect is averaged over."""
        return np.asarray(self.event_time >= self.run_in)

    @property
    def untreated(self) -> Flags:
        """(U, T) cells of the sample in which the tool cannot have changed anything."""
        return np.asarray((self.weights > 0) & ~self.affected[self.cohort])

    @property
    def treated(self) -> Flags:
        """(U,) units whose effect is estimated."""
        return np.asarray((self.counted[self.cohort] & (self.weights > 0)).any(axis=1))

    @property
    def clusters(self) -> Codes:
        """(U,) what standard errors are grouped by."""
        return cluster_codes(self.panel)

    @property
    def alone(self) -> tuple[str, ...]:
        """Starts that one unit makes on its own."""
        sizes = np.bincount(self.cohort[self.treated], minlength=len(self.starts))
        return tuple(label for label, size in zip(self.labels, sizes, strict=False) if size == 1)

    @property
    def coverage(self) -> Coverage:
        """What an estimate stands on."""
        stands_on = coverage_of(self.panel, self.run_in, np.asarray((self.weights > 0).any(axis=0)))
        return replace(
            stands_on,
            n_observations=int((self.weights > 0).sum()),
            n_treated_units=int(self.treated.sum()),
            periods_left_out=self.left_out,
        )


def adopt(panel: Panel, options: Options) -> Adoption | tuple[Reason, ...]:
    """The sample of a panel under the options, or why there is none.

    Without departments that never start, those that start last are the comparison, and the periods from their
    start on are left out: nobody is untreated then.
    """
    working = log_if_relative(panel, options)
    if not isinstance(working, Panel):
        return working
    present = _weights(working, options) > 0
    empty, always = ~present.any(axis=1), working.first_treated <= 0
    kept = working.only(~(empty | always))
    if not kept.treated.any():
        return (reasons.treatment_never_on(),)
    stop = _stop(kept, options.anticipation)
    if stop < 1 or not (kept.first_treated < stop).any():
        return (reasons.never_treated_missing(),)
    cut = kept.between(0, stop)
    early = _before(cut, options.anticipation) & (_weights(cut, options) > 0)
    late = np.asarray(~early.any(axis=1))
    if not (cut.treated & ~late).any():
        return (reasons.too_few_periods(0, stop - min(cut.starts), 1),)
    found = _adoption(cut.only(~late), panel.periods, options)
    last = () if stop == len(panel.periods) else _last(kept, stop)
    lines = (
        (NO_DATA, np.asarray(panel.units)[empty]),
        (ALWAYS, np.asarray(panel.units)[always & ~empty]),
        (NO_BEFORE, np.asarray(cut.units)[late]),
    )
    warnings = tuple(Text(words, {"departments": listed(names)}) for words, names in lines if len(names))
    return replace(found, warnings=warnings + last + found.warnings)


def _adoption(panel: Panel, periods: tuple[str, ...], options: Options) -> Adoption:
    first, length = panel.first_treated, len(panel.periods)
    starts = np.unique(first[first - options.anticipation < length]).astype(np.intp)
    labels = tuple(periods[start] if start < len(periods) else "" for start in starts)
    found = Adoption(
        panel=panel,
        weights=_weights(panel, options),
        starts=starts,
        cohort=np.searchsorted(starts, np.minimum(first, np.iinfo(np.int32).max)).astype(np.intp),
        labels=labels,
        anticipation=options.anticipation,
        run_in=options.run_in,
    )
    gone = ~found.untreated.any(axis=0) & (found.weights > 0).any(axis=0)
    names = tuple(np.asarray(panel.periods)[gone])
    missing = int((found.weights == 0).sum())
    lines = (
        (Text(NO_UNTREATED, {"periods": ", ".join(names)}), bool(names)),
        (Text(MISSING, {"cells": missing}), missing > 0),
    )
    return replace(
        found,
        weights=np.where(gone, 0.0, found.weights),
        left_out=names + periods[length:],
        warnings=tuple(text for text, holds in lines if holds),
    )


def _weights(panel: Panel, options: Options) -> Floats:
    """(U, T) weight of each cell that has an outcome and every covariate."""
    present = np.isfinite(panel.outcome)
    for values in panel.covariates.values():
        present = present & np.isfinite(values)
    counts = panel.weights if options.weighting == "encounters" else np.ones(panel.outcome.shape)
    return np.where(present, counts, 0.0)


def _stop(panel: Panel, anticipation: int) -> int:
    """First period in which every unit may be affected."""
    length = len(panel.periods)
    return int(min(length, max(panel.first_treated) - anticipation))


def _before(panel: Panel, anticipation: int) -> Flags:
    return np.asarray(np.arange(len(panel.periods)) < panel.first_treated[:, None] - anticipation)


def _last(panel: Panel, stop: int) -> tuple[Text, ...]:
    names = np.asarray(panel.units)[panel.first_treated == panel.first_treated.max()]
    values = {"departments": listed(names), "period": panel.periods[stop]}
    return (Text(LAST, values),)


NO_BEFORE = N_("Left out, because there is no value from before the start: {departments}.")
NO_UNTREATED = N_("Left out, because no department was without the tool: {periods}.")
LAST = N_(
    "No department stays without the tool: those that start last ({departments}) are the comparison, and the "
    "periods from {period} on are left out."
)
MISSING = N_("{cells} department-periods hold no value; only those are left out.")
