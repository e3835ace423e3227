"""Histograms of values, in long form: what medians, distributions and survival are made of.

Durations fall into logarithmic bins, scores into whole numbers, and times until something that may be still
open into bins of the KPI's own width; counts of a bin add up over days exactly.
"""

import math
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, SelectBase, case, func
from sqlalchemy.sql import quoted_name

from kpis.parts import Part, over_rows
from kpis.portable import floor, ln
from kpis.query import KEYS, Spans, masked
from kpis.row_values import ZERO, in_columns_unit, rows_of, whole
from kpis.statistics.binning import GROWTH, OFFSET

VALUE, OPEN = "value", "open"
"""What a count is of: rows with a value, or rows that are still open since the bin's time of their day."""

BINNED = ("duration", "ordinal", "censored")
COLUMNS = ("kpi", "day", "department", "segment", "exposed", "kind", "bin", "rows")


def statement(contributions: Sequence[Part], table: str, days: Spans | None = None) -> SelectBase | None:
    """The rows per KPI, day, department, segment, exposure, kind and bin; None where nothing is binned."""
    rows_alone = (part for part in over_rows(contributions) if part.role == "both")
    chosen = [part for part in rows_alone if part.kpi.statistic in BINNED]
    if not chosen:
        return None
    rows = rows_of(chosen, table)
    inner = masked(chosen, rows, days)
    return sa.union_all(*(one for part in chosen for one in _counts(part, inner)))


def _counts(part: Part, inner: sa.Subquery) -> tuple[SelectBase, ...]:
    bins = {VALUE: _bin(part, inner.c[part.name("a")], inner.c.get(part.name("log")))}
    if part.kpi.statistic == "censored":
        bins[OPEN] = floor(inner.c[part.name("since")] / sa.literal(60.0, sa.Double))
    return tuple(_one(part, inner, kind, bin_) for kind, bin_ in bins.items())


def _one(part: Part, inner: sa.Subquery, kind: str, bin_: ColumnElement[Any]) -> SelectBase:
    binned = (
        sa.select(*(inner.c[name] for name in KEYS), bin_.label("bin"))
        .where(bin_.is_not(None))
        .subquery("binned")
    )
    keys = [binned.c[name] for name in (*KEYS, "bin")]
    labels = (sa.literal(part.kpi.id).label("kpi"), sa.literal(kind).label("kind"))
    # ROWS is a reserved word of Oracle
    counted = func.count().label(quoted_name("rows", quote=True))
    return sa.select(*labels, *keys, counted).group_by(*keys)


def _bin(part: Part, value: Any, log: Any) -> ColumnElement[Any]:
    """The number of the bin; NULL where there is no value."""
    kpi = part.kpi
    if kpi.statistic == "ordinal":
        return floor(value)
    if kpi.statistic == "censored":
        return floor(value / sa.literal(in_columns_unit(kpi, kpi.bin), sa.Double))
    growth = sa.literal(math.log(GROWTH), sa.Double)
    mirrored = -(floor(ln(-value) / growth) + whole(OFFSET))
    return case(
        (value > ZERO, floor(log / growth) + whole(OFFSET)), (value < ZERO, mirrored), (value == ZERO, ZERO)
    )
