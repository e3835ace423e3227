"""What a cube is made from, scanned from the facts of a workspace."""

from collections.abc import Sequence
from functools import partial

import duckdb
import pandas as pd
import sqlalchemy as sa

from kpis.cells import empty
from kpis.content import Content
from kpis.gather import gather
from kpis.kpi import Kpi
from kpis.query import Spans, within
from kpis.row_values import source
from storage.scan import rows

COVERAGE = ("table", "department", "day", "rows")
"""Rows of every standard table per department and day, whatever a KPI makes of them."""


def scan(
    connection: duckdb.DuckDBPyConnection,
    kpis: Sequence[Kpi],
    days: Spans | None = None,
    tables: Sequence[str] | None = None,
) -> Content:
    """Everything of the KPIs but histograms. days, tables: only these, None for all."""
    return gather(partial(rows, connection), kpis, days, tables, histograms=False)


def coverage(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], days: Spans | None = None
) -> pd.DataFrame:
    """Rows of every table per department and day: columns COVERAGE."""
    found = []
    for table in tables:
        facts = source(table).c
        keys = (facts.department, facts.day)
        asked = sa.select(*keys, sa.func.count().label("rows")).group_by(*keys)
        counted = rows(connection, asked.where(*within(facts.day, days)))
        if len(counted):
            day = pd.to_datetime(counted["day"]).astype("datetime64[s]")
            found.append(counted.assign(table=table, day=day)[list(COVERAGE)])
    return pd.concat(found, ignore_index=True) if found else empty(COVERAGE)
