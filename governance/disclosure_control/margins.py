"""Days of a department beside weeks of its sub-groups: what the margins of a table tell of its cells.

Each week is a table of sub-groups by days. Its margins give a cell where nothing can be moved round it
(Gusfield 1988, "A graph theoretic approach to statistical data security"): where, without a day, the
sub-groups fall apart into sets that share no other day, what each set has on that day follows.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import chain

from governance.disclosure_control.periods import Family, Series, hidden, piece_of
from governance.disclosure_control.policy import NOBODY, Persons, Policy, at_least, too_few


def days_beside(family: Family, away: Collection[date], policy: Policy) -> frozenset[date]:
    """The days of the weeks in which a small part of a day would follow; away: days not shown already.

    family: the sub-groups. What is not shown of a week is known together, as the rest of it. A week in which
    the sub-groups are not shown tells nothing.
    """
    unseen = hidden(family, "week", policy)
    by_week: dict[date, list[date]] = {}
    for day in sorted({day for one in family for day, persons in one.days.items() if persons.anybody}):
        by_week.setdefault(piece_of(day)[0], []).append(day)
    telling = [
        days for week, days in by_week.items() if week not in unseen and _follows(family, days, away, policy)
    ]
    return frozenset(chain.from_iterable(telling))


def _follows(family: Family, days: Sequence[date], away: Collection[date], policy: Policy) -> bool:
    columns = [[day] for day in days if day not in away]
    if not columns:
        return False
    columns.append([day for day in days if day in away])
    for number, column in enumerate(columns):
        sets = list(_sharing(family, columns[:number] + columns[number + 1 :]))
        if len(sets) > 1 and any(
            too_few(at_least(_on(one, column) for one in each), policy) for each in sets
        ):
            return True
    return False


def _sharing(family: Family, columns: Sequence[Sequence[date]]) -> Iterator[list[Series]]:
    """The sub-groups in sets of those that share a column, whether or not through others."""
    sets = [[number] for number in range(len(family))]
    for column in columns:
        there = [each for each in sets if any(_on(family[number], column).anybody for number in each)]
        if len(there) > 1:
            sets = [each for each in sets if each not in there] + [list(chain(*there))]
    for each in sets:
        yield [family[number] for number in each]


def _on(one: Series, days: Sequence[date]) -> Persons:
    return at_least(one.days.get(day, NOBODY) for day in days)
