"""A department that sends more or fewer rows than it used to, or none for a while."""

from datetime import date, timedelta
from functools import cache
from typing import get_args

import numpy as np
import pandas as pd

from kpis.calendar import Region, is_school_vacation, is_working_day
from kpis.quality.drift.finding import Finding, Subject
from kpis.quality.drift.level_shift import SHORTEST, Floats
from kpis.quality.drift.weekly import SMALLEST_WEEK, Change, change_of, finding, monday, unknown

SMALLEST_RATIO = 0.20
"""Smallest relative change of the rows per working day that is called one."""

EMPTY = 0.10
"""A week below this share of the median week is a gap: even with weeks that vary by half (coefficient of
variation) rows of a working department are ten times as many."""

FEWEST = 20
"""Rows of the median week from which a gap can be told from chance: P(0 | 20) = 2e-9 (Poisson)."""


def volume_changes(table: str, counts: pd.DataFrame) -> tuple[Finding, ...]:
    """Two findings per department: a lasting change of the rows per working day, and weeks without rows.

    counts: columns department, week (Monday), rows; weeks without rows need no line. Weeks that touch a
    school vacation of any region, and those with fewer than three working days, are left out: clinics close
    then. Lasting: `level_shift` on the logarithm of the rows per working day, its size as a ratio.
    """
    ordinary = {week: _ordinary_days(week.date()) for week in _every_week(counts)}
    return tuple(
        one
        for department, own in counts.groupby("department", sort=True)
        for one in _of_department(str(department), table, own, ordinary)
    )


def _every_week(counts: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.date_range(counts["week"].min(), counts["week"].max(), freq="7D")


@cache
def _ordinary_days(monday_: date) -> int:
    """Working days of a week; 0 where it is no ordinary week."""
    days = [monday_ + timedelta(days=number) for number in range(7)]
    if any(_in_vacation(day) for day in days):
        return 0
    working = sum(map(is_working_day, days))
    return working if working >= 3 else 0


def _in_vacation(day: date) -> bool:
    return any(is_school_vacation(day, region) for region in get_args(Region))


def _of_department(
    department: str, table: str, own: pd.DataFrame, ordinary: dict[pd.Timestamp, int]
) -> tuple[Finding, Finding]:
    volume, gap = (
        Subject(detector=name, department=department, table=table, column="") for name in ("volume", "gap")
    )
    rows = own.groupby("week")["rows"].sum().reindex(_every_week(own), fill_value=0)
    days = np.array([ordinary[week] for week in rows.index])
    weeks, counts = rows.index[days > 0], rows.to_numpy(np.float64)[days > 0]
    daily = counts / days[days > 0]
    return _volume(volume, weeks, counts, daily), _gap(gap, weeks, counts, daily)


def _volume(subject: Subject, weeks: pd.Index, counts: Floats, daily: Floats) -> Finding:
    some = counts >= SMALLEST_WEEK
    logs = change_of(weeks[some], np.log(daily[some]))
    if logs is None:
        return unknown(subject, int(some.sum()), "too_few_weeks")
    before, after = float(np.exp(logs.before)), float(np.exp(logs.after))
    smallest = before * SMALLEST_RATIO
    change = Change(since=logs.since, before=before, after=after, statistic=logs.statistic)
    return finding(subject, int(some.sum()), change, smallest)


def _gap(subject: Subject, weeks: pd.Index, counts: Floats, daily: Floats) -> Finding:
    """The first week with hardly any rows; after: its rows per working day, value: how many such weeks."""
    usual = float(np.median(counts)) if len(counts) else 0.0
    if len(counts) < SHORTEST or usual < FEWEST:
        return unknown(subject, len(counts), "too_few_weeks")
    empty = np.flatnonzero(counts < EMPTY * usual)
    return Finding(
        subject=subject,
        status="changed" if len(empty) else "steady",
        weeks=len(counts),
        since=monday(weeks, int(empty[0])) if len(empty) else None,
        value=str(len(empty)) if len(empty) else "",
        before=float(np.median(daily)),
        after=float(daily[empty[0]]) if len(empty) else None,
    )
