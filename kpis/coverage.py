"""How many rows there are, whatever a KPI makes of them."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from kpis.cells import empty
from kpis.gather import Run
from kpis.query import Spans, within
from kpis.row_values import source

COVERAGE = ("table", "department", "day", "rows")
"""Rows of every standard table per department and day."""


def coverage(run: Run, tables: Sequence[str], days: Spans | None = None) -> pd.DataFrame:
    """Rows of every table per department and day: columns COVERAGE."""
    found = []
    for table in tables:
        facts = source(table).c
        keys = (facts.department, facts.day)
        asked = sa.select(*keys, sa.func.count().label("rows")).group_by(*keys)
        counted = run(asked.where(*within(facts.day, days)))
        if len(counted):
            day = pd.to_datetime(counted["day"]).astype("datetime64[s]")
            found.append(counted.assign(table=table, day=day)[list(COVERAGE)])
    return pd.concat(found, ignore_index=True) if found else empty(COVERAGE)
