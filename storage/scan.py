"""Run a compiled statement over the facts of a workspace."""

from collections.abc import Sequence

import duckdb
import pandas as pd
from sqlalchemy import SelectBase

from core.quoting import identifier
from kpis.portable import DuckDBDialect
from storage.duck import connect
from storage.facts import source_sql
from storage.workspace import Workspace

_DIALECT = DuckDBDialect()


def open_facts(workspace: Workspace, tables: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database in which every table is a view of its current rows."""
    connection = connect()
    for table in tables:
        connection.execute(
            f"CREATE TEMP VIEW {identifier(table)} AS SELECT * FROM {source_sql(workspace, table)}"
        )
    return connection


def rows(connection: duckdb.DuckDBPyConnection, statement: SelectBase) -> pd.DataFrame:
    """The rows of a statement; its values are bound, never written into the text."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    return connection.execute(str(compiled), values).df()
