"""The facts: immutable Parquet files that the ledger lists, and the rows among them that count today."""

from pathlib import Path

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


def files(workspace: Workspace, table: str) -> tuple[Path, ...]:
    """The committed Parquet files of a standard table, oldest first."""
    return _listed(workspace, table, "facts")


def source_sql(workspace: Workspace, table: str) -> str:
    """A DuckDB FROM-expression for the rows of a table that no later batch corrected."""
    facts = files(workspace, table)
    if not facts:
        return _nothing(TABLES[table])
    rows = f"read_parquet({path_list(facts)})"
    superseded = _listed(workspace, table, "superseded")
    if not superseded:
        return f"(SELECT * FROM {rows})"
    same = " AND ".join(
        f"fact.{identifier(name)} = older.{identifier(name)}" for name in TABLES[table].identity
    )
    return (
        f"(SELECT fact.* FROM {rows} AS fact ANTI JOIN read_parquet({path_list(superseded)}) AS older "
        f"ON fact.batch = older.batch AND {same})"
    )


def path_list(paths: tuple[Path, ...]) -> str:
    """Paths as a DuckDB list."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"


def _nothing(table: Table) -> str:
    empty = ", ".join(f"NULL::{kind} AS {identifier(name)}" for name, kind in columns(table).items())
    return f"(SELECT {empty} WHERE false)"


def _listed(workspace: Workspace, table: str, kind: str) -> tuple[Path, ...]:
    query = (
        select(fact_files.c.path)
        .join(batches, batches.c.id == fact_files.c.batch)
        .where(fact_files.c.table_name == table, fact_files.c.kind == kind, batches.c.done)
        .order_by(fact_files.c.batch, fact_files.c.path)
    )
    with workspace.engine.connect() as connection:
        return tuple(workspace.root / path for path in connection.scalars(query))
