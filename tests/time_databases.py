"""Rows with two times and a number, and the calendar, in DuckDB and in whatever SQLAlchemy reaches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kpis.portable import day
from kpis.working_time import CALENDAR
from storage.scan import rows as run

Row = tuple[datetime | None, datetime | None, float | None]

SPAN = sa.table(
    "span",
    sa.column("id", sa.Integer()),
    sa.column("start_at", sa.DateTime()),
    sa.column("end_at", sa.DateTime()),
    sa.column("x", sa.Double()),
)
START, END = CALENDAR.alias("calendar_start"), CALENDAR.alias("calendar_end")
JOINED = SPAN.outerjoin(START, START.c.day == day(SPAN.c.start_at)).outerjoin(
    END, END.c.day == day(SPAN.c.end_at)
)
TIME = pa.timestamp("us")
ARROW = pa.schema([("id", pa.int32()), ("start_at", TIME), ("end_at", TIME), ("x", pa.float64())])


class Database(Protocol):
    def __call__(self, rows: Sequence[Row], *asked: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
        """What is asked of each row, in the order of the rows."""


def _numbered(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {"id": number, "start_at": start, "end_at": end, "x": x}
        for number, (start, end, x) in enumerate(rows)
    ]


def _select(asked: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    named = [element.label(f"asked_{number}") for number, element in enumerate(asked)]
    return sa.select(SPAN.c.id, *named).select_from(JOINED).order_by(SPAN.c.id)


@contextmanager
def in_duckdb(calendar: pd.DataFrame) -> Iterator[Database]:
    with duckdb.connect() as connection:
        connection.register("calendar", pa.Table.from_pandas(calendar, preserve_index=False))

        def answer(rows: Sequence[Row], *asked: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
            connection.register("span", pa.Table.from_pylist(_numbered(rows), schema=ARROW))
            found = run(connection, _select(asked)).astype(object)
            found = found.where(found.notna(), None)
            return [tuple(row[1:]) for row in found.itertuples(index=False)]

        yield answer


@contextmanager
def in_sqlalchemy(url: str, calendar: pd.DataFrame) -> Iterator[Database]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        tables = {
            clause.name: sa.Table(
                clause.name,
                sa.MetaData(),
                *(sa.Column(column.name, column.type) for column in clause.c),
                prefixes=["TEMPORARY"],
            )
            for clause in (CALENDAR, SPAN)
        }
        for table in tables.values():
            table.create(connection)
        connection.execute(tables["calendar"].insert(), calendar.to_dict("records"))

        def answer(rows: Sequence[Row], *asked: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
            connection.execute(tables["span"].delete())
            connection.execute(tables["span"].insert(), _numbered(rows))
            return [tuple(row[1:]) for row in connection.execute(_select(asked))]

        yield answer
        connection.rollback()
    engine.dispose()
