"""Which weeks, months and days of a series may be shown together.

What is shown is always a union of pieces of time that hold enough persons each, or nobody. So no sum or
difference of what is shown says anything about fewer: whatever can be computed from it is again such a union.

A week is shown where it holds enough; a small one is taken together with the next. Weeks and months cut each
other, so a month is shown only where the pieces at its edges hold enough as well; likewise for days. Where
most weeks are too small, none is shown and the months take their place.

A family is a department, or its sub-groups, which are shown together or not at all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from core.period import Every, containing
from governance.disclosure_control.policy import NOBODY, Persons, Policy, at_least, too_few

Counts: TypeAlias = Mapping[date, Persons]
"""Persons by the first day of a period; a period that is not there has nobody."""

WEEK_END = timedelta(days=6)

Piece: TypeAlias = tuple[date, date]
"""The days that a week and a month share: the Monday and the first of the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The persons of one department or sub-group, over all the time that there is.

    pieces: persons in each, needed for months. days: needed for days, of whole weeks.
    """

    weeks: Counts
    months: Counts = field(default_factory=dict)
    pieces: Mapping[Piece, Persons] = field(default_factory=dict)
    days: Counts = field(default_factory=dict)

    def of(self, every: Every) -> Counts:
        """Its persons in the periods of a length."""
        return {"day": self.days, "week": self.weeks, "month": self.months}[every]


Family: TypeAlias = Sequence[Series]


UNCOUNTED = Persons(patients=1, staff=1)
"""Nobody knows how many; so few that no month is shown beside it."""

Stretch: TypeAlias = tuple[date, ...]
"""Weeks that are taken together; one week that stands by itself is a stretch as well."""


def hidden(family: Family, every: Every, policy: Policy) -> frozenset[date]:
    """The first days of the periods of a length of which no number may leave."""
    stretched = stretches(family, policy)
    weeks = {stretch[0] for stretch in stretched if len(stretch) == 1}
    if every == "week":
        return _held(one.weeks for one in family) - weeks
    return (
        hidden_months(family, stretched, policy) if every == "month" else hidden_days(family, weeks, policy)
    )


def stretches(family: Family, policy: Policy) -> tuple[Stretch, ...]:
    """All weeks with anybody, the small ones together with those that follow until there are enough.

    The last ones go with those before. None where more than half of the weeks are too small.
    """
    held = sorted(_held(one.weeks for one in family))
    found: list[list[date]] = []
    small = 0
    for week in held:
        small += not _enough_in(family, [week], policy)
        if found and not _enough_in(family, found[-1], policy):
            found[-1].append(week)
        else:
            found.append([week])
    while len(found) > 1 and not _enough_in(family, found[-1], policy):
        found[-2:] = [found[-2] + found[-1]]
    if 2 * small > len(held) or not (found and _enough_in(family, found[-1], policy)):
        return ()
    return tuple(map(tuple, found))


def _enough_in(family: Family, weeks: Collection[date], policy: Policy) -> bool:
    return _enough((_union(one.weeks, weeks) for one in family), policy)


def hidden_months(family: Family, stretched: Sequence[Stretch], policy: Policy) -> frozenset[date]:
    """The months that are small, or that cut a small part off a stretch of weeks: one gives the other."""
    held = _held(one.months for one in family)
    small = {month for month in held if not _enough((_of(one.months, month) for one in family), policy)}
    for one in family:
        for stretch in stretched:
            parts = _parts_by_month(one, stretch)
            if not _enough(parts.values(), policy):
                small |= parts.keys()
    return frozenset(small)


def months_beside(family: Family, shown: Sequence[Stretch], policy: Policy) -> frozenset[date]:
    """The months of sub-groups in which one is small in weeks that their department shows.

    It may have nobody in the other weeks of the month: then the department's weeks less the month of one
    give those of another.
    """
    return frozenset(
        month
        for one in family
        for stretch in shown
        for month, persons in _parts_by_month(one, stretch).items()
        if too_few(persons, policy)
    )


def _parts_by_month(one: Series, stretch: Stretch) -> dict[date, Persons]:
    """The persons at the least that a stretch has in each month, where it has anybody."""
    found: dict[date, list[Persons]] = {}
    for week in stretch:
        for month in {month_of(week), month_of(week + WEEK_END)}:
            persons = one.pieces.get((week, month), NOBODY)
            if persons.anybody:
                found.setdefault(month, []).append(persons)
    return {month: at_least(parts) for month, parts in found.items()}


def hidden_days(family: Family, weeks: Collection[date], policy: Policy) -> frozenset[date]:
    """The days of weeks that are not shown, the small ones, and those that keep the small ones covered.

    In every week, and in every piece of it that lies in one month where that can be, the days that are not
    shown hold enough together. A piece that is small as a whole keeps its months back.
    """
    pieces: dict[date, dict[date, list[date]]] = {}
    for day in sorted(_held(one.days for one in family)):
        week, month = piece_of(day)
        pieces.setdefault(week, {}).setdefault(month, []).append(day)
    found: set[date] = set()
    for week, by_month in pieces.items():
        days = [day for inside in by_month.values() for day in inside]
        away = [day for inside in by_month.values() for day in _covered(family, inside, (), policy)]
        found.update(_covered(family, days, away, policy) if week in weeks else days)
    return frozenset(found)


def _covered(family: Family, days: Collection[date], away: Collection[date], policy: Policy) -> list[date]:
    """The small days and those that are away already, with the smallest others until they are enough."""
    enough = [day for day in days if _enough((_of(one.days, day) for one in family), policy)]
    large = [day for day in enough if day not in away]
    large.sort(key=lambda day: (_size(family, day), day), reverse=True)
    hidden_ = [day for day in days if day not in large]
    while large and not _enough((_union(one.days, hidden_) for one in family), policy):
        hidden_.append(large.pop())
    return hidden_


def pieces_of(weeks: Counts, cut: Mapping[Piece, Persons]) -> dict[Piece, Persons]:
    """The persons of every piece: of a week in one month its own, of a week that a month cuts as counted.

    Where nobody counted the pieces of a week that has anybody, they are small.
    """
    found = dict(cut)
    for week, persons in weeks.items():
        both = {(week, month_of(week)), (week, month_of(week + WEEK_END))}
        if persons.anybody and not both & cut.keys():
            found |= dict.fromkeys(both, persons if len(both) == 1 else UNCOUNTED)
    return found


def piece_of(day: date) -> Piece:
    """The piece that holds a day."""
    return containing(day, "week").start, month_of(day)


def month_of(day: date) -> date:
    """The first of its month."""
    return day.replace(day=1)


def _of(counts: Counts, start: date) -> Persons:
    return counts.get(start, NOBODY)


def _union(counts: Counts, days: Iterable[date]) -> Persons:
    return at_least(_of(counts, day) for day in days)


def _size(family: Family, day: date) -> int:
    counted = [_of(one.days, day) for one in family]
    return sum((one.patients or 0) + (one.staff or 0) for one in counted)


def _enough(groups: Iterable[Persons], policy: Policy) -> bool:
    return not any(too_few(one, policy) for one in groups)


def _held(counts: Iterable[Counts]) -> frozenset[date]:
    """The periods in which there is anybody."""
    return frozenset(start for one in counts for start, persons in one.items() if persons.anybody)
