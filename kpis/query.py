"""KPIs to SQL: one masked SELECT per standard table that gives every cell in one scan.

Three levels: the values and, per row, the code of why it is left out; the values masked by that code; plain
sums by day, department, segment and exposure. Only CASE, comparisons, IN, CAST, COUNT and SUM, and the
elements of `portable`: the same definition runs on every database. Sums are of raw values: seconds, cents and
counts add up exactly whatever the order; `cells` brings them into the KPI's unit.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, case, func, or_

from kpis.kpi import Kpi
from kpis.parts import Part, over_rows
from kpis.portable import ln
from kpis.row_values import (
    ONE,
    ZERO,
    Rows,
    capped,
    code,
    denominator,
    numerator,
    rows_of,
    since_its_day,
    tests,
    whole,
)
from kpis.tables import COMMON

Spans = Sequence[tuple[date, date]]
"""Spans of days, first and last included."""

KEYS = ("day", "department", "segment", "exposed")


def statement(contributions: Sequence[Part], table: str, days: Spans | None = None) -> Select[Any]:
    """One SELECT: per day, department, segment and exposure the sums of every part, in that order.

    days: only these; None for all.
    """
    chosen = over_rows(contributions)
    rows = rows_of(chosen, table)
    inner = masked(chosen, rows, days)
    keys = [inner.c[name] for name in KEYS]
    sums = [
        column
        for part in chosen
        for column in (*_sums(part, inner.c), *left_out(part, inner.c, tuple(tests(part, rows))))
    ]
    return sa.select(*keys, *sums).group_by(*keys).order_by(*keys)


def masked(contributions: Sequence[Part], rows: Rows, days: Spans | None) -> sa.Subquery:
    """Per row the keys and, of every part, its code and its values where the row counts."""
    valued = _valued(contributions, rows, days)
    columns: list[ColumnElement[Any]] = [valued.c[name] for name in COMMON]
    for part in contributions:
        inside = valued.c[part.name("code")]
        columns.append(inside)
        if part.name("b") in valued.c:
            columns.append(case((inside == ZERO, valued.c[part.name("b")])).label(part.name("b")))
        if part.name("a") in valued.c:
            columns += _masked_numerator(part, valued.c)
    return sa.select(*columns).subquery("masked")


def _masked_numerator(part: Part, valued: Any) -> list[ColumnElement[Any]]:
    inside, raw, since = (valued.get(part.name(name)) for name in ("code", "a", "since"))
    value, counts = capped(part.kpi, raw), inside == ZERO
    columns: list[ColumnElement[Any]] = []
    if part.kpi.cap is not None:
        columns.append(case((counts, raw)).label(part.name("uncapped")))
    columns.append(case((counts, value)).label(part.name("a")))
    if part.kpi.statistic == "duration":
        positive = counts if _only_positive(part.kpi) else and_(counts, raw > ZERO)
        columns.append(case((positive, ln(value))).label(part.name("log")))
    if since is not None:
        columns.append(case((and_(counts, raw.is_(None)), since)).label(part.name("since")))
    return columns


def _valued(contributions: Sequence[Part], rows: Rows, days: Spans | None) -> sa.Subquery:
    columns: list[ColumnElement[Any]] = [rows.c[name] for name in COMMON]
    for part in contributions:
        columns.append(code(part, rows).label(part.name("code")))
        if part.has_numerator:
            columns.append(numerator(part, rows).label(part.name("a")))
        if part.kpi.statistic == "censored" and part.has_numerator:
            columns.append(since_its_day(part, rows).label(part.name("since")))
        if part.has_denominator:
            columns.append(denominator(part, rows).label(part.name("b")))
    return sa.select(*columns).select_from(rows.clause).where(*within(rows.c.day, days)).subquery("valued")


def within(day: ColumnElement[Any], days: Spans | None) -> list[ColumnElement[bool]]:
    """The condition that a day lies in one of the spans; nothing where all days are wanted."""
    if days is None:
        return []
    inside = [day.between(first, last) for first, last in days]
    # Oracle takes no bare false
    return [or_(*inside) if inside else ONE == ZERO]


def _sums(part: Part, inner: Any) -> list[ColumnElement[Any]]:
    named: list[tuple[str, ColumnElement[Any]]] = []
    if part.role == "expected":
        named.append(("n", func.count(case((inner[part.name("code")] == ZERO, ONE)))))
    sides = ("a", "b", "log", "uncapped", "since")
    a, b, log, uncapped, since = (inner.get(part.name(side)) for side in sides)
    if a is not None:
        named += [("a_n", func.count(a)), ("a_sum", func.sum(a)), *_squares(part, a)]
    if uncapped is not None:
        named.append(("uncapped", func.sum(uncapped)))
    if b is not None:
        named += [("b_n", func.count(b)), ("b_sum", func.sum(b))]
        named += [("b_squares", func.sum(b * b))] if part.kpi.denominator.value else []
    if a is not None and b is not None:
        named.append(("cross", func.sum(a * b)))
    if log is not None:
        named += [] if _only_positive(part.kpi) else [("log_n", func.count(log))]
        named += [("log_sum", func.sum(log)), ("log_squares", func.sum(log * log))]
    if since is not None:
        named.append(("open", func.count(since)))
    return [column.label(part.name(name)) for name, column in named]


def _only_positive(kpi: Kpi) -> bool:
    """Whether every value that counts has a logarithm, so that their number is that of the values."""
    return kpi.plausible is not None and kpi.plausible[0] > 0


def _squares(part: Part, a: ColumnElement[Any]) -> list[tuple[str, ColumnElement[Any]]]:
    """The sum of squares around the KPI's fixed offset; those of 0/1 values are their sum already."""
    if not part.kpi.numerator.value and part.kpi.statistic != "net":
        return []
    away = centred(part.kpi, a)
    return [("a_squares", func.sum(away * away))]


def centred(kpi: Kpi, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The distance of a value to the KPI's fixed offset, in the unit of the columns."""
    return value - sa.literal(kpi.offset, sa.Double) if kpi.offset else value


def left_out(part: Part, inner: Any, codes: Sequence[int]) -> list[ColumnElement[Any]]:
    """Per code the number of rows that were left out for it."""
    found = inner[part.name("code")]
    return [
        func.count(case((found == whole(number), ONE))).label(part.name(f"left_out_{number}"))
        for number in codes
    ]
