"""Where a person decided that the limits of a chart start anew, and when that may be.

Making Data Count: only for a real change that is explained, whose shift has held for eight points, with
enough points after it; never to make a signal go away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from core.period import Period
from experiments.monitoring.icons import Better, variation
from experiments.monitoring.limits import Floats, average
from experiments.monitoring.rules import sides

HELD = 8
"""So many points in a row lie on one side of the old mean when a shift has held."""
ENOUGH_AFTER = 12
RebaseRefusal = Literal["no_point", "first_point", "few_after", "not_held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase:
    """A decision: from the period that holds `day` on, a chart has limits of its own.

    decided_at, withdrawn_at: ISO times in UTC. hides_signal: the chart would else signal a deterioration.
    """

    id: int
    kpi: str
    department: str
    day: date
    reason: str
    decided_by: str
    decided_at: str
    hides_signal: bool
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RebaseJudged:
    """Whether a rebase may be: why not, with the number of points after it, or whether it hides a signal."""

    refusal: RebaseRefusal | None
    points: int = 0
    hides_signal: bool = False


def judge_rebase(
    periods: Sequence[Period], values: Floats, day: date, earlier: Sequence[date], better: Better
) -> RebaseJudged:
    """Judge a new part of values (n,), NaN for gaps, that begins in the period with `day`.

    earlier: days of the rebases that stand; the old mean is that of the points since the last one before.
    """
    place = next((at for at, one in enumerate(periods) if one.start <= day <= one.end), None)
    if place is None or np.isnan(values[place]):
        return RebaseJudged(refusal="no_point")
    began = max((one for one in earlier if one < periods[place].start), default=date.min)
    until = min((one for one in earlier if one > periods[place].end), default=date.max)
    old = np.array([began <= one.end and at < place for at, one in enumerate(periods)])
    new = np.array([at >= place and one.end < until for at, one in enumerate(periods)])
    before, after = values[old & np.isfinite(values)], values[new & np.isfinite(values)]
    if not len(before):
        return RebaseJudged(refusal="first_point")
    if len(after) < ENOUGH_AFTER:
        return RebaseJudged(refusal="few_after", points=len(after))
    side = sides(after[:HELD], np.full(HELD, average(before)))
    if abs(int(side.sum())) != HELD:
        return RebaseJudged(refusal="not_held", points=len(after))
    icon = variation("shift", int(side[0]), better)
    return RebaseJudged(refusal=None, points=len(after), hides_signal=not icon.startswith("improvement"))
