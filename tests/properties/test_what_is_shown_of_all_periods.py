"""Whoever comes when: no small group follows from days, weeks and months beside each other.

Persons are sets, so that the persons of a week are those of its days, who may be the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.period import Every
from governance.disclosure_control import Persons, Policy, too_few
from governance.disclosure_control.auditor import Asked, Auditor, Told
from governance.disclosure_control.margins import days_beside, weeks_beside
from governance.disclosure_control.periods import (
    Series,
    hidden,
    month_of,
    months_beside,
    piece_of,
    stretches,
)
from tests.hypothesis_profiles import examples

POLICY = Policy()
EVERY: tuple[Every, ...] = ("day", "week", "month")
PLURAL: Mapping[Every, str] = {"day": "days", "week": "weeks", "month": "months"}
Cell = tuple[str, date]
"""A sub-group on a day."""
Who = Mapping[Cell, frozenset[int]]

PLACES: dict[str, Callable[[date], Any]] = {
    "days": lambda day: day,
    "pieces": piece_of,
    "weeks": lambda day: piece_of(day)[0],
    "months": month_of,
}

crowds = st.one_of(
    st.just((0, 0)),
    st.tuples(st.integers(0, 30), st.integers(1, 14)),
    st.tuples(st.integers(0, 30), st.integers(8, 40)),
)
"""The first number and how many: neighbours in number come again."""


def drawn(groups: str, days: Collection[date]) -> st.SearchStrategy[Who]:
    """The persons of every sub-group on every day."""
    cells = [(group, day) for group in groups for day in days]
    crowd = st.lists(crowds, min_size=len(cells), max_size=len(cells))
    return crowd.map(
        lambda found: {
            cell: frozenset(range(first, first + number))
            for cell, (first, number) in zip(cells, found, strict=True)
            if number
        }
    )


def persons(who: Who, cells: Iterable[Cell]) -> Persons:
    return Persons(patients=len(frozenset[int]().union(*(who[cell] for cell in cells))), staff=None)


def grouped(who: Who, length: str, groups: Collection[str]) -> dict[Any, list[Cell]]:
    """The cells of some sub-groups by day, piece, week or month."""
    found: dict[Any, list[Cell]] = {}
    for cell in who:
        if cell[0] in groups:
            found.setdefault(PLACES[length](cell[1]), []).append(cell)
    return found


def series(who: Who, groups: Collection[str]) -> Series:
    counted = {
        length: {start: persons(who, cells) for start, cells in grouped(who, length, groups).items()}
        for length in PLACES
    }
    return Series(**counted)


def determined(who: Who, shown: Iterable[Collection[Cell]]) -> list[frozenset[Cell]]:
    """The small sets of a sub-group or the department in a day, piece, week or month that follow."""
    place = {cell: number for number, cell in enumerate(who)}
    told = [Told(cells=frozenset(place[cell] for cell in union), kind="count", value=0.0) for union in shown]
    small = {
        frozenset(cells)
        for groups in ("abc", "a", "b", "c")
        for length in PLACES
        for cells in grouped(who, length, groups).values()
        if too_few(persons(who, cells), POLICY)
    }
    asked = [Asked(cells=frozenset(place[cell] for cell in union), kind="count") for union in small]
    known = Auditor(len(who), told).determines(asked)
    return [union for union, found in zip(small, known, strict=True) if found]


def shown(who: Who, groups: str) -> list[list[Cell]]:
    """All days, weeks and months that are released of a department and, where there are several, of each."""
    whole, family = series(who, groups), [series(who, group) for group in groups]
    several, taken = len(groups) > 1, stretches([whole], POLICY)
    away = {every: set(hidden([whole], every, POLICY)) for every in EVERY}
    if several:
        away["day"] |= days_beside(family, away["day"], POLICY)
    of_weeks = grouped(who, "weeks", groups)
    found = [[cell for week in stretch for cell in of_weeks[week]] for stretch in taken]
    for every in ("day", "month"):
        cells = grouped(who, PLURAL[every], groups)
        found += [cells[start] for start in cells.keys() - away[every]]
    if not several:
        return found
    unseen = {every: hidden(family, every, POLICY) | away[every] for every in EVERY}
    unseen["day"] |= days_beside(family, away["day"], POLICY, unseen["day"])
    unseen["week"] |= weeks_beside(family, whole, POLICY)
    unseen["month"] |= months_beside(family, taken, POLICY)
    for every, group in product(EVERY, groups):
        cells = grouped(who, PLURAL[every], group)
        found += [cells[start] for start in cells.keys() - unseen[every]]
    return found


def span(first: date, number: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(number)]


TWELVE_WEEKS = [day for day in span(date(2026, 2, 16), 84) if day.weekday() in (0, 6)]
"""Mondays and Sundays; months cut three of these weeks between the two."""


FORTNIGHT, BORDER = span(date(2026, 2, 23), 14), span(date(2026, 2, 25), 6)
"""A month ends on the first Saturday of these days."""


@examples(60)
@given(drawn("a", TWELVE_WEEKS))
def test_no_small_piece_follows_from_weeks_and_months(who: Who) -> None:
    assert determined(who, shown(who, "a")) == []


@examples(100)
@given(drawn("ab", TWELVE_WEEKS[:16]))
def test_nor_a_small_part_of_a_sub_group(who: Who) -> None:
    assert determined(who, shown(who, "ab")) == []


@examples(100)
@given(drawn("ab", FORTNIGHT))
def test_nor_a_small_part_of_a_day(who: Who) -> None:
    assert determined(who, shown(who, "ab")) == []


@examples(100)
@given(drawn("abc", BORDER))
def test_nor_of_a_day_of_more_sub_groups(who: Who) -> None:
    assert determined(who, shown(who, "abc")) == []
