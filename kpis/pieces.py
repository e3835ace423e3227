"""The pieces into which the boundary of a month cuts a week: the days that both share."""

from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from core.period import Every, containing
from kpis.calendar import Days, period_starts

Length: TypeAlias = Every | Literal["piece"]
"""What distinct persons are counted over. A piece is called by its first day."""

_WEEK_END = np.timedelta64(6, "D")


def starts(days: Days, length: Length) -> Days:
    """The first day of the period or piece that holds each day (datetime64[D])."""
    if length == "piece":
        return np.maximum(period_starts(days, "week"), period_starts(days, "month"))
    return period_starts(days, length)


def is_cut(days: Days) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the week that holds each day lies in two months."""
    weeks = period_starts(days, "week")
    return np.asarray(period_starts(weeks, "month") != period_starts(weeks + _WEEK_END, "month"))


def span_of(day: date, length: Length) -> tuple[date, date] | None:
    """First and last day of the period or piece that holds a day; None where nothing cuts its week."""
    if length != "piece":
        period = containing(day, length)
        return period.start, period.end
    week, month = containing(day, "week"), containing(day, "month")
    if month.start <= week.start and week.end <= month.end:
        return None
    return max(week.start, month.start), min(week.end, month.end)
