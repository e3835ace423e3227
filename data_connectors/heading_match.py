"""Which heading of a file is which column of a standard table, and which table the headings are of."""

from collections.abc import Collection, Mapping, Sequence

from core.errors import InputError
from core.language.text import N_
from data_connectors.heading import Heading, nouns
from data_connectors.mapping_rules import is_identifier
from data_connectors.parsing_query import COMMON_COLUMNS
from kpis.tables import TABLES, Column, Table

ENOUGH = 0.5
"""Of the required columns of a table: with fewer the headings might be those of anything."""
_MOMENTS_OF_OTHERS = frozenset(("due_from", "licensed_on"))
"""Clocks of a table that are no moment of the row itself: a date in the file need not be this one."""


def matched(
    table: Table,
    headings: Sequence[Heading],
    moments: Collection[str] = (),
    answers: Collection[str] = (),
) -> dict[str, Heading]:
    """The columns of a table that are found, by name: first those that go by their own name.

    moments: headings of columns that hold days or times, which identify nothing. answers: of those that hold
    yes or no, which is how a column shows whether the tool was used.
    """
    found: dict[str, Heading] = {}
    wanted = (*COMMON_COLUMNS.values(), *table.columns)
    for exactly in (True, False):
        for column in wanted:
            taken = {one.name for one in found.values()}
            fitting = [
                one
                for one in headings
                if one.name not in taken
                and (one.is_label(column) if exactly else _fits(one, table, column, moments))
                and not (one.name in moments and is_identifier(table, column))
                and not (one.name not in answers and column.name == "exposed")
            ]
            if fitting and column.name not in found:
                found[column.name] = min(
                    fitting, key=lambda one: (one.rank(column), not speaks_of(one, table, column))
                )
    return found


def speaks_of(one: Heading, table: Table, column: Column) -> bool:
    """Whether a heading says a column itself, and not only that it is a day or time of something."""
    if not column.clock or one.is_label(column) or one.fits(column):
        return True
    about = frozenset[str]().union(*(nouns(each) for each in table.columns if each.key or each is column))
    return column.name not in _MOMENTS_OF_OTHERS and one.is_moment_of(about)


def _could_be(one: Heading, table: Table, column: Column, moments: Collection[str]) -> bool:
    """Whether it is a day or time that no other column of the table is about."""
    if not (column.clock and one.is_moment and (one.name in moments or speaks_of(one, table, column))):
        return False
    return not any(one.fits(other) for other in table.columns if other.type in ("time", "date"))


def _fits(one: Heading, table: Table, column: Column, moments: Collection[str]) -> bool:
    if column.name == "segment":  # "groep" may be a group of anything
        return False
    if column.name == "exposed":
        return one.asks_for_use
    if column.unit and one.is_of_tool != column.name.startswith("tool"):
        return False
    if _could_be(one, table, column, moments):
        return True
    if column.person is None and is_identifier(table, column):
        return one.numbers(column)
    if column.type == "text" and column.person is None and column.name not in COMMON_COLUMNS:
        return one.fits(column) and not one.is_number
    return one.fits(column)


def table_of(headings: Sequence[Heading], moments: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The standard table that the headings fit best, and others that fit as well.

    Raises InputError where the headings speak for none of them.
    """
    scores = {name: _score(table, matched(table, headings, moments)) for name, table in TABLES.items()}
    best = max(scores.values())
    if best[0] < ENOUGH:
        raise InputError(
            N_("The headings do not say which standard table this is."),
            remedy=N_("Choose one with --table: {known}."),
            known=", ".join(TABLES),
        )
    names = [name for name, score in scores.items() if score == best]
    return names[0], tuple(names[1:])


def _score(table: Table, found: Mapping[str, Heading]) -> tuple[float, int]:
    """Its share of required columns found, and how many in all; keys and own names count double."""
    own = [
        column
        for column in table.columns
        if column.name in found and speaks_of(found[column.name], table, column)
    ]
    exact = sum(found[column.name].is_label(column) for column in own)
    return _needed(own) / _needed(table.columns), len(own) + exact


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.required + (column.required and column.key) for column in columns)
