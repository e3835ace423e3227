"""From rows, wherever they live, to everything measurable: one scan of a table for all of its sums.

The statements are the same for every database; `run` sends one and gives its rows. Only cells leave the
database that holds the rows.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pandas as pd
from sqlalchemy import Select, SelectBase

from kpis import query, query_groups, query_histogram, query_staff
from kpis.cells import CELLS, LEFT_OUT, STAFF, cells, empty, left_out, merged, staff
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.measurements import MEASURES, STAFF_MEASURES
from kpis.parts import Part, by_clinician, calendar_columns, gathered, over_rows, parts, tables_of
from kpis.query import Spans

Run: TypeAlias = Callable[[SelectBase], pd.DataFrame]


def gather(
    run: Run,
    kpis: Sequence[Kpi],
    days: Spans | None = None,
    tables: Sequence[str] | None = None,
    *,
    histograms: bool = True,
) -> Content:
    """Everything measurable of the KPIs. days, tables: only these, None for all; histograms: those too."""
    found, missed, totals, binned = [], [], [], []
    for table in tables_of(kpis) if tables is None else tables:
        contributions = parts(kpis, table)
        for chosen, statement in sums(contributions, table, days):
            wide = run(statement)
            found += cells(wide, chosen)
            missed += left_out(wide, chosen)
        if (per_clinician := query_staff.statement(contributions, table, days)) is not None:
            totals += staff(run(per_clinician), by_clinician(contributions))
        histogram = query_histogram.statement(contributions, table, days) if histograms else None
        if histogram is not None:
            binned.append(_histogram(run(histogram)))
    return Content(
        cells=merged(found, CELLS, MEASURES),
        left_out=merged(missed, LEFT_OUT, ("rows",)),
        histogram=pd.concat(binned, ignore_index=True) if binned else empty(query_histogram.COLUMNS),
        staff=merged(totals, STAFF, STAFF_MEASURES),
    )


def sums(
    contributions: Sequence[Part], table: str, days: Spans | None = None
) -> list[tuple[Sequence[Part], Select[Any]]]:
    """The statements that give cells: one for all KPIs over rows, one per column that gathers rows first."""
    found: list[tuple[Sequence[Part], Select[Any]]] = []
    if some := over_rows(contributions):
        found.append((some, query.statement(some, table, days)))
    for column in query_groups.columns(contributions):
        chosen = gathered(contributions, column)
        found.append((chosen, query_groups.statement(chosen, table, column, days)))
    return found


def needs_calendar(kpis: Sequence[Kpi]) -> bool:
    """Whether any of the KPIs counts working time, for which a table `calendar` stands beside the rows."""
    return any(calendar_columns(parts(kpis, table)) for table in tables_of(kpis))


def _histogram(wide: pd.DataFrame) -> pd.DataFrame:
    day = pd.to_datetime(wide["day"]).astype("datetime64[s]")
    return wide.assign(day=day).astype({"bin": "int64", "rows": "int64"})[list(query_histogram.COLUMNS)]
