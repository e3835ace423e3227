"""A first look at a file: some of its rows, and what a mapping would make of it. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from secrets import token_bytes
from typing import Any

import duckdb

from data_connectors.connector import PROBLEM, Refused, Source, source_column
from data_connectors.intake import ACCEPTED, SET_ASIDE, Account, take_in, unreadable
from data_connectors.mapping import FileFormat, TableMapping
from governance.pseudonymise import MINIMUM_BYTES, Key

SAMPLED, SHOWN = 1000, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a mapping makes of a file: some rows, and what would be set aside; or why it is refused."""

    account: Account | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    set_aside: tuple[Mapping[str, Any], ...] = ()
    refusal: Refused | None = None


def sample(connection: duckdb.DuckDBPyConnection, source: Source) -> list[dict[str, str]]:
    """The first rows as text, by the names of their columns; nothing is an empty text. Raises Refused."""
    names = tuple(name for name in dict.fromkeys(source.header) if name)
    chosen = ", ".join(f"coalesce(trim({source_column(name)}), '')" for name in names)
    relation = source.relation(connection, names)
    asked = f"SELECT {chosen} FROM {relation} WHERE {PROBLEM} IS NULL LIMIT {SAMPLED}"
    try:
        rows = connection.execute(asked).fetchall()
    except duckdb.Error as error:
        raise unreadable(source, error) from None
    return [dict(zip(names, row, strict=True)) for row in rows]


def preview(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: TableMapping,
    file: FileFormat,
    place: tuple[str, date],
) -> Preview:
    """Take the file in under a key that is thrown away; raises Refused."""
    account = take_in(connection, source, mapping, file, Key(token_bytes(MINIMUM_BYTES)), place)
    return Preview(
        account=account, rows=_first(connection, ACCEPTED), set_aside=_first(connection, SET_ASIDE)
    )


def _first(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[dict[str, Any], ...]:
    found = connection.execute(f"SELECT * FROM {relation} LIMIT {SHOWN}")
    names = [column[0] for column in found.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())
