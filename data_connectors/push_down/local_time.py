"""Local times to UTC and back in SQL that every database knows: the changes of a zone's clock, written out.

Databases differ in the zones that they know and in what they call them. A time that occurs twice is taken for
the later one and a time that never was gives NULL, as where rows are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_STEP = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A moment in UTC at which a zone's clock changes; before, after: minutes ahead of UTC."""

    at: datetime
    before: int
    after: int


class to_utc(FunctionElement[datetime]):  # noqa: N801 - a SQL function, named like one
    """The moment of a local time of a zone, NULL where the clock skipped it."""

    type = sa.DateTime()
    name = "to_utc"
    inherit_cache = False

    def __init__(self, local: ColumnElement[Any], zone: str, years: tuple[int, int]) -> None:
        super().__init__(local)
        first = _minutes(ZoneInfo(zone), datetime(years[0], 1, 1, tzinfo=UTC))
        self.steps: list[tuple[datetime, int | None]] = []
        for one in changes(zone, years):
            self.steps.append((one.at + one.after * _MINUTE, -one.after))
            if one.after > one.before:
                self.steps.append((one.at + one.before * _MINUTE, None))
        self.earlier = -first


class from_utc(FunctionElement[datetime]):  # noqa: N801
    """The local time of a moment in a zone."""

    type = sa.DateTime()
    name = "from_utc"
    inherit_cache = False

    def __init__(self, moment: ColumnElement[Any], zone: str, years: tuple[int, int]) -> None:
        super().__init__(moment)
        self.steps: list[tuple[datetime, int | None]] = [(one.at, one.after) for one in changes(zone, years)]
        self.earlier = _minutes(ZoneInfo(zone), datetime(years[0], 1, 1, tzinfo=UTC))


@cache
def changes(zone: str, years: tuple[int, int]) -> tuple[Change, ...]:
    """Every change of the clock in some years, the newest first: most rows are recent."""
    return tuple(reversed(tuple(_changes(ZoneInfo(zone), years))))


def _changes(zone: ZoneInfo, years: tuple[int, int]) -> Iterator[Change]:
    moment, end = datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[1] + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        early, late = moment, moment + _STEP
        if _minutes(zone, early) != _minutes(zone, late):
            while late - early > _MINUTE:
                middle = early + (late - early) // _MINUTE // 2 * _MINUTE
                if _minutes(zone, middle) == _minutes(zone, early):
                    early = middle
                else:
                    late = middle
            yield Change(
                at=late.replace(tzinfo=None), before=_minutes(zone, early), after=_minutes(zone, late)
            )
        moment += _STEP


def _minutes(zone: ZoneInfo, moment: datetime) -> int:
    return round(((moment.astimezone(zone).utcoffset()) or timedelta(0)) / _MINUTE)


def years_until(today: date, first: date) -> tuple[int, int]:
    """The years whose changes of the clock matter: from the first plausible day to a year from now."""
    return first.year, today.year + 1


def _parts(element: to_utc | from_utc, compiler: SQLCompiler, **options: Any) -> tuple[str, str]:
    """The time, and the minutes by which it moves: NULL for a time that never was."""
    time = compiler.process(element.clauses, **options)
    written = _WRITTEN[compiler.dialect.name]
    cases = " ".join(
        f"WHEN {time} >= {at.strftime(written)} THEN {'NULL' if minutes is None else minutes}"
        for at, minutes in element.steps
    )
    return time, f"CASE {cases} ELSE {element.earlier} END" if cases else str(element.earlier)


_WRITTEN = {
    "postgresql": "TIMESTAMP '%Y-%m-%d %H:%M:%S'",
    "sqlite": "'%Y-%m-%d %H:%M:%S.000000'",
    "mssql": "'%Y-%m-%dT%H:%M:%S'",
}


@compiles(to_utc, "postgresql")
@compiles(from_utc, "postgresql")
def _moved(element: to_utc | from_utc, compiler: SQLCompiler, **options: Any) -> str:
    time, minutes = _parts(element, compiler, **options)
    return f"({time} + ({minutes}) * INTERVAL '1 minute')"


@compiles(to_utc, "sqlite")
@compiles(from_utc, "sqlite")
def _moved_sqlite(element: to_utc | from_utc, compiler: SQLCompiler, **options: Any) -> str:
    time, minutes = _parts(element, compiler, **options)
    # SQLite would round the fraction of a second
    seconds = f"strftime('%Y-%m-%d %H:%M:%S', substr({time}, 1, 19), ({minutes}) || ' minutes')"
    return f"({seconds} || substr({time}, 20))"


@compiles(to_utc, "mssql")
@compiles(from_utc, "mssql")
def _moved_mssql(element: to_utc | from_utc, compiler: SQLCompiler, **options: Any) -> str:
    time, minutes = _parts(element, compiler, **options)
    return f"DATEADD(MINUTE, {minutes}, {time})"
