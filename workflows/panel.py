"""From a pilot and a KPI to the panel that estimators read: department × ISO week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from core.period import Every, Period, between, containing
from experiments.panel import NEVER, Panel, Scale
from experiments.pilot import Pilot
from governance.disclosure_control.periods import Stretch
from kpis.calendar import period_starts
from kpis.completeness import horizon
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.roll_up import Slice
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.releasable import releasable


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
    """The weeks of a KPI for a plan, up to what the data hold or knew on a day; none without a cube.

    Only what may be released: weeks with enough persons, small ones taken together with those that follow
    and, in departments where most weeks have too few, months. Whoever has the panel can redo the estimate.
    """
    last_days = cube.last_days() if cube is not None else {}
    weeks = weeks_of(pilot.window, last_mature(kpi, last_days, as_of))
    if cube is None or not weeks:
        return Weekly(kpi=kpi, weeks=(), found={})
    departments = (*pilot.starts, *pilot.comparison)
    gate = releasable(workspace, cube, {kpi.id: kpi}, departments, Slice(every="week"))
    stretched = {unit: found for (_, unit), found in gate.stretches.items()}
    found = {
        (one.unit, one.period): one
        for one in _measured(cube, kpi, departments, "week", weeks)
        if (kpi.id, one.unit, one.period.start) not in gate.hidden
    }
    found |= _taken_together(cube, kpi, pilot, stretched, weeks)
    by_month = tuple(sorted(unit for unit, found in stretched.items() if not found))
    if by_month:
        found |= _months(workspace, cube, kpi, pilot, by_month, weeks)
    return Weekly(kpi=kpi, weeks=weeks, found=found)


def _taken_together(
    cube: Cube,
    kpi: Kpi,
    pilot: Pilot,
    stretched: Mapping[str, Sequence[Stretch]],
    weeks: Sequence[Period],
) -> dict[tuple[str, Period], Measurement]:
    """Small weeks and those that they are taken together with, as one; not with and without the tool."""
    known = {week.start: week for week in weeks}
    first_of: dict[tuple[str, date], date] = {}
    stretch_of: dict[tuple[str, date], Stretch] = {}
    for unit, stretches in stretched.items():
        for stretch in stretches:
            turning = any(stretch[0] < day <= stretch[-1] for day in _turning_days(pilot, unit))
            if len(stretch) > 1 and set(stretch) <= known.keys() and not turning:
                stretch_of[unit, stretch[0]] = stretch
                first_of |= {(unit, week): stretch[0] for week in stretch}
    if not stretch_of:
        return {}
    found: dict[tuple[str, Period], Measurement] = {}
    units = tuple(sorted({unit for unit, _ in stretch_of}))
    for one in _measured(cube, kpi, units, "week", weeks, first_of):
        own = [known[week] for week in stretch_of.get((one.unit, one.period.start), ())]
        found |= {(one.unit, part.period): part for part in _parts(one, own)}
    return found


def _measured(
    cube: Cube,
    kpi: Kpi,
    departments: Sequence[str],
    every: Every,
    weeks: Sequence[Period],
    first_of: Mapping[tuple[str, date], date] | None = None,
) -> tuple[Measurement, ...]:
    """first_of: per department and week the first of the weeks that it is taken together with."""
    first, last = containing(weeks[0].start, every).start, containing(weeks[-1].end, every).end
    with_bins = kpi.statistic == "censored"
    content = cube.content(kpis=[kpi.id], departments=departments, first=first, last=last, details=with_bins)
    return measurements(
        moved(content, first_of) if first_of else content,
        {kpi.id: kpi},
        cube.last_days(),
        Slice(every=every, first=first, last=last, details=False),
    )


def moved(content: Content, first_of: Mapping[tuple[str, date], date]) -> Content:
    """The content with the days of some weeks moved into another one, to be summed there."""
    return Content(**{name: _moved(frame, first_of) for name, frame in content.frames().items()})


def _moved(frame: pd.DataFrame, first_of: Mapping[tuple[str, date], date]) -> pd.DataFrame:
    days = frame["day"].to_numpy().astype("datetime64[D]")
    weeks = period_starts(days, "week")
    keys = zip(frame["department"], weeks.tolist(), strict=True)
    to = np.array([first_of.get(key, key[1]) for key in keys], dtype="datetime64[D]")
    return frame.assign(day=(days + (to - weeks)).astype("datetime64[s]"))


def _months(
    workspace: Workspace,
    cube: Cube,
    kpi: Kpi,
    pilot: Pilot,
    departments: Sequence[str],
    weeks: Sequence[Period],
) -> dict[tuple[str, Period], Measurement]:
    """The months that may be shown, each in the place of its weeks; a month with and without tool is not."""
    gate = releasable(workspace, cube, {kpi.id: kpi}, departments, Slice(every="month"))
    found: dict[tuple[str, Period], Measurement] = {}
    for one in _measured(cube, kpi, departments, "month", weeks):
        inside = weeks[0].start <= one.period.start and one.period.end <= weeks[-1].end
        turning = any(one.period.start < day <= one.period.end for day in _turning_days(pilot, one.unit))
        if inside and not turning and (kpi.id, one.unit, one.period.start) not in gate.hidden:
            own = [week for week in weeks if one.period.start <= _thursday(week) <= one.period.end]
            found |= {(one.unit, part.period): part for part in _parts(one, own)}
    return found


def _turning_days(pilot: Pilot, department: str) -> tuple[date, ...]:
    """The first day with the tool and the first after the run-in, as the panel counts them."""
    if department not in pilot.starts:
        return ()
    start = containing(pilot.starts[department], "week").start
    return start, start + timedelta(weeks=pilot.run_in_weeks)


def _thursday(week: Period) -> date:
    return week.start + timedelta(days=3)


def _parts(month: Measurement, weeks: Sequence[Period]) -> Iterator[Measurement]:
    """The month in each of its weeks: its value, and an equal part of what is counted."""
    for place, week in enumerate(weeks):
        yield replace(
            month,
            period=week,
            n=month.n // len(weeks) + (place < month.n % len(weeks)),
            numerator=month.numerator / len(weeks),
            denominator=month.denominator / len(weeks),
            excluded=month.excluded if place == 0 else {},
        )


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
