"""Which KPIs can be counted where the rows are, and their statements over rows that are made up there."""

from collections.abc import Sequence
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import SelectBase
from sqlalchemy.sql import visitors

from core.language.text import N_
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.row_values import source

S = TypeVar("S", bound=SelectBase)

STAFF = N_("it needs totals per clinician, who would leave the source")
MEDIAN = N_("its value is a median, which sums do not give")
CALENDAR = N_("it counts working time, and the calendar is not in the source")


def not_in_source(kpi: Kpi) -> str | None:
    """Why a KPI cannot be counted in a source, as a clause; None where it can."""
    if kpi.staff is not None:
        return STAFF
    if kpi.statistic == "censored":
        return MEDIAN
    return CALENDAR if needs_calendar([kpi]) else None


def countable(kpis: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs that can be counted in a source."""
    return tuple(kpi for kpi in kpis if not_in_source(kpi) is None)


def over(statement: S, table: str, rows: sa.Subquery) -> S:
    """A statement over a standard table as one over a sub-query with its columns."""
    facts = source(table)

    def replaced(element: object, **_: object) -> object:
        if element is facts:
            return rows
        if isinstance(element, sa.ColumnClause) and element.table is facts:
            return rows.c[element.name]
        return None

    return cast(S, visitors.replacement_traverse(statement, {}, replaced))
