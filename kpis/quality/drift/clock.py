"""A clock that was set differently: the hour of the day moved, or times became full hours."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.drift.level_shift import AT_LEAST_EACH_SIDE, Floats
from kpis.quality.drift.weekly import SMALLEST_WEEK, change_of, finding, unknown

SMALLEST_HOURS = 0.5
SMALLEST_SHARE = 0.10
"""Smallest move of the average hour and of the share of full hours that is called a change."""

A_CLOCK_HOUR = (0.75, 1.25)
"""A difference between summer and winter time of this many hours is that of a clock, not of a habit."""

ERRORS = 6.0
"""Standard errors by which summer and winter must differ: weeks resemble each other, so more than usual."""


def clock_changes(table: str, column: str, times: pd.DataFrame, zone: str) -> tuple[Finding, ...]:
    """Three findings per department: the average hour, the share of full hours, and summer against winter.

    times: columns department, day (local), rows, minutes (of those rows together, from 00:00 UTC of the day
    to the time in UTC) and full_hours (rows whose time is a full hour). zone: of the hospital. The first two
    are `level_shift` on weekly averages. The third compares the averages under both clocks: times that a
    source wrote in local time are an hour off in one half of the year.
    """
    offset = times["day"].map({day: _offset(day.date(), zone) for day in times["day"].unique()})
    hours = (times["minutes"] / 60 + offset * times["rows"]).to_numpy(np.float64)
    week = times["day"].dt.to_period("W").dt.start_time
    sums = (
        times.assign(week=week, hours=hours, offset=offset * times["rows"])
        .groupby(["department", "week"], sort=True)[["rows", "hours", "full_hours", "offset"]]
        .sum()
    )
    return tuple(
        one
        for department, own in sums[sums["rows"] >= SMALLEST_WEEK].groupby(level="department", sort=True)
        for one in _of_department(str(department), table, column, own.droplevel("department"))
    )


def _offset(day: date, zone: str) -> float:
    """Hours of the local clock ahead of UTC at noon."""
    moved = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    return moved.total_seconds() / 3600 if moved is not None else 0.0


def _of_department(department: str, table: str, column: str, sums: pd.DataFrame) -> tuple[Finding, ...]:
    rows = sums["rows"].to_numpy(np.float64)
    hour, full, offset = (
        sums[name].to_numpy(np.float64) / rows for name in ("hours", "full_hours", "offset")
    )
    clock, share, seasons = (
        Subject(detector=name, department=department, table=table, column=column)
        for name in ("clock", "full_hour", "daylight_saving")
    )
    return (
        finding(clock, len(sums), change_of(sums.index, hour), SMALLEST_HOURS),
        finding(share, len(sums), change_of(sums.index, full), SMALLEST_SHARE),
        _seasons(seasons, hour, np.rint(2 * offset) / 2),
    )


def _seasons(subject: Subject, hour: Floats, offset: Floats) -> Finding:
    summer, winter = hour[offset == offset.max(initial=0.0)], hour[offset == offset.min(initial=24.0)]
    enough = min(len(summer), len(winter)) >= AT_LEAST_EACH_SIDE
    if not enough or np.ptp(offset) == 0:
        return unknown(subject, len(hour), "too_few_weeks")
    before, after = float(winter.mean()), float(summer.mean())
    error = float(np.sqrt(winter.var(ddof=1) / len(winter) + summer.var(ddof=1) / len(summer)))
    low, high = A_CLOCK_HOUR
    moved = abs(after - before)
    return Finding(
        subject=subject,
        status="changed" if low <= moved <= high and moved > ERRORS * error else "steady",
        weeks=len(hour),
        before=before,
        after=after,
    )
