"""The same rows in DuckDB, SQLite and PostgreSQL, and the cells that each of them gives."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kpis import query
from kpis.cells import LEFT_OUT, cells, left_out, merged
from kpis.kpi import Kpi
from kpis.measurements import GRAIN, MEASURES
from kpis.rules_values import COMMON_TYPES
from kpis.tables import TABLES
from storage.scan import rows as run

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Found = tuple[pd.DataFrame, pd.DataFrame]

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
    return duckdb.connect()


def in_duckdb(kpis: Sequence[Kpi], rows: Rows) -> Found:
    """In views of one connection; each call replaces the rows of the tables that it reads."""

    def wide(table: str, statement: sa.Select[Any]) -> pd.DataFrame:
        schema = pa.schema([(name, ARROW[kind]) for name, kind in types(table).items()])
        _duckdb().register(table, pa.Table.from_pylist(list(rows.get(table, ())), schema=schema))
        return run(_duckdb(), statement)

    return _gathered(kpis, wide)


def in_sqlalchemy(engine: sa.Engine, kpis: Sequence[Kpi], rows: Rows) -> Found:
    """In temporary tables of a server or of SQLite."""
    with engine.connect() as connection:

        def wide(table: str, statement: sa.Select[Any]) -> pd.DataFrame:
            facts = sa.Table(
                table,
                sa.MetaData(),
                *(sa.Column(name, SQL[kind]) for name, kind in types(table).items()),
                prefixes=["TEMPORARY"],
            )
            facts.create(connection)
            if rows.get(table):
                connection.execute(facts.insert(), [dict(row) for row in rows[table]])
            found = connection.execute(statement)
            return pd.DataFrame(found.fetchall(), columns=list(found.keys()))

        gathered = _gathered(kpis, wide)
        connection.rollback()
        return gathered


def _gathered(kpis: Sequence[Kpi], wide: Any) -> Found:
    found, missed = [], []
    for table in query.tables_of(kpis):
        contributions = query.parts(kpis, table)
        result = wide(table, query.statement(contributions, table))
        found.append(cells(result, contributions))
        missed.append(left_out(result, contributions))
    return merged(found, (*GRAIN, *MEASURES), MEASURES), merged(missed, LEFT_OUT, ("rows",))
