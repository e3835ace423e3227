"""Columns that show who somebody is, though the mapping does not declare them: citizen service numbers (BSN),
e-mail addresses and Dutch telephone numbers. A file with one is refused before a row of it is kept.

One in eleven arbitrary numbers passes the test of a BSN, so a column counts when nearly all of it passes, and
one with few numbers when all of them do.
"""

import re
from collections.abc import Sequence

import duckdb

from core.language.text import N_, Text
from core.quoting import literal
from data_connectors.connector import PROBLEM, Refused, Source, source_column
from data_connectors.engine import engine
from data_connectors.mapping import TableMapping
from data_connectors.mapping_rules import is_identifier
from kpis.tables import Table

SAMPLE = 20_000
LEAST_VALUES, MANY_VALUES, LEAST_SHARE = 5, 20, 0.8
"""Of fewer different values nothing is said; such a share must pass, and all numbers where they are few."""
AT_A_TIME = 16
"""Columns whose different values are counted together: the engine keeps a table of each in memory."""
_EMAIL = r"[^@\s]+@[^@\s]+\.\pL{2,}"
_PHONE = r"((\+|00)31[ -]?(\(0\))?|0)6([ -]?\d){8}|(\+|00)31([ -]?\d){9}"
_AROUND = r"(?i)^'|^bsn[ :]*|[.,]0{1,2}$"
"""Round a number: a spreadsheet's mark of text, its name in front, decimals of a column with gaps."""
_AMONG = r"(^|\D)(\d{9})(\D|$)"
"""A number among other words, such as the name of whom it is of."""
_KINDS = (N_("citizen service numbers (BSN)"), N_("e-mail addresses"), N_("telephone numbers"))

_NONE = (False, False, False)


def block_identifiers(
    connection: duckdb.DuckDBPyConnection, source: Source, mapping: TableMapping, table: Table
) -> None:
    """Raise Refused where a column of the file, mapped or not, holds what the mapping does not declare."""
    allowed = declared(mapping, table)
    columns = tuple(name for name in dict.fromkeys(source.header) if name and name not in allowed)
    if not columns:
        return
    for name, kinds in zip(columns, _shares(connection, source, columns), strict=True):
        kind = next((kind for kind, found in zip(_KINDS, kinds, strict=True) if found), None)
        if kind is not None:
            raise Refused(
                "identifier_blocked",
                N_("Column '{column}' holds {kind}, and the mapping does not declare it."),
                where=source.path.name,
                remedy=N_("Leave it out of the export, or name it under identifiers in the mapping."),
                column=heading_told(name),
                kind=Text(kind),
            )


def heading_told(name: str) -> str:
    """A heading as it may be told: where a file has none, its first row stands there, with its persons."""
    return "..." if re.search(r"\d{5}|@", re.sub(r"[ .-]", "", name)) else name


def kind_of(values: Sequence[str]) -> str | None:
    """What kind of identifier some values are nearly all of; None where they are not."""
    if len(set(values)) < LEAST_VALUES:
        return None
    with engine() as connection:
        connection.execute("CREATE TEMP TABLE sampled AS SELECT unnest(?) AS name", [list(values)])
        found = _kinds(connection, "name")
    return next((kind for kind, holds in zip(_KINDS, found, strict=True) if holds), None)


def declared(mapping: TableMapping, table: Table) -> set[str]:
    """Columns of the file that may identify somebody: they become pseudonyms or nothing."""
    found = set(mapping.identifiers)
    for name, part in mapping.columns.items():
        column = table.column(name)
        if column is not None and is_identifier(table, column):
            found.update(part.source)
    return found


def passes_eleven(text: str) -> str:
    """The SQL condition that a text is a BSN by the test of eleven, its leading zeros perhaps dropped."""
    digits = f"lpad({text}, 9, '0')"
    weighed = " + ".join(
        f"{weight} * substr({digits}, {i}, 1)::INT"
        for i, weight in enumerate((9, 8, 7, 6, 5, 4, 3, 2, -1), 1)
    )
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{8,9}}') AND {text}::INT > 0 "
        f"THEN ({weighed}) % 11 = 0 ELSE false END"
    )


def _shares(
    connection: duckdb.DuckDBPyConnection, source: Source, columns: tuple[str, ...]
) -> list[tuple[bool, bool, bool]]:
    """Per column whether it holds numbers of citizens, e-mail addresses, telephone numbers."""
    chosen = ", ".join(f"trim({source_column(name)}) AS {source_column(name)}" for name in columns)
    try:
        connection.execute(
            f"CREATE TEMP TABLE sampled AS SELECT {chosen} FROM {source.relation(connection, columns)} "
            f"WHERE {PROBLEM} IS NULL LIMIT {SAMPLE}"
        )
    except duckdb.Error:
        return [_NONE] * len(columns)  # reading in full says what is wrong
    names = [source_column(name) for name in columns]
    counts = [
        count
        for start in range(0, len(names), AT_A_TIME)
        for count in _distinct(connection, names[start : start + AT_A_TIME])
    ]
    found = [
        _kinds(connection, name) if count >= LEAST_VALUES else _NONE
        for name, count in zip(names, counts, strict=True)
    ]
    connection.execute("DROP TABLE sampled")
    return found


def _distinct(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[int, ...]:
    counts = ", ".join(f"count(DISTINCT {name})" for name in names)
    found: tuple[int, ...] = connection.execute(f"SELECT {counts} FROM sampled").fetchall()[0]
    return found


def _kinds(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[bool, bool, bool]:
    whole = f"regexp_replace(value, {literal(_AROUND)}, '', 'g')"
    bare = f"regexp_replace({whole}, '[ .-]', '', 'g')"
    tests = (
        f"{passes_eleven(bare)} OR {passes_eleven(f'regexp_extract(value, {literal(_AMONG)}, 2)')}",
        f"regexp_matches(value, {literal(_EMAIL)})",
        f"regexp_full_match(value, {literal(_PHONE)})",
    )
    counts = ", ".join(f"count(*) FILTER ({test})" for test in tests)
    values = f"SELECT DISTINCT {column} AS value FROM sampled WHERE {column} <> ''"
    total, *passed = connection.execute(f"SELECT count(*), {counts} FROM ({values})").fetchall()[0]
    share = LEAST_SHARE if total >= MANY_VALUES else 1.0  # a few numbers may pass by chance, the others not
    bsn, email, phone = (
        total >= LEAST_VALUES and count >= part * total
        for part, count in zip((share, LEAST_SHARE, LEAST_SHARE), passed, strict=True)
    )
    return bsn, email, phone
