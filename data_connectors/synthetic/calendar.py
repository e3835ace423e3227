"""The simulated weeks: working days, how full they are, and the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data_connectors.synthetic.attendance import attendance
from kpis.calendar import is_working_day

ZONE = ZoneInfo("Europe/Amsterdam")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Calendar:
    """W weeks from a Monday on. Day numbers count from that Monday."""

    first_week: date
    weeks: int

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        """First day of every week."""
        return tuple(self.first_week + timedelta(weeks=week) for week in range(self.weeks))

    @cached_property
    def working(self) -> NDArray[np.bool_]:
        """(W, 5) whether clinics are held on Monday to Friday."""
        return np.array([[is_working_day(m + timedelta(days=i)) for i in range(5)] for m in self.mondays])

    @cached_property
    def attendance(self) -> Floats:
        """(W,) share of planned clinics held on working days."""
        return np.array([attendance(monday) for monday in self.mondays])

    @cached_property
    def volume(self) -> Floats:
        """(W,) volume relative to a week without any dip."""
        return np.asarray(self.attendance * self.working.mean(axis=1))

    @cached_property
    def end(self) -> Any:
        """The first moment after the last week, UTC."""
        return self.utc(np.array([7 * self.weeks]), np.array([0.0]))[0]

    @cached_property
    def _midnights(self) -> Times:
        days = (self.first_week + timedelta(days=i) for i in range(7 * self.weeks + 1))
        local = (datetime.combine(day, time(), ZONE) for day in days)
        return np.array([int(moment.timestamp()) for moment in local], dtype="datetime64[s]")

    def utc(self, day: Ints, seconds: Floats) -> Times:
        """UTC times, to the second, of so many seconds after local midnight of a day number."""
        return np.asarray(self._midnights[day] + seconds.astype("timedelta64[s]"))

    def dates(self, day: Ints) -> Times:
        """Local dates of day numbers."""
        return np.asarray(np.datetime64(self.first_week, "D") + day.astype("timedelta64[D]"))
