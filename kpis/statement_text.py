"""The SQL that counts one KPI, as text to read or to paste: its values are written out as literals.

Meetlat itself runs the same statements with bound values (`gather`); this text is for people.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Dialect, SelectBase, func
from sqlalchemy.dialects import mssql, postgresql

from core.period import Period
from kpis import query_histogram, query_staff
from kpis.gather import sums
from kpis.kpi import Kpi
from kpis.parts import Part, parts, tables_of
from kpis.portable import DuckDBDialect
from kpis.query import KEYS
from kpis.statement_layout import laid_out

Database = Literal["duckdb", "postgresql", "mssql"]
DATABASES: tuple[Database, ...] = get_args(Database)
_DIALECTS: Mapping[Database, type[Dialect]] = {
    "duckdb": DuckDBDialect,
    "postgresql": postgresql.dialect,
    "mssql": mssql.dialect,
}
NAMES = {
    "a_n": "numerator_rows",
    "a_sum": "numerator_sum",
    "b_n": "denominator_rows",
    "b_sum": "denominator_sum",
    "uncapped": "numerator_sum_without_cap",
}
"""Columns of `query.statement` under the names that a reader knows; the others keep theirs."""


def statement_texts(kpi: Kpi, department: str, period: Period, database: Database) -> tuple[str, ...]:
    """The statements whose sums make the number of a department and period, a text each.

    Sums stand in the unit of the columns, before the definition's scale. Tables are standard tables.
    """
    days = [(period.start, period.end)]
    found: list[str] = []
    for table in tables_of([kpi]):
        contributions = parts([kpi], table)
        for chosen, statement in sums(contributions, table, days):
            found.append(_text(_summed(statement, chosen, department), database))
        details: list[SelectBase | None] = [query_staff.statement(contributions, table, days)]
        if kpi.statistic == "censored":
            details.append(query_histogram.statement(contributions, table, days))
        found += [_text(_of(one, department), database) for one in details if one is not None]
    return tuple(found)


def _summed(statement: SelectBase, chosen: Sequence[Part], department: str) -> SelectBase:
    inner = _unordered(statement).subquery("per_day")
    names = {column: name for part in chosen for column, name in _readable(part, inner)}
    totals: list[ColumnElement[Any]] = [
        func.sum(column).label(names.get(column.name, column.name))
        for column in inner.c
        if column.name not in KEYS
    ]
    return sa.select(*totals).where(inner.c.department == department)


def _readable(part: Part, inner: sa.Subquery) -> list[tuple[str, str]]:
    """Columns of a part with the names that a reader knows: those of reasons hold the reason."""
    prefix = part.name("")
    found = []
    for column in inner.c:
        measure = column.name.removeprefix(prefix)
        if measure == column.name or "__" in measure:
            continue
        name = NAMES.get(measure, measure)
        if measure.startswith("left_out_"):
            reason = part.reasons[int(measure.removeprefix("left_out_")) - 1]
            name = f"left_out_{reason}"
        found.append((column.name, f"{'expected_' if part.role == 'expected' else ''}{name}"))
    return found


def _of(statement: SelectBase, department: str) -> SelectBase:
    inner = _unordered(statement).subquery("per_day")
    return sa.select(*inner.c).where(inner.c.department == department)


def _unordered(statement: SelectBase) -> SelectBase:
    return statement.order_by(None) if isinstance(statement, sa.Select) else statement


def _text(statement: SelectBase, database: Database) -> str:
    compiled = statement.compile(
        dialect=_DIALECTS[database](), compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )
    return laid_out(str(compiled))
