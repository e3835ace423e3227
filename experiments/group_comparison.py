"""Whether a tool works alike for every declared group: the effect in a group against that in all others.

Per department the change of the group minus the change of the other groups together; then pilot against
comparison departments, with one number per department (the collapse t) and two one-sided tests. What makes a
department change for all its groups alike drops out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.language.text import N_, Text
from experiments import answer
from experiments.context import Strata
from experiments.inference.collapse_t import collapse_t
from experiments.inference.equivalence import Outcome, equivalence
from experiments.inference.student import Inference
from experiments.panel import Floats, Scale
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi

ALPHA = 0.05
"""Of each one-sided test."""
LEVEL = 1 - 2 * ALPHA
"""Of the interval that decides."""
LEAST_OF_A_SIDE, LEAST = 2, 5
"""Departments with the group and with others, of each side and in all."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """The periods before and after the start (T,), and which departments are pilots (U,)."""

    before: Flags
    after: Flags
    treated: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGap:
    """A group: its rows with the tool, and how its effect differs from that in all others.

    difference, interval (level 1 - 2 alpha): as people read them; None where there are too few departments.
    """

    name: str
    n: int
    pilots: int
    others: int
    outcome: Outcome = "cannot_tell"
    difference: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """Every declared group of a KPI; note: why nothing could be compared, where nothing could."""

    groups: tuple[GroupGap, ...]
    note: Text | None = None

    @property
    def outcome(self) -> Outcome:
        """Equivalent where every group is, different where one is."""
        found = {one.outcome for one in self.groups}
        if "different" in found:
            return "different"
        return "equivalent" if found == {"equivalent"} else "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedComparison:
    """The groups of one KPI as people may see them; one small group takes all groups of the KPI with it."""

    kpi: Kpi
    scale: Scale
    margin: float
    comparison: Disclosed[GroupComparison]

    @property
    def outcome(self) -> Outcome:
        """What may be said of it."""
        found = self.comparison.value
        return found.outcome if found is not None else "cannot_tell"

    @property
    def names_groups(self) -> bool:
        """Whether its rows name groups, so that something was to be compared."""
        found = self.comparison.value
        return found is None or bool(found.groups)


def compare_groups(
    strata: Strata, rows: Floats, halves: Halves, scale: Scale, margin: float
) -> GroupComparison:
    """The groups of a KPI. rows (S, U, T): rows behind its sums. margin: positive, a fraction if relative."""
    there = np.flatnonzero(strata.denominator.sum(axis=(1, 2)) > 0).tolist()
    if len(there) < 2:
        return GroupComparison(groups=(), note=Text(ONE_GROUP))
    counted = rows[:, halves.treated][:, :, halves.after].sum(axis=(1, 2))
    margins = _margins(scale, margin)
    gaps = []
    for place in there:
        differences = _against_others(strata, place, halves, scale)
        known = np.isfinite(differences)
        treated = halves.treated[known]
        gap = GroupGap(
            name=strata.names[place],
            n=int(counted[place]),
            pilots=int(treated.sum()),
            others=int((~treated).sum()),
        )
        if min(gap.pilots, gap.others) >= LEAST_OF_A_SIDE and gap.pilots + gap.others >= LEAST:
            gap = _tested(gap, collapse_t(differences[known], treated, LEVEL), scale, margins, len(there))
        gaps.append(gap)
    return GroupComparison(groups=tuple(gaps))


def _margins(scale: Scale, margin: float) -> tuple[float, float]:
    """Both margins on the working scale."""
    if scale == "absolute":
        return -margin, margin
    return float(np.log1p(-margin)) if margin < 1 else -np.inf, float(np.log1p(margin))


def _tested(
    gap: GroupGap, found: Inference, scale: Scale, margins: tuple[float, float], looks: int
) -> GroupGap:
    if not found.standard_error > 0 or found.degrees_of_freedom is None:
        return gap
    tested = equivalence(found.effect, found.standard_error, found.degrees_of_freedom, margins, ALPHA, looks)
    return replace(
        gap,
        outcome=tested.outcome,
        difference=answer.shown(found.effect, scale),
        interval=answer.shown_interval(found.interval, scale),
        p_value=tested.p_value,
    )


def _against_others(strata: Strata, place: int, halves: Halves, scale: Scale) -> Floats:
    """(U,) the change of a group minus that of the others together, on the working scale; NaN: unknown."""
    others = [at for at in range(len(strata.names)) if at != place]
    return np.asarray(
        _change(strata, [place], halves, scale) - _change(strata, others, halves, scale), dtype=np.float64
    )


def _change(strata: Strata, groups: Sequence[int], halves: Halves, scale: Scale) -> Floats:
    after, before = (_level(strata, groups, half, scale) for half in (halves.after, halves.before))
    return np.asarray(after - before)


def _level(strata: Strata, groups: Sequence[int], half: Flags, scale: Scale) -> Floats:
    numerator, denominator = (
        sums[groups][:, :, half].sum(axis=(0, 2)) for sums in (strata.numerator, strata.denominator)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator > 0, numerator / denominator, np.nan)
        if scale == "relative" and not strata.logarithms:
            value = np.where(value > 0, np.log(value), np.nan)
    return np.asarray(value)


ONE_GROUP = N_("The rows of this KPI name no groups (segment), so there is nothing to compare.")
