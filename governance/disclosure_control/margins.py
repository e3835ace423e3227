"""Days and months of a department beside periods of its sub-groups: what margins tell of a table's cells.

Each piece of a week is a table of sub-groups by days, each cut week one of sub-groups by pieces. The margins
of a table give a sum of cells where nothing can be moved round them (Gusfield 1988, "A graph theoretic
approach to statistical data security"): of a set of sub-groups, what it has in the columns that it shares
with others follows from its rows and the columns that it has for itself.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations
from typing import Any, TypeAlias

from governance.disclosure_control.periods import Family, Piece, Series, hidden, piece_of
from governance.disclosure_control.policy import NOBODY, Persons, Policy, at_least, too_few

_Row: TypeAlias = Mapping[Any, Persons]
"""A sub-group: its persons by day, or by piece."""

_Columns: TypeAlias = Sequence[Sequence[Any]]
"""Days, or pieces, that are known together."""

_Held: TypeAlias = tuple[set[int], set[int]]
"""The sub-groups that a column holds, by number, and those of them that are large in it."""


def days_beside(
    family: Family, away: Collection[date], policy: Policy, unknown: Collection[date] | None = None
) -> frozenset[date]:
    """The days of the weeks, pieces and months in which a small part of some days would follow.

    family: the sub-groups. away: days of the department that are not shown already. unknown: the days on
    which the sub-groups are not shown; None for all. A piece is judged as if it were known of all sub-groups,
    since weeks and months together can tell it. Where they show neither week nor month, nothing is known.
    """
    rows = [one.days for one in family]
    found: set[date] = set()
    for days in _tables(family, policy):
        open_ = [day for day in days if unknown is None or day in unknown]
        told = unknown is not None or any(day not in away for day in open_)
        if told and any(_follows(rows, columns, policy) for columns in _margins(open_, away)):
            found.update(days)
    return frozenset(found)


def _tables(family: Family, policy: Policy) -> list[list[date]]:
    """The days of every week and month that the sub-groups show, and of every piece of those."""
    weeks, months = hidden(family, "week", policy), hidden(family, "month", policy)
    found: dict[tuple[date | None, date | None], list[date]] = {}
    for day in sorted({day for one in family for day, persons in one.days.items() if persons.anybody}):
        week, month = piece_of(day)
        known = [(week, None)] * (week not in weeks) + [(None, month)] * (month not in months)
        for place in (*known, (week, month)) if known else ():
            found.setdefault(place, []).append(day)
    return list(found.values())


def _margins(days: Sequence[date], away: Collection[date]) -> Iterator[_Columns]:
    """The days that are shown, with the rest of them together, and with the rest by piece."""
    shown, rest = [[day] for day in days if day not in away], [day for day in days if day in away]
    yield [*shown, rest]
    yield [*shown, *([day for day in rest if piece_of(day) == piece] for piece in {*map(piece_of, rest)})]


def weeks_beside(family: Family, department: Series, policy: Policy) -> frozenset[date]:
    """The weeks of sub-groups in which a small part of a piece would follow from months of the department."""
    months = department.months.keys() - hidden([department], "month", policy)
    by_week: dict[date, list[Piece]] = {}
    for week, month in sorted({piece for one in family for piece in one.pieces}):
        by_week.setdefault(week, []).append((week, month))
    rows = [one.pieces for one in family]
    return frozenset(
        week
        for week, cut in by_week.items()
        if any(month in months for _, month in cut)
        and any(_rest_follows(rows, *pair, policy) for pair in permutations(cut, 2))
    )


def _rest_follows(rows: Sequence[_Row], piece: Piece, other: Piece, policy: Policy) -> bool:
    """Whether those of the other piece are few in this one, which holds further sub-groups as well."""
    inside = [row for row in rows if row.get(piece, NOBODY).anybody]
    both = [row for row in inside if row.get(other, NOBODY).anybody]
    return len(both) < len(inside) and too_few(at_least(row[piece] for row in both), policy)


def _follows(rows: Sequence[_Row], columns: _Columns, policy: Policy) -> bool:
    """Whether a set of sub-groups is small in every column that it shares with others, and shares one.

    A set that is large in a column is no such set before all of that column belong to it. So the sets that
    grow from one sub-group like this are enough: any other that is small holds one of them.
    """
    held = [_held_in(column, rows, policy) for column in columns]
    grown = (_grown(number, held) for number in range(len(rows)))
    return any(0 < len(there & each) < len(there) for each in grown for there, _ in held)


def _held_in(column: Sequence[Any], rows: Sequence[_Row], policy: Policy) -> _Held:
    persons = [at_least(row.get(key, NOBODY) for key in column) for row in rows]
    there = {number for number, one in enumerate(persons) if one.anybody}
    return there, {number for number in there if not too_few(persons[number], policy)}


def _grown(number: int, held: Sequence[_Held]) -> set[int]:
    """The smallest set with a sub-group that has all of every column in which it is large."""
    found: set[int] = set()
    more = {number}
    while more:
        found |= more
        more = set().union(*(there for there, large in held if large & found)) - found
    return found
