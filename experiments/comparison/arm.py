"""One arm of a comparison: its moments, and its rows or clusters where they are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.inference.moments import Moments

Floats = NDArray[np.float64]

OUTCOME, DENOMINATOR, COVARIATE = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Rows that were drawn to one arm.

    moments: of outcome, denominator (ones where there is none) and covariate (zeros where there is none).
    rows (n, 3): the same columns row by row; None when only sums are known. clusters (K,): names of its
    clusters, with totals (K,) of the outcome and sizes (K,) of the denominator. strata: moments by name of
    the stratum. finished (n,): 1, or 0 where a duration is still open; None: all are finished.
    missing: rows left out for want of a value.
    """

    name: str
    moments: Moments
    rows: Floats | None = None
    clusters: tuple[str, ...] = ()
    totals: Floats | None = None
    sizes: Floats | None = None
    strata: Mapping[str, Moments] = field(default_factory=dict)
    finished: Floats | None = None
    missing: int = 0

    @property
    def n(self) -> int:
        """Rows with a value."""
        return self.moments.n

    @property
    def total(self) -> float:
        """Sum of the outcome."""
        return float(self.n * self.moments.mean[OUTCOME])

    @property
    def exposure(self) -> float:
        """Sum of the denominator."""
        return float(self.n * self.moments.mean[DENOMINATOR])

    @property
    def values(self) -> Floats:
        """(n,) outcomes. Raises ValueError when only sums are known."""
        if self.rows is None:
            raise ValueError("only sums of this arm are known")
        return self.rows[:, OUTCOME]

    @property
    def standard_deviation(self) -> float | None:
        """Of the outcome; None below two rows."""
        if self.n < 2:
            return None
        return float(np.sqrt(max(self.moments.products[OUTCOME, OUTCOME], 0.0) / (self.n - 1)))


def arm_of_rows(
    name: str,
    outcome: Floats,
    *,
    denominator: Floats | None = None,
    covariate: Floats | None = None,
    cluster: Sequence[str] = (),
    strata: Sequence[str] = (),
    finished: Floats | None = None,
    missing: int = 0,
) -> Arm:
    """An arm from its rows (n,), n of at least 1."""
    rows = np.column_stack(
        [
            outcome,
            np.ones_like(outcome) if denominator is None else denominator,
            np.zeros_like(outcome) if covariate is None else covariate,
        ]
    )
    moments = Moments.of_rows(rows)
    if not len(cluster):
        return Arm(
            name=name,
            moments=moments,
            rows=rows,
            strata=_by_stratum(rows, strata),
            finished=finished,
            missing=missing,
        )
    names, place = np.unique(np.asarray(cluster, dtype=str), return_inverse=True)
    return Arm(
        name=name,
        moments=moments,
        rows=rows,
        clusters=tuple(str(one) for one in names),
        totals=np.bincount(place, rows[:, OUTCOME]).astype(float),
        sizes=np.bincount(place, rows[:, DENOMINATOR]).astype(float),
        strata=_by_stratum(rows, strata),
        finished=finished,
        missing=missing,
    )


def _by_stratum(rows: Floats, strata: Sequence[str]) -> dict[str, Moments]:
    names = np.asarray(strata, dtype=str)
    return {str(name): Moments.of_rows(rows[names == name]) for name in np.unique(names)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An arm and its control. given: which optional columns were named."""

    ours: Arm
    control: Arm
    given: frozenset[str] = frozenset()

    @property
    def arms(self) -> tuple[Arm, Arm]:
        """The arm of interest, then the control."""
        return self.ours, self.control


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """All arms, the control first. excluded: rows left out, by reason."""

    arms: tuple[Arm, ...]
    given: frozenset[str] = frozenset()
    excluded: tuple[tuple[str, int], ...] = ()

    @property
    def control(self) -> Arm:
        """The arm the others are compared with."""
        return self.arms[0]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Each other arm against the control."""
        return tuple(Pair(ours=arm, control=self.control, given=self.given) for arm in self.arms[1:])
