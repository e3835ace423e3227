"""Days to ISO weeks and months, and which days a Dutch hospital works."""

from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.period import Every

Days = NDArray[np.datetime64]

_MONDAY_BEFORE_1970 = 3  # 1 January 1970 was a Thursday


def period_starts(days: Days, every: Every) -> Days:
    """The first day of the period that holds each day (datetime64[D])."""
    if every == "month":
        return days.astype("datetime64[M]").astype("datetime64[D]")
    if every == "week":
        since_monday = (days.astype(np.int64) + _MONDAY_BEFORE_1970) % 7
        return np.asarray(days - since_monday.astype("timedelta64[D]"))
    return days


def is_working_day(day: date) -> bool:
    """Monday to Friday, holidays left out."""
    return day.weekday() < 5 and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """Dutch public holidays on which clinics close; Liberation Day counts once in five years."""
    easter = _easter(year)
    kings_day = date(year, 4, 27)
    days = {
        date(year, 1, 1),
        easter + timedelta(days=1),
        kings_day - timedelta(days=1) if kings_day.weekday() == 6 else kings_day,
        easter + timedelta(days=39),
        easter + timedelta(days=50),
        date(year, 12, 25),
        date(year, 12, 26),
    }
    if year % 5 == 0:
        days.add(date(year, 5, 5))
    return frozenset(days)


def _easter(year: int) -> date:
    """Easter Sunday (Anonymous Gregorian algorithm, Nature 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
