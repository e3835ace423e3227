"""Numbers that count time since 1970: which columns hold them, and which of them are to come."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from data_connectors.watermark import horizon

Number = int | Decimal
PER_SECOND = (1, 1_000, 1_000_000, 1_000_000_000)
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between these a number may well be a moment."""


@dataclass(slots=True)
class _Unit:
    """What the numbers would be in one unit: how many of them moments, and the newest that has been."""

    per_second: int
    moments: int = 0
    newest: Number | None = None

    def at(self, moment: datetime) -> int:
        """A moment in this unit."""
        return int(moment.timestamp()) * self.per_second

    def add(self, ordered: Sequence[Number], until: datetime) -> None:
        """Look at numbers in order."""
        first = bisect_left(ordered, self.at(FIRST))
        been = bisect_right(ordered, self.at(until))
        self.moments += bisect_left(ordered, self.at(LAST)) - first
        if been > first:
            found = ordered[been - 1]
            self.newest = found if self.newest is None else max(self.newest, found)


@dataclass(slots=True)
class Epochs:
    """The numbers of a column so far.

    They count time where at least half of them are moments between 2000 and 2100 and one of those has been,
    or where the last watermark is a moment that has been. A mere counter in that range is taken for time as
    well: then rows are read again that need not be, and none is missed.
    """

    until: datetime = field(default_factory=horizon)
    numbers: int = 0
    newest: Number | None = None
    _units: tuple[_Unit, ...] = field(default_factory=lambda: tuple(map(_Unit, PER_SECOND)))

    def add(self, numbers: Sequence[Number]) -> None:
        """Look at some more."""
        ordered = sorted(numbers)
        self.numbers += len(ordered)
        self.newest = max(ordered[-1], self.newest) if self.newest is not None else ordered[-1]
        for unit in self._units:
            unit.add(ordered, self.until)

    def reached(self, since: str | None) -> Number | None:
        """How far was read: the newest number, or the newest that has been where they count time.

        None: all are to come, so that the last watermark stands.
        """
        last = None if since is None else Decimal(since)
        for unit in self._units:
            until = unit.at(self.until)
            known = last is not None and unit.at(FIRST) <= last <= until
            counts_time = unit.newest is not None and 2 * unit.moments >= self.numbers
            if self.newest is not None and self.newest > until and (known or counts_time):
                return unit.newest
        return self.newest
