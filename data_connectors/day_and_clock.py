"""Moments that a file writes in two columns, a day and a time of day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data_connectors.heading import Heading
from data_connectors.heading_match import speaks_of
from data_connectors.key_values import are_clocks, are_days
from kpis.tables import Column, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAndClock:
    """Names of two columns. borrowed: the day is that of another moment, for want of one of its own."""

    day: str
    clock: str
    borrowed: bool = False

    def values(self, rows: Sequence[Mapping[str, str]]) -> list[str]:
        """What the two say together."""
        return [f"{row[self.day]} {row[self.clock]}" for row in rows if row[self.day] and row[self.clock]]


def in_two(
    table: Table,
    column: Column,
    source: Heading,
    headings: Sequence[Heading],
    values: Mapping[str, Sequence[str]],
) -> DayAndClock | None:
    """The two columns that a standard time stands in, of which source is one; None where it is all of it."""
    if column.type != "time":
        return None
    days = [one for one in headings if are_days(values[one.name])]
    clocks = [one for one in headings if are_clocks(values[one.name])]
    if source in days:
        clock = _alike(source, clocks) or _first(table, column, clocks)
        return DayAndClock(day=source.name, clock=clock.name) if clock else None
    if source not in clocks:
        return None
    own = _alike(source, days) or _first(table, column, days)
    other = own or next((_first(table, each, days) for each in table.columns if each.clock), None)
    return DayAndClock(day=other.name, clock=source.name, borrowed=own is None) if other else None


def _alike(source: Heading, headings: Sequence[Heading]) -> Heading | None:
    """The one that is about the same, such as Ontslagtijd beside Ontslagdatum."""
    return next((one for one in headings if one.about and one.about == source.about), None)


def _first(table: Table, column: Column, headings: Sequence[Heading]) -> Heading | None:
    """The first that is about the column."""
    others = [each for each in table.columns if each.type in ("time", "date") and each is not column]
    return next(
        (
            one
            for one in headings
            if one.fits(column)
            or (column.clock and speaks_of(one, table, column) and not any(map(one.fits, others)))
        ),
        None,
    )
