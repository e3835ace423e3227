"""From a pilot and a KPI to the panel that estimators read: department × ISO week."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from core.period import Every, Period, between, containing
from experiments.panel import NEVER, Panel, Scale
from experiments.pilot import Pilot
from kpis.completeness import horizon
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.roll_up import Slice
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.releasable import releasable
from workflows.taken_together import months_as_weeks, moved, spread, stretches_inside

_PERIODS: tuple[Every, ...] = ("week", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """A KPI per department and week over the weeks of a plan that are over and mature in the data.

    found: what may be released of them.
    """

    kpi: Kpi
    weeks: tuple[Period, ...]
    found: Mapping[tuple[str, Period], Measurement]

    def value(self, department: str, week: Period, scale: Scale) -> float:
        """The value of a department's week in the KPI's unit; NaN where there is none.

        The geometric mean for durations on the relative scale, whose effect is a ratio of geometric means.
        """
        measured = self.found.get((department, week))
        if measured is None or not measured.complete:
            return float("nan")
        value = measured.value
        if scale == "relative" and self.kpi.statistic == "duration":
            value = measured.geometric_mean
        return float("nan") if value is None else value

    def n(self, department: str, week: Period) -> int:
        """Rows behind the value; 0 where there is none."""
        measured = self.found.get((department, week))
        return measured.n if measured is not None else 0


def weekly(
    workspace: Workspace, cube: Cube | None, kpi: Kpi, pilot: Pilot, as_of: date | None = None
) -> Weekly:
    """The weeks of one KPI for a plan, as `weekly_of` finds them."""
    return weekly_of(workspace, cube, [kpi], pilot, as_of)[kpi.id]


def weekly_of(
    workspace: Workspace,
    cube: Cube | None,
    kpis: Collection[Kpi],
    pilot: Pilot,
    as_of: date | None = None,
) -> dict[str, Weekly]:
    """By id, the weeks of KPIs for a plan, up to what the data hold or knew on a day; none without a cube.

    Only what may be released: weeks with enough persons, small ones taken together with those that follow
    and, in departments where most weeks have too few, months. Whoever has the panel can redo the estimate.
    """
    if cube is None:
        return {kpi.id: Weekly(kpi=kpi, weeks=(), found={}) for kpi in kpis}
    last_days = cube.last_days()
    contents = _contents(cube, kpis, pilot)
    found = {}
    for kpi in kpis:
        weeks = weeks_of(pilot.window, last_mature(kpi, last_days, as_of))
        counted = _Counted(kpi=kpi, content=contents[kpi.id], last_days=last_days)
        values = _released(workspace, cube, counted, pilot, weeks) if weeks else {}
        found[kpi.id] = Weekly(kpi=kpi, weeks=weeks, found=values)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """What the cube holds of a KPI in the departments of a plan."""

    kpi: Kpi
    content: Content
    last_days: Mapping[str, date]

    def measured(
        self, every: Every, weeks: Sequence[Period], content: Content | None = None
    ) -> tuple[Measurement, ...]:
        """In the periods that hold some weeks; content: where it is not that of the cube."""
        asked = Slice(every=every, first=weeks[0].start, last=weeks[-1].end, details=False)
        return measurements(content or self.content, {self.kpi.id: self.kpi}, self.last_days, asked)


def _contents(cube: Cube, kpis: Collection[Kpi], pilot: Pilot) -> dict[str, Content]:
    """By KPI what the cube holds of a plan's departments, in the whole months around its window."""
    span: dict[str, Any] = {
        "departments": (*pilot.starts, *pilot.comparison),
        "first": min(containing(pilot.window[0], every).start for every in _PERIODS),
        "last": max(containing(pilot.window[1], every).end for every in _PERIODS),
    }
    with_bins = [kpi.id for kpi in kpis if kpi.statistic == "censored"]
    read = cube.content(kpis=[kpi.id for kpi in kpis], details=False, **span)
    return replace(read, histogram=cube.read("histogram", kpis=with_bins, **span)).by_kpi(
        [kpi.id for kpi in kpis]
    )


def _released(
    workspace: Workspace, cube: Cube, counted: _Counted, pilot: Pilot, weeks: Sequence[Period]
) -> dict[tuple[str, Period], Measurement]:
    kpi, departments = counted.kpi, (*pilot.starts, *pilot.comparison)
    gate = releasable(workspace, cube, {kpi.id: kpi}, departments, Slice(every="week"))
    found = {
        (one.unit, one.period): one
        for one in counted.measured("week", weeks)
        if (kpi.id, one.unit, one.period.start) not in gate.hidden
    }
    stretched = {unit: own for (_, unit), own in gate.stretches.items()}
    together = stretches_inside(pilot, stretched, weeks)
    if together:
        sums = moved(counted.content.within({unit for unit, _ in together}), together)
        found |= spread(counted.measured("week", weeks, sums), together)
    by_month = sorted(unit for unit, own in stretched.items() if not own)
    if by_month:
        months_gate = releasable(workspace, cube, {kpi.id: kpi}, by_month, Slice(every="month"))
        months = counted.measured("month", weeks, counted.content.within(by_month))
        shown = [one for one in months if (kpi.id, one.unit, one.period.start) not in months_gate.hidden]
        found |= months_as_weeks(shown, pilot, weeks)
    return found


def weeks_of(window: tuple[date, date], until: date | None) -> tuple[Period, ...]:
    """The whole ISO weeks inside a window that end on or before a day; none where that day is not known."""
    if until is None:
        return ()
    first, last = containing(window[0], "week"), min(window[1], until)
    if first.start < window[0]:
        first = first.next()
    return tuple(week for week in between(first, containing(last, "week")) if week.end <= last)


def last_mature(kpi: Kpi, last_days: Mapping[str, date], as_of: date | None) -> date | None:
    """The last day on which the KPI is complete and mature, in the data or as known on `as_of`."""
    known = horizon(kpi, last_days)
    if known is None or as_of is None:
        return known
    return min(known, as_of - timedelta(days=kpi.matures_after_days))


def panel(found: Weekly, pilot: Pilot, scale: Scale) -> Panel:
    """Outcomes and rows (U, T) of the pilot and comparison departments; missing is NaN with weight 0."""
    units = (*pilot.starts, *pilot.comparison)
    outcome = [[found.value(unit, week, scale) for week in found.weeks] for unit in units]
    outcomes = np.array(outcome, dtype=np.float64).reshape(len(units), len(found.weeks))
    rows = [[found.n(unit, week) for week in found.weeks] for unit in units]
    weights = np.array(rows, dtype=np.float64).reshape(outcomes.shape)
    return Panel(
        units=units,
        periods=tuple(week.label for week in found.weeks),
        outcome=outcomes,
        weights=np.where(np.isfinite(outcomes), weights, 0.0),
        first_treated=np.array([_first_treated(pilot, unit, found.weeks) for unit in units]),
    )


def _first_treated(pilot: Pilot, unit: str, weeks: Sequence[Period]) -> float:
    """Index of the week that holds the start, which may lie outside the weeks there are."""
    if unit not in pilot.starts or not weeks:
        return NEVER
    start = containing(pilot.starts[unit], "week").start
    return float((start - weeks[0].start).days // 7)
