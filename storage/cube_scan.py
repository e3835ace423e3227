"""What a cube is made from, scanned from the facts of a workspace; histograms have their own scan."""

from collections.abc import Sequence

import duckdb

from kpis.content import Content
from kpis.gather import gather
from kpis.kpi import Kpi
from kpis.query import Spans
from storage.scan import runner


def scan(
    connection: duckdb.DuckDBPyConnection,
    kpis: Sequence[Kpi],
    days: Spans | None = None,
    tables: Sequence[str] | None = None,
) -> Content:
    """Everything of the KPIs but histograms. days, tables: only these, None for all."""
    return gather(runner(connection), kpis, days, tables, histograms=False)
