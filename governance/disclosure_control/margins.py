"""Days and months of a department beside weeks of its sub-groups: what the margins of a table tell of cells.

Each week is a table of sub-groups by days, or by its pieces in two months. Its margins give a cell where
nothing can be moved round it (Gusfield 1988, "A graph theoretic approach to statistical data security"):
where, without a column, the sub-groups fall apart into sets that share no other column, what each set has in
that column follows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, TypeAlias

from governance.disclosure_control.periods import Family, Series, hidden, piece_of
from governance.disclosure_control.policy import NOBODY, Persons, Policy, at_least, too_few

_Row: TypeAlias = Mapping[Any, Persons]
"""A sub-group: its persons by day, or by piece."""


def days_beside(
    family: Family, away: Collection[date], policy: Policy, unknown: Collection[date] | None = None
) -> frozenset[date]:
    """The days of the weeks in which a small part of a day would follow; away: days not shown already.

    family: the sub-groups. unknown: the days on which they are not shown; None for all. What is not shown of
    a week is known together, as the rest of it. A week in which the sub-groups are not shown tells nothing.
    """
    unseen = hidden(family, "week", policy)
    by_week: dict[date, list[date]] = {}
    for day in sorted({day for one in family for day, persons in one.days.items() if persons.anybody}):
        by_week.setdefault(piece_of(day)[0], []).append(day)
    rows = [one.days for one in family]
    telling = [
        days
        for week, days in by_week.items()
        if week not in unseen
        and _days_tell(rows, [day for day in days if unknown is None or day in unknown], away, policy)
    ]
    return frozenset(chain.from_iterable(telling))


def weeks_beside(family: Family, department: Series, policy: Policy) -> frozenset[date]:
    """The weeks of sub-groups in which a small part of a piece would follow from months of the department."""
    months = department.months.keys() - hidden([department], "month", policy)
    by_week: dict[date, list[date]] = {}
    for week, month in sorted({piece for one in family for piece in one.pieces}):
        by_week.setdefault(week, []).append(month)
    rows = [one.pieces for one in family]
    return frozenset(
        week
        for week, cut in by_week.items()
        if len(cut) > 1 and months & set(cut) and _follows(rows, [[(week, month)] for month in cut], policy)
    )


def _days_tell(rows: Sequence[_Row], days: Sequence[date], away: Collection[date], policy: Policy) -> bool:
    shown = [[day] for day in days if day not in away]
    rest = [day for day in days if day in away]
    return bool(shown) and _follows(rows, [*shown, rest], policy)


def _follows(rows: Sequence[_Row], columns: Sequence[Sequence[Any]], policy: Policy) -> bool:
    return any(
        _follows_in(rows, column, [*columns[:number], *columns[number + 1 :]], policy)
        for number, column in enumerate(columns)
    )


def _follows_in(
    rows: Sequence[_Row], column: Sequence[Any], others: Sequence[Sequence[Any]], policy: Policy
) -> bool:
    sets = list(_sharing(rows, others))
    return len(sets) > 1 and any(too_few(at_least(_on(one, column) for one in each), policy) for each in sets)


def _sharing(rows: Sequence[_Row], columns: Sequence[Sequence[Any]]) -> Iterator[list[_Row]]:
    """The sub-groups in sets of those that share a column, whether or not through others."""
    sets = [[number] for number in range(len(rows))]
    for column in columns:
        there = [each for each in sets if any(_on(rows[number], column).anybody for number in each)]
        if there:
            sets = [each for each in sets if each not in there] + [list(chain(*there))]
    for each in sets:
        yield [rows[number] for number in each]


def _on(one: _Row, column: Sequence[Any]) -> Persons:
    return at_least(one.get(key, NOBODY) for key in column)
