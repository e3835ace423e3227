"""Which weeks, months and days of a series may be shown together.

What is shown is always a union of pieces of time that hold enough persons each, or nobody. So no sum or
difference of what is shown says anything about fewer: whatever can be computed from it is again such a union.

A week is shown where it holds enough. Weeks and months cut each other, so a month is shown only where the
pieces at its edges, and the weeks in it that are not shown, hold enough as well; likewise for days. Where
most weeks are too small, none is shown and the months take their place.

A family is a department, or its sub-groups, which are shown together or not at all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from core.period import Every, containing
from governance.disclosure_control.policy import NOBODY, Persons, Policy, at_least, too_few

Counts: TypeAlias = Mapping[date, Persons]
"""Persons by the first day of a period; a period that is not there has nobody."""

Piece: TypeAlias = tuple[date, date]
"""The days that a week and a month share: the Monday and the first of the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The persons of one department or sub-group, over all the time that there is.

    pieces: persons at the least in each, needed for months. days: needed for days, of whole weeks.
    """

    weeks: Counts
    months: Counts = field(default_factory=dict)
    pieces: Mapping[Piece, Persons] = field(default_factory=dict)
    days: Counts = field(default_factory=dict)


Family: TypeAlias = Sequence[Series]


def hidden(family: Family, every: Every, policy: Policy) -> frozenset[date]:
    """The first days of the periods of a length of which no number may leave."""
    weeks = shown_weeks(family, policy)
    if every == "week":
        return _held(one.weeks for one in family) - weeks
    return hidden_months(family, weeks, policy) if every == "month" else hidden_days(family, weeks, policy)


def shown_weeks(family: Family, policy: Policy) -> frozenset[date]:
    """The weeks with enough persons; none where those are fewer than half of the weeks with anybody."""
    held = _held(one.weeks for one in family)
    enough = {week for week in held if _enough((_of(one.weeks, week) for one in family), policy)}
    return frozenset(enough) if 2 * len(enough) >= len(held) else frozenset()


def hidden_months(family: Family, weeks: Collection[date], policy: Policy) -> frozenset[date]:
    """The months that are small, or leave a small part beside the weeks that are shown."""
    held = _held(one.months for one in family)
    small = {month for month in held if not _enough((_of(one.months, month) for one in family), policy)}
    for one in family:
        small |= _months_with_a_small_part(one.pieces, weeks, policy)
    return frozenset(small)


def _months_with_a_small_part(
    pieces: Mapping[Piece, Persons], weeks: Collection[date], policy: Policy
) -> set[date]:
    """Of a week that two months share, a small piece keeps both months back: one gives the other."""
    months_of: dict[date, set[date]] = {}
    left_over: dict[date, list[Persons]] = {}
    for (week, month), persons in pieces.items():
        if not persons.anybody:
            continue
        if week in weeks:
            months_of.setdefault(week, set()).add(month)
        else:
            left_over.setdefault(month, []).append(persons)
    cut = set().union(*months_of.values())
    small = {month for month in cut if too_few(at_least(left_over.get(month, ())), policy)}
    for week, months in months_of.items():
        if len(months) > 1 and any(too_few(pieces[week, month], policy) for month in months):
            small |= months
    return small


def hidden_days(family: Family, weeks: Collection[date], policy: Policy) -> frozenset[date]:
    """The days of weeks that are not shown, the small ones, and those that keep the small ones covered.

    In every piece of a week that lies in one month, the days that are not shown hold enough together.
    """
    pieces: dict[Piece, list[date]] = {}
    for day in sorted(_held(one.days for one in family)):
        pieces.setdefault(piece_of(day), []).append(day)
    found: set[date] = set()
    for (week, _), days in pieces.items():
        found.update(_covered(family, days, policy) if week in weeks else days)
    return frozenset(found)


def _covered(family: Family, days: Collection[date], policy: Policy) -> list[date]:
    """The small days of a piece, with the smallest others until they are small no more."""
    large = [day for day in days if _enough((_of(one.days, day) for one in family), policy)]
    large.sort(key=lambda day: (_size(family, day), day), reverse=True)
    away = [day for day in days if day not in large]
    while large and not _enough((_union(one.days, away) for one in family), policy):
        away.append(large.pop())
    return away


def piece_of(day: date) -> Piece:
    """The piece that holds a day."""
    return containing(day, "week").start, containing(day, "month").start


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
