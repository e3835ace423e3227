"""Which points the limits of a KPI's chart stand on: the time before a pilot, or the first points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from core.period import Every, Period
from experiments.monitoring.limits import Flags, Floats

BaselineCode = Literal["before_start", "since_start", "few_before", "first_points"]

ENOUGH = 12
FEWEST_BEFORE: dict[Every, int] = {"day": ENOUGH, "week": ENOUGH, "month": 6}
"""Below this many points before a start they are no baseline. Half a year of months is a provisional one."""
FIRST_POINTS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLive:
    """When the tool of a pilot started in a department, and how many weeks of getting used to it followed."""

    start: date
    run_in_weeks: int

    @property
    def settled(self) -> date:
        """The first day after the run-in."""
        return self.start + timedelta(weeks=self.run_in_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Positions that limits stand on and positions that no rule looks at, with the code of why.

    since_start: what is charted did not exist before the tool. few_before: too few points before the start.
    """

    code: BaselineCode
    positions: tuple[int, ...]
    unjudged: tuple[int, ...]


def baseline_of(periods: Sequence[Period], values: Floats, go_live: GoLive | None) -> Baseline:
    """The baseline of values (n,), NaN for gaps, over their periods."""
    known = np.isfinite(values)
    if go_live is None:
        return Baseline(code="first_points", positions=_first(known), unjudged=())
    before = np.array([period.end < go_live.start for period in periods], dtype=bool)
    run_in = np.array([period.start < go_live.settled for period in periods], dtype=bool) & ~before
    if (known & before).any() and not np.any(values[known & before]):
        skipped = before | run_in
        return Baseline(code="since_start", positions=_first(known & ~skipped), unjudged=_positions(skipped))
    if (known & before).sum() < FEWEST_BEFORE[periods[0].every]:
        return Baseline(code="few_before", positions=_first(known & ~run_in), unjudged=_positions(run_in))
    return Baseline(code="before_start", positions=_positions(known & before), unjudged=_positions(run_in))


def _first(known: Flags) -> tuple[int, ...]:
    """The first 26 points, or the first half, but 12 where there are as many."""
    there = np.flatnonzero(known)
    return tuple(int(at) for at in there[: min(FIRST_POINTS, max(len(there) // 2, ENOUGH))])


def _positions(chosen: Flags) -> tuple[int, ...]:
    return tuple(int(at) for at in np.flatnonzero(chosen))
