"""Days, ISO weeks and months as labelled, ordered, contiguous periods."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.errors import InputError

Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A day, an ISO week or a month: its first day and its length class."""

    start: date
    every: Every

    @property
    def label(self) -> str:
        """2025-03-09, 2025-W10 or 2025-03."""
        if self.every == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02d}"
        return self.start.isoformat() if self.every == "day" else f"{self.start:%Y-%m}"

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return self.next().start - timedelta(days=1)

    def next(self) -> "Period":
        """The period that follows."""
        if self.every == "month":
            return Period(
                date(self.start.year + self.start.month // 12, self.start.month % 12 + 1, 1), "month"
            )
        return Period(self.start + timedelta(days=7 if self.every == "week" else 1), self.every)


def containing(day: date, every: Every) -> Period:
    """The period that holds a day."""
    if every == "week":
        return Period(day - timedelta(days=day.weekday()), "week")
    return Period(day.replace(day=1) if every == "month" else day, every)


def parse(label: str) -> Period:
    """Read a label back; raises InputError for anything else."""
    try:
        if "W" in label:
            year, week = label.split("-W")
            return Period(date.fromisocalendar(int(year), int(week), 1), "week")
        if label.count("-") == 1:
            year, month = label.split("-")
            return Period(date(int(year), int(month), 1), "month")
        return Period(date.fromisoformat(label), "day")
    except ValueError:
        raise InputError(
            "'{label}' is not a period.", remedy="Write 2025-03-09, 2025-W10 or 2025-03.", label=label
        ) from None


def between(first: Period, last: Period) -> tuple[Period, ...]:
    """All periods from first to last, both included; empty when last comes before first."""
    found = []
    current = first
    while current <= last:
        found.append(current)
        current = current.next()
    return tuple(found)
