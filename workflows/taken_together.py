"""Weeks with too few persons: taken together with those that follow, or months in their place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import pandas as pd

from core.period import Period, containing
from experiments.pilot import Pilot
from governance.disclosure_control.periods import Stretch
from kpis.calendar import period_starts
from kpis.content import Content
from kpis.measurements import Measurement

UnitWeek: TypeAlias = tuple[str, date]
"""A department and the Monday of a week."""


def stretches_inside(
    pilot: Pilot, stretched: Mapping[str, Sequence[Stretch]], weeks: Sequence[Period]
) -> dict[UnitWeek, tuple[Period, ...]]:
    """By department and first week: the weeks that are taken together and lie among those given.

    Never weeks with and without the tool.
    """
    known = {week.start: week for week in weeks}
    return {
        (unit, stretch[0]): tuple(known[week] for week in stretch)
        for unit, stretches in stretched.items()
        for stretch in stretches
        if len(stretch) > 1
        and set(stretch) <= known.keys()
        and not any(stretch[0] < day <= stretch[-1] for day in _turning_days(pilot, unit))
    }


def moved(content: Content, stretches: Mapping[UnitWeek, Sequence[Period]]) -> Content:
    """The content with the days of some weeks moved into the first of them, to be summed there."""
    first_of = {(unit, week.start): first for (unit, first), weeks in stretches.items() for week in weeks}
    return Content(**{name: _moved(frame, first_of) for name, frame in content.frames().items()})


def _moved(frame: pd.DataFrame, first_of: Mapping[UnitWeek, date]) -> pd.DataFrame:
    days = frame["day"].to_numpy().astype("datetime64[D]")
    weeks = period_starts(days, "week")
    keys = zip(frame["department"], weeks.tolist(), strict=True)
    to = np.array([first_of.get(key, key[1]) for key in keys], dtype="datetime64[D]")
    return frame.assign(day=(days + (to - weeks)).astype("datetime64[s]"))


def spread(
    measured: Sequence[Measurement], stretches: Mapping[UnitWeek, Sequence[Period]]
) -> dict[tuple[str, Period], Measurement]:
    """What was summed in the first of some weeks, in each of them."""
    return {
        (one.unit, part.period): part
        for one in measured
        for part in _parts(one, stretches.get((one.unit, one.period.start), ()))
    }


def months_as_weeks(
    months: Sequence[Measurement], pilot: Pilot, weeks: Sequence[Period]
) -> dict[tuple[str, Period], Measurement]:
    """Each whole month in the place of its weeks; not one with and without the tool."""
    found: dict[tuple[str, Period], Measurement] = {}
    for one in months:
        inside = weeks[0].start <= one.period.start and one.period.end <= weeks[-1].end
        turning = any(one.period.start < day <= one.period.end for day in _turning_days(pilot, one.unit))
        if inside and not turning:
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


def _parts(whole: Measurement, weeks: Sequence[Period]) -> Iterator[Measurement]:
    """A measurement in each of its weeks: its value, and an equal part of what is counted."""
    for place, week in enumerate(weeks):
        yield replace(
            whole,
            period=week,
            n=whole.n // len(weeks) + (place < whole.n % len(weeks)),
            numerator=whole.numerator / len(weeks),
            denominator=whole.denominator / len(weeks),
            excluded=whole.excluded if place == 0 else {},
        )
