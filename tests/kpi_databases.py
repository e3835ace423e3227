"""The same rows in DuckDB, SQLite and PostgreSQL, and the cells that each of them gives."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kpis.calendar import working_calendar
from kpis.content import Content
from kpis.gather import gather
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.rules_values import COMMON_TYPES
from kpis.tables import TABLES
from kpis.working_time import CALENDAR
from storage.scan import rows as run

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "time": pa.timestamp("us"),
    "date": pa.date32(),
    "flag": pa.int8(),
}
SQL: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.String(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "time": sa.DateTime(),
    "date": sa.Date(),
    "flag": sa.SmallInteger(),
}


def types(table: str) -> dict[str, str]:
    return {**COMMON_TYPES, **{column.name: column.type for column in TABLES[table].columns}}


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("calendar", _days())
    return connection


def in_duckdb(kpis: Sequence[Kpi], rows: Rows) -> Content:
    """In views of one connection; each call replaces the rows of the tables that it reads."""
    for table in tables_of(kpis):
        schema = pa.schema([(name, ARROW[kind]) for name, kind in types(table).items()])
        _duckdb().register(table, pa.Table.from_pylist(list(rows.get(table, ())), schema=schema))
    return gather(partial(run, _duckdb()), kpis)


def in_sqlalchemy(engine: sa.Engine, kpis: Sequence[Kpi], rows: Rows) -> Content:
    """In temporary tables of a server or of SQLite."""
    with engine.connect() as connection:

        def wide(statement: sa.SelectBase) -> pd.DataFrame:
            found = connection.execute(statement)
            return pd.DataFrame(found.fetchall(), columns=list(found.keys()))

        for table in tables_of(kpis):
            columns = {name: SQL[kind] for name, kind in types(table).items()}
            _fill(connection, table, columns, [dict(row) for row in rows.get(table, ())])
        types_ = {column.name: column.type for column in CALENDAR.c}
        _fill(connection, "calendar", types_, _days().to_dict("records"))
        gathered = gather(wide, kpis)
        connection.rollback()
        return gathered


def _fill(connection: sa.Connection, name: str, columns: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    made = (sa.Column(column, kind) for column, kind in columns.items())
    table = sa.Table(name, sa.MetaData(), *made, prefixes=["TEMPORARY"])
    table.create(connection)
    if rows:
        connection.execute(table.insert(), rows)


@cache
def _days() -> pd.DataFrame:
    return working_calendar(date(2025, 12, 1), date(2027, 2, 28), "Europe/Amsterdam")
