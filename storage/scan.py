"""Run a compiled statement over the facts of a workspace."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd
from sqlalchemy import SelectBase

from core.quoting import identifier
from kpis.calendar import working_calendar
from kpis.gather import Run
from kpis.portable import DuckDBDialect
from storage import department_history
from storage.duck import session
from storage.facts import source_sql
from storage.workspace import Workspace

_DIALECT = DuckDBDialect()
CALENDAR_SPAN = (date(2015, 1, 1), date(2035, 12, 31))
"""Outside it working time is missing, never 0."""


def open_facts(
    workspace: Workspace,
    tables: Sequence[str],
    months: Collection[str] | None = None,
    *,
    with_calendar: bool = False,
    position: int | None = None,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> duckdb.DuckDBPyConnection:
    """A session of its own in which every table is a view of its current rows.

    months: such as "2026-03", when only those are looked at. with_calendar: working time is counted too.
    position: the last batch that counts; None for all. instead: by table other rows than its current ones,
    as a FROM-expression.
    """
    history = department_history.read(workspace.root)
    chosen = f"* REPLACE ({history.as_sql()} AS department)" if history.department else "*"
    connection = session()
    for table in tables:
        rows_ = instead.get(table) or source_sql(workspace, table, months, position)
        connection.execute(f"CREATE TEMP VIEW {identifier(table)} AS SELECT {chosen} FROM {rows_}")
    if with_calendar:
        connection.register("calendar", _calendar(workspace.settings.timezone))
    return connection


def rows(connection: duckdb.DuckDBPyConnection, statement: SelectBase) -> pd.DataFrame:
    """The rows of a statement, whole numbers with a gap as doubles; its values are bound, not written."""
    return pd.DataFrame(connection.execute(*compiled(statement)).fetchnumpy(), copy=False)


def runner(connection: duckdb.DuckDBPyConnection) -> Run:
    """What asks a connection."""
    return partial(rows, connection)


def compiled(statement: SelectBase) -> tuple[str, list[Any]]:
    """DuckDB's text of a statement, and the values that are bound to it in order."""
    found = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(found), [found.params[name] for name in found.positiontup or ()]


@cache
def _calendar(zone: str) -> pd.DataFrame:
    return working_calendar(*CALENDAR_SPAN, zone)
