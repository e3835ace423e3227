"""Working days and working minutes between two times, in the SQL that every database has.

The calendar (`kpis.calendar.working_calendar`) is joined by the UTC day of a time, once for every time
column, with an outer join: a time that is missing or outside the calendar finds no row, and what is computed
from it is NULL, never 0. Only CASE, comparisons, sums and `minutes_between` are used.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case

from kpis.portable import minutes_between

CALENDAR = sa.table(
    "calendar",
    sa.column("day", sa.Date()),
    sa.column("rolls_over", sa.DateTime()),
    sa.column("working_days_before", sa.BigInteger()),
    sa.column("working_days_after", sa.BigInteger()),
    sa.column("opens", sa.DateTime()),
    sa.column("closes", sa.DateTime()),
    sa.column("minutes_before", sa.Double()),
)

Time = ColumnElement[datetime]
CalendarRow = sa.ColumnCollection[str, Any]
"""The `.c` of an alias of CALENDAR, joined by the UTC day of the time that it is used with."""
Moment = tuple[Time, CalendarRow]
"""A time and the row of the calendar that holds it."""


def working_day_number(time: Time, calendar_row: CalendarRow) -> ColumnElement[int]:
    """Working days from the start of the calendar up to and including the local day of a time."""
    return case(
        (time < calendar_row.rolls_over, calendar_row.working_days_before),
        (time >= calendar_row.rolls_over, calendar_row.working_days_after),
    )


def working_minute_number(time: Time, calendar_row: CalendarRow) -> ColumnElement[float]:
    """Working minutes from the start of the calendar up to a time."""
    before: ColumnElement[float] = calendar_row.minutes_before
    return before + minutes_between(calendar_row.opens, _in_working_hours(time, calendar_row))


def working_days(start: Moment, end: Moment) -> ColumnElement[int]:
    """Working days after the local day of the start, up to and including that of the end.

    A letter on the day of the contact, or in the weekend after a contact on Friday, counts 0; on the Monday
    after it 1. "Within 5 working days" is `working_days(...) <= 5`. Negative when the times are reversed.
    """
    return working_day_number(*end) - working_day_number(*start)


def working_minutes(start: Moment, end: Moment) -> ColumnElement[float]:
    """Minutes within working hours from start to end, negative when they are reversed.

    Equals the difference of the two `working_minute_number`. It is written as the time that passed less the
    time between that is not worked, which is whole minutes: the fraction of a minute is divided once, so a
    time that is exactly at a limit of whole minutes is never a rounding error beyond it.
    """
    passed: ColumnElement[float] = minutes_between(_in_working_hours(*start), _in_working_hours(*end))
    (_, first), (_, last) = start, end
    between_openings: ColumnElement[float] = minutes_between(first.opens, last.opens)
    worked: ColumnElement[float] = last.minutes_before - first.minutes_before
    return passed - (between_openings - worked)


def _in_working_hours(time: Time, row: CalendarRow) -> ColumnElement[datetime]:
    """The time, moved to the nearer end of that day's working hours when it lies outside them."""
    return case((time < row.opens, row.opens), (time > row.closes, row.closes), else_=time)
