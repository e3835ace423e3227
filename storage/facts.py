"""The facts: immutable Parquet files that the ledger lists, and the rows among them that count today."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import select

from core.quoting import identifier, literal
from data_connectors.column_types import DUCK_TYPES
from kpis.tables import TABLES, Table
from storage.schema import batches, fact_files
from storage.workspace import Workspace


def columns(table: Table) -> dict[str, str]:
    """Names and DuckDB types of a fact file, in order."""
    before = {"department": "VARCHAR", "day": "DATE", "segment": "VARCHAR", "exposed": "TINYINT"}
    own = {column.name: DUCK_TYPES[column.type] for column in table.columns}
    return before | own | {"batch": "INTEGER"}


def files(workspace: Workspace, table: str, position: int | None = None) -> tuple[Path, ...]:
    """The committed Parquet files of a standard table, oldest first; position: the last batch that counts."""
    return listed(workspace, table, "facts", position)


def source_sql(
    workspace: Workspace,
    table: str,
    months: Collection[str] | None = None,
    position: int | None = None,
) -> str:
    """A DuckDB FROM-expression for the rows of a table that no later batch corrected.

    months: such as "2026-03", when only those are looked at; None for all. position: the last batch that
    counts, as the facts were known then; None for all.
    """
    facts = tuple(
        path
        for path in files(workspace, table, position)
        if months is None or month_of(path) in (*months, "")
    )
    if not facts:
        return _nothing(TABLES[table])
    rows = _rows(TABLES[table], facts)
    superseded = listed(workspace, table, "superseded", position)
    if not superseded:
        return f"(SELECT * FROM {rows})"
    same = " AND ".join(
        f"fact.{identifier(name)} = older.{identifier(name)}" for name in TABLES[table].identity
    )
    return (
        f"(SELECT fact.* FROM {rows} AS fact ANTI JOIN read_parquet({path_list(superseded)}) AS older "
        f"ON fact.batch = older.batch AND {same})"
    )


def superseded_sql(workspace: Workspace, table: str, after: int, position: int) -> str:
    """A FROM-expression of batch and identity of the rows that batches after one, up to another, replaced."""
    earlier = listed(workspace, table, "superseded", after)
    paths = tuple(path for path in listed(workspace, table, "superseded", position) if path not in earlier)
    if not paths:
        return f"(SELECT batch, {_identity(table)} FROM {_nothing(TABLES[table])})"
    return f"(SELECT batch, {_identity(table)} FROM read_parquet({path_list(paths)}))"


def _rows(table: Table, paths: tuple[Path, ...]) -> str:
    """The rows of files, with the columns of the table that older files do not have yet as missing."""
    held = [_columns_of(path) for path in paths]
    if all(names == held[0] for names in held):
        found = f"read_parquet({path_list(paths)})"
    else:
        found = f"read_parquet({path_list(paths)}, union_by_name = true)"
    absent = [name for name in columns(table) if not any(name in names for names in held)]
    added = "".join(f", NULL::{columns(table)[name]} AS {identifier(name)}" for name in absent)
    return f"(SELECT *{added} FROM {found})" if absent else found


@cache
def _columns_of(path: Path) -> tuple[str, ...]:
    """The columns of a fact file, which never changes."""
    return tuple(pq.read_schema(path).names)


_MONTH = re.compile(r"\d{4}-\d{2}(?=-)")


def month_of(path: Path) -> str:
    """The month of which the file holds the rows; empty where its name does not say."""
    found = _MONTH.match(path.name)
    return found[0] if found else ""


def path_list(paths: tuple[Path, ...]) -> str:
    """Paths as a DuckDB list."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"


def _identity(table: str) -> str:
    return ", ".join(map(identifier, TABLES[table].identity))


def _nothing(table: Table) -> str:
    empty = ", ".join(f"NULL::{kind} AS {identifier(name)}" for name, kind in columns(table).items())
    return f"(SELECT {empty} WHERE false)"


def listed(workspace: Workspace, table: str, kind: str, position: int | None = None) -> tuple[Path, ...]:
    """Files of a table that the ledger lists. kind: facts, superseded or quarantine."""
    query = (
        select(fact_files.c.path)
        .join(batches, batches.c.id == fact_files.c.batch)
        .where(fact_files.c.table_name == table, fact_files.c.kind == kind, batches.c.done)
        .order_by(fact_files.c.batch, fact_files.c.path)
    )
    if position is not None:
        query = query.where(batches.c.id <= position)
    with workspace.engine.connect() as connection:
        return tuple(workspace.root / path for path in connection.scalars(query))
