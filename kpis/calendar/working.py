"""The calendar as a table: per UTC day what SQL needs to count working days and working minutes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pandas as pd

from core.errors import ConfigurationError
from core.language.text import N_
from kpis.calendar.clock import local_midnight_utc, to_utc
from kpis.calendar.days import is_working_day

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def working_calendar(
    first: date, last: date, zone: str, opens: time = time(8), closes: time = time(17)
) -> pd.DataFrame:
    """One row per UTC day from first to last, both included, in the columns of `working_time.CALENDAR`.

    Facts keep their times in UTC, and every time lies in exactly one UTC day: joining by it finds one row,
    without knowing the zone in SQL. Within a UTC day the local day changes once, at `rolls_over`.

        day                  the UTC day (date)
        rolls_over           the UTC time in it at which the next local day begins
        working_days_before  working days from the calendar's start up to and including the local day in force
                             before rolls_over
        working_days_after   the same, of the local day that begins then
        opens, closes        UTC times of the local working hours in this UTC day; equal on a day off
        minutes_before       working minutes from the calendar's start up to `opens`

    Times are UTC without a zone, in microseconds. opens and closes are local. Working minutes are those that
    pass, also on a day on which the clock changes. Raises ConfigurationError where a UTC day of the zone has
    not one change of the local day, or the working hours do not lie within it.
    """
    rows = pd.DataFrame(_rows(first, last, zone, (opens, closes)), columns=_COLUMNS)
    for name in ("rolls_over", "opens", "closes"):
        rows[name] = rows[name].astype("datetime64[us]")
    return rows


_COLUMNS = (
    "day",
    "rolls_over",
    "working_days_before",
    "working_days_after",
    "opens",
    "closes",
    "minutes_before",
)

_Row = tuple[date, datetime, int, int, datetime, datetime, float]


def _rows(first: date, last: date, zone: str, hours: tuple[time, time]) -> Iterator[_Row]:
    days, minutes = 0, 0.0
    day = first
    while day <= last:
        begins = _local_day_that_begins_in(day, zone)
        before = days + is_working_day(begins - _DAY) if day == first else days
        days = before + is_working_day(begins)
        opens, closes = _working_hours(day, zone, hours)
        yield day, local_midnight_utc(begins, zone), before, days, opens, closes, minutes
        minutes += (closes - opens) / _MINUTE
        day += _DAY


def _local_day_that_begins_in(day: date, zone: str) -> date:
    near = (day - _DAY, day, day + _DAY)
    begin = [local for local in near if local_midnight_utc(local, zone).date() == day]
    if len(begin) != 1:
        raise ConfigurationError(
            N_("In time zone '{zone}' the UTC day {day} does not hold the start of exactly one local day."),
            remedy=N_("Working time cannot be counted in this time zone; choose another."),
            zone=zone,
            day=day.isoformat(),
        )
    return begin[0]


def _working_hours(day: date, zone: str, hours: tuple[time, time]) -> tuple[datetime, datetime]:
    opens, closes = (to_utc(day, clock, zone) for clock in hours)
    if not (opens.date() == closes.date() == day and opens < closes):
        raise ConfigurationError(
            N_("Working hours {opens} to {closes} in time zone '{zone}' do not lie within one UTC day."),
            remedy=N_("Choose an opening time before the closing time, both by day."),
            opens=f"{hours[0]:%H:%M}",
            closes=f"{hours[1]:%H:%M}",
            zone=zone,
        )
    return opens, closes if is_working_day(day) else opens
