"""Whether a target is reliably met: from limits of the points since the go-live, never from older ones.

Limits that are frozen on the time before a pilot would call a target that is now met "not met".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from core.period import Period
from experiments.monitoring.baseline import ENOUGH, FIRST_POINTS
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.choice import ChartType
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.icons import Assurance, Better
from experiments.monitoring.series import Series

TargetCode = Literal["judged", "too_early", "no_target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetJudged:
    """The assurance icon with what it stands on: so many points, the first of them on `since`."""

    assurance: Assurance
    code: TargetCode
    points: int = 0
    since: date | None = None


NO_TARGET = TargetJudged(assurance="none", code="no_target")


def judged_target(
    series: Series,
    periods: Sequence[Period],
    chart: ChartType,
    *,
    since: date | None,
    target: float | None,
    better: Better,
) -> TargetJudged:
    """The target against limits of the points from `since` on; of the last 26 where nothing began anew."""
    if target is None or better == "neutral":
        return NO_TARGET
    known = np.flatnonzero(np.isfinite(series.plotted))
    places = [int(at) for at in known if since is None or periods[int(at)].start >= since]
    chosen = places[-FIRST_POINTS:] if since is None else places
    first = periods[chosen[0]].start if chosen else None
    if len(chosen) < ENOUGH:
        return TargetJudged(assurance="none", code="too_early", points=len(chosen), since=first)
    options = ChartOptions(type=chart, target=target, better=better)
    found = control_chart(_from(series, chosen[0]), options)
    if not isinstance(found, ControlChart):
        return TargetJudged(assurance="none", code="too_early", points=len(chosen), since=first)
    return TargetJudged(assurance=found.assurance, code="judged", points=len(chosen), since=first)


def _from(series: Series, at: int) -> Series:
    sizes = series.denominators
    return Series(
        order=series.order[at:],
        values=series.values[at:],
        denominators=None if sizes is None else sizes[at:],
        every=series.every,
    )
