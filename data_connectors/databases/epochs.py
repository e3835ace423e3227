"""Numbers that are moments: which columns hold them, and which of the numbers are to come."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from data_connectors.watermark import horizon

Number = int | Decimal
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between these a number may well be a moment."""


@dataclass(slots=True)
class _Notation:
    """What the numbers would be in one notation: how many of them moments, and the newest that has been.

    at: a moment in it. parts: whether a number can be one at all, as 20261132 cannot.
    """

    at: Callable[[datetime], int]
    parts: Callable[[int], bool] | None = None
    moments: int = 0
    newest: Number | None = None
    other: bool = False

    def add(self, ordered: Sequence[Number], until: datetime) -> None:
        """Look at numbers in order."""
        first, last = (bisect_left(ordered, self.at(end)) for end in (FIRST, LAST))
        been = bisect_right(ordered, self.at(until))
        self.moments += last - first
        if self.parts is not None and not self.other:
            self.other = not all(self.parts(int(one)) for one in ordered[first:last])
        if been > first:
            found = ordered[been - 1]
            self.newest = found if self.newest is None else max(self.newest, found)

    def holds(self, numbers: int, last: Decimal | None, until: datetime) -> bool:
        """Whether the numbers are moments in this notation; last: the watermark of the last run."""
        known = last is not None and self.at(FIRST) <= last <= self.at(until)
        if self.parts is not None:
            return not self.other and (self.newest is not None or (known and self.parts(int(last or 0))))
        return known or (self.newest is not None and 2 * self.moments >= numbers)


def _since_1970(per_second: int) -> _Notation:
    return _Notation(lambda moment: int(moment.timestamp()) * per_second)


def _in_digits(layout: str, time_digits: int) -> _Notation:
    return _Notation(
        lambda moment: int(moment.strftime(layout)), lambda number: _on_a_calendar(number, time_digits)
    )


def _on_a_calendar(number: int, time_digits: int) -> bool:
    day, time = divmod(number, 10**time_digits)
    time = int(time * 10 ** (6 - time_digits))
    in_a_day = time // 10_000 < 24 and time // 100 % 100 < 60 and time % 100 < 60
    return 1 <= day // 100 % 100 <= 12 and 1 <= day % 100 <= 31 and in_a_day


def _notations() -> tuple[_Notation, ...]:
    digits = (("%Y%m%d", 0), ("%Y%m%d%H%M", 4), ("%Y%m%d%H%M%S", 6))
    counts = (_since_1970(1_000**power) for power in range(4))
    return (*counts, *(_in_digits(layout, time_digits) for layout, time_digits in digits))


@dataclass(slots=True)
class Epochs:
    """The numbers of a column so far.

    They count seconds (or milli-, micro-, nanoseconds) since 1970 where at least half of them are moments
    between 2000 and 2100 and one of those has been, or where the last watermark is a moment that has been.
    They are days (20261130, with a time or without) where all of those numbers can be, and one has been. A
    mere counter that looks like it: then rows are read again that need not be, and none is missed.
    """

    until: datetime = field(default_factory=horizon)
    numbers: int = 0
    newest: Number | None = None
    _notations: tuple[_Notation, ...] = field(default_factory=_notations)

    def add(self, numbers: Sequence[Number]) -> None:
        """Look at some more."""
        ordered = sorted(numbers)
        self.numbers += len(ordered)
        self.newest = max(ordered[-1], self.newest) if self.newest is not None else ordered[-1]
        for notation in self._notations:
            notation.add(ordered, self.until)

    def reached(self, since: str | None) -> Number | None:
        """How far was read: the newest number, or the newest that has been where they are moments.

        None: all are to come, so that the last watermark stands.
        """
        last = None if since is None else Decimal(since)
        for one in self._notations:
            ahead = self.newest is not None and self.newest > one.at(self.until)
            if ahead and one.holds(self.numbers, last, self.until):
                return one.newest
        return self.newest
