"""The runs rules of Anhøj: an unusually long run, or unusually few crossings of the centre line.

Anhøj and Olesen 2014, PLoS ONE 9(11) e113825: the longest run may have round(log2 n) + 3 points, and the
crossings of n points are at least the 5 % quantile of a binomial(n - 1, 1/2). n counts points off the centre
line. A gap ends a run and takes away one place to cross.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from experiments.monitoring.limits import Floats, Signs
from experiments.monitoring.rules import sides

CROSSINGS_QUANTILE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs and crossings of one part; `long_run` (n,): the side of points in a run that is too long."""

    n_useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    long_run: Signs

    @property
    def signal(self) -> bool:
        """Whether there is a run that is too long, or there are too few crossings."""
        return self.longest_run > self.longest_run_max or self.crossings < self.crossings_min


def longest_run_max(n_useful: int) -> int:
    """The longest run that n points off the centre line may have."""
    return round(float(np.log2(n_useful))) + 3 if n_useful else 0


def crossings_min(places: int) -> int:
    """The fewest crossings that may be among so many pairs of neighbours."""
    return int(stats.binom.ppf(CROSSINGS_QUANTILE, places, 0.5)) if places > 0 else 0


def runs(values: Floats, centre: Floats) -> Runs:
    """The runs of values (n,), NaN for gaps, around centre (n,)."""
    side = sides(values, centre)
    stretches = _stretches(side, np.isfinite(values))
    useful = sum(len(stretch) for stretch in stretches)
    lengths = [_run_lengths(side[stretch]) for stretch in stretches]
    limit = longest_run_max(useful)
    long_run = np.zeros_like(side)
    for stretch, length in zip(stretches, lengths, strict=True):
        long_run[stretch] = np.where(length > limit, side[stretch], 0)
    return Runs(
        n_useful=useful,
        longest_run=max((int(length.max()) for length in lengths), default=0),
        longest_run_max=limit,
        crossings=sum(int(np.count_nonzero(np.diff(side[stretch]))) for stretch in stretches),
        crossings_min=crossings_min(useful - len(stretches)),
        long_run=long_run,
    )


def _stretches(side: Signs, known: np.ndarray) -> list[np.ndarray]:
    """Positions off the centre line, apart for each stretch without a gap."""
    stretch = np.cumsum(~known)
    useful = np.flatnonzero(side)
    return [useful[stretch[useful] == number] for number in np.unique(stretch[useful])]


def _run_lengths(side: Signs) -> np.ndarray:
    """For each point the length of the run that it is in."""
    number = np.concatenate([[0], np.cumsum(np.diff(side) != 0)])
    return np.asarray(np.bincount(number)[number])
