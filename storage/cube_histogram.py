"""Histograms as they are stored: a row per cell and kind, with its bins and their counts as lists.

A department-day holds nearly as many bins as rows, so that the long form would be as large as the facts.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kpis import query_histogram
from kpis.kpi import Kpi
from kpis.parts import parts
from kpis.query import Spans
from kpis.query_histogram import COLUMNS
from storage.scan import compiled

KEYS = ("kpi", "day", "department", "segment", "exposed", "kind")
LISTS = ("bin", "rows")


def scan(
    connection: duckdb.DuckDBPyConnection, kpis: Sequence[Kpi], tables: Sequence[str], days: Sequence[Spans]
) -> pa.Table:
    """The stored form of the histograms of some tables, taken in portions of days to bound memory."""
    found = [_NOTHING]
    for table in tables:
        for span in days:
            statement = query_histogram.statement(parts(kpis, table), table, span or None)
            if statement is not None:
                text, values = compiled(statement)
                keys = ", ".join(KEYS)
                nested = f"SELECT {keys}, list(bin) AS bin, list(rows) AS rows FROM ({text}) GROUP BY {keys}"
                found.append(connection.sql(nested, params=values).to_arrow_table().cast(_SCHEMA))
    return pa.concat_tables(found)


def long_form(stored: pa.Table) -> pd.DataFrame:
    """One row per bin: the columns of query_histogram."""
    lengths = pc.list_value_length(stored["bin"]).to_numpy()
    places = pa.array(np.repeat(np.arange(stored.num_rows), lengths))
    keys: pd.DataFrame = stored.select(list(KEYS)).take(places).to_pandas(date_as_object=False)
    for name in LISTS:
        keys[name] = pc.list_flatten(stored[name]).to_numpy().astype(np.int64)
    return keys[list(COLUMNS)]


_SCHEMA = pa.schema(
    [
        ("kpi", pa.string()),
        ("day", pa.date32()),
        ("department", pa.string()),
        ("segment", pa.string()),
        ("exposed", pa.int64()),
        ("kind", pa.string()),
        ("bin", pa.list_(pa.int32())),
        ("rows", pa.list_(pa.int32())),
    ]
)
_NOTHING = _SCHEMA.empty_table()
