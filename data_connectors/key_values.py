"""What the values of a column say of it: whether they could tell rows or persons apart."""

import re
from collections.abc import Mapping, Sequence

from core.language.text import N_, Text
from data_connectors.heading import Heading
from data_connectors.mapping_rules import is_identifier
from kpis.tables import Column, Table

NEARLY_ALL = 0.9
"""Of the values of a key: as many differ, for a file may hold a row and its correction."""
FEW = 5
"""So many words that come again and again are those of a kind rather than of persons."""
_DATE = (
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d\d)"
    r"|\d{1,2}[ -][^\W\d_]{3,9}\.?[ -]\d{2,4}|\d{8}(?=[ T]\d))"
)
_CLOCK = r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?(\s?[aApP]\.?[mM]\.?)?"
_MOMENT = re.compile(rf"({_DATE}([ T]{_CLOCK})?|{_CLOCK})\s*(Z|[+-]\d\d:?\d\d)?")
_DAY, _TIME_OF_DAY = re.compile(_DATE), re.compile(_CLOCK)


def are_moments(values: Sequence[str]) -> bool:
    """Whether all of them are days or times."""
    return bool(values) and all(_MOMENT.fullmatch(value) for value in values)


def are_days(values: Sequence[str]) -> bool:
    """Whether all of them are days without a time of day."""
    return bool(values) and all(_DAY.fullmatch(value) for value in values)


def are_clocks(values: Sequence[str]) -> bool:
    """Whether all of them are times of day, or lengths of time written as such."""
    return bool(values) and all(_TIME_OF_DAY.fullmatch(value) for value in values)


def doubt(table: Table, column: Column, heading: Heading, values: Sequence[str]) -> Text | None:
    """What to ask before a column tells rows or persons apart; None where nothing speaks against it."""
    if not is_identifier(table, column):
        return None
    different = len(set(values))
    if column.key and len(table.keys) == 1 and different < NEARLY_ALL * len(values):
        return Text(N_("is this the key? Values come more than once, and a key differs on every row"))
    repeat_words = different < len(values) and different <= FEW and not _hold_figures(values)
    if column.person is not None and not heading.numbers(column) and not _hold_figures(values):
        return Text(N_("does this say who it is? The heading says more than that"))
    if repeat_words:
        return Text(N_("does this tell one from another? A few words come again and again"))
    return None


def _hold_figures(values: Sequence[str]) -> bool:
    return any(re.search(r"\d", value) for value in values)


def by_name(names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """The values of every column that are filled in."""
    return {name: [row[name] for row in rows if row.get(name)] for name in names}
