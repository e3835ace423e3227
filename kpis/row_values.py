"""What a definition makes of one row, as SQL: its value, whether it counts, and if not why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.sql.base import WriteableColumnCollection

from kpis import expression
from kpis.kpi import Filter, Kpi
from kpis.parts import Part, calendar_columns
from kpis.portable import day, minutes_between, to_double
from kpis.rules_values import COMMON_TYPES, PRESENCE
from kpis.tables import TABLES
from kpis.working_time import CALENDAR, working_days, working_minutes

Bool = ColumnElement[bool]

OUTSIDE = -1

LARGEST = 1e100
"""No number of a hospital is larger; the sum of their squares stays finite."""


def whole(number: int) -> ColumnElement[int]:
    """A whole number that stands in the text: the same query reads the same everywhere."""
    return sa.literal(number, sa.Integer, literal_execute=True)


ONE, ZERO = whole(1), whole(0)

SQL_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.String(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "time": sa.DateTime(),
    "date": sa.Date(),
    "flag": sa.SmallInteger(),
}


@cache
def source(table: str) -> sa.TableClause:
    """The facts of a standard table, one object each, its columns as the only names that can be used."""
    types = {**COMMON_TYPES, **{column.name: column.type for column in TABLES[table].columns}}
    return sa.table(table, *(sa.column(name, SQL_TYPES[kind]) for name, kind in types.items()))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table: `c` its columns, `calendar` the calendar's row at each of some times."""

    table: str
    c: Any
    calendar: dict[str, Any]
    clause: sa.FromClause

    @property
    def finite(self) -> "Rows":
        """The same rows, in which a number that is not finite is missing: what conditions look at."""
        return replace(self, c=_finite_columns(self.table))


def rows_of(contributions: Sequence[Part], table: str) -> Rows:
    """The rows of a table, joined with the calendar at the times from which working time is counted."""
    facts = source(table)
    clause: sa.FromClause = facts
    calendar: dict[str, Any] = {}
    for name in calendar_columns(contributions):
        at = CALENDAR.alias(f"calendar_{name}")
        clause = clause.outerjoin(at, at.c.day == day(facts.c[name]))
        calendar[name] = at.c
    return Rows(table, facts.c, calendar, clause)


@cache
def _finite_columns(table: str) -> sa.ColumnCollection[str, Any]:
    return WriteableColumnCollection(
        [(one.name, _finite(one) if _can_be_endless(one) else one) for one in source(table).c]
    )


def _finite(number: ColumnElement[float]) -> ColumnElement[float]:
    return case((~outside(number, -LARGEST, LARGEST), number))


def _can_be_endless(column: ColumnElement[Any]) -> bool:
    """Whether the column can hold NaN or infinity; DuckDB, PostgreSQL and Oracle hold NaN for the largest."""
    return isinstance(column.type, sa.Double)


def population(part: Part, rows: Rows) -> Bool:
    """Whether a row is in the KPI: of the population, not excluded, with a plausible value."""
    return code(part, rows) == ZERO


def code(part: Part, rows: Rows) -> ColumnElement[int]:
    """0 where the row counts, -1 where it is outside the population, else 1 + index of the reason."""
    left_out = [(test, whole(number)) for number, test in tests(part, rows).items()]
    inside = case(*left_out, else_=ZERO) if left_out else ZERO
    if not part.where:
        return inside
    return case((_all_hold(part.where, rows), inside), else_=whole(OUTSIDE))


def tests(part: Part, rows: Rows) -> dict[int, Bool]:
    """Per code of a reason that can occur, whether it holds for a row."""
    if part.role == "expected":
        return {}
    found = {"missing_value": _missing(part, rows), "incomplete": None}
    if part.has_numerator:
        found["implausible"] = _implausible(part, rows)
    if part.role != "numerator":
        found |= {exclusion.reason: holds(exclusion.where, rows) for exclusion in part.kpi.exclusions}
    numbered = enumerate(part.reasons, start=1)
    return {number: test for number, reason in numbered if (test := found[reason]) is not None}


def numerator(part: Part, rows: Rows) -> ColumnElement[Any]:
    """The row's numerator before its cap, in the unit of the columns."""
    kpi, quantity = part.kpi, part.kpi.numerator
    if kpi.statistic == "net":
        minus = (_all_hold(kpi.against, rows), whole(-1))
        return case((_all_hold(quantity.where, rows), ONE), minus, else_=ZERO)
    value = _turned(kpi, rows)
    if kpi.missing == "zero" and quantity.value:
        value = func.coalesce(value, to_double(ZERO))
    if part.role == "numerator" or not quantity.where:
        return value
    none = to_double(ZERO) if quantity.value else ZERO
    return case((_all_hold(quantity.where, rows), value), else_=none)


def capped(kpi: Kpi, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """What counts of a numerator: at most the cap of the definition."""
    if kpi.cap is None:
        return value
    highest = sa.literal(in_columns_unit(kpi, kpi.cap.at), sa.Double)
    return case((value > highest, highest), else_=value)


def denominator(part: Part, rows: Rows) -> ColumnElement[Any]:
    """The row's denominator, in the unit of the columns."""
    return computed(part.kpi.denominator.value, rows)


def since_its_day(part: Part, rows: Rows) -> ColumnElement[Any]:
    """Minutes from the start (00:00 UTC) of the row's day to the start of its span."""
    start, _end = expression.parsed(part.kpi.numerator.value).columns
    return minutes_between(rows.c.day, rows.c[start])


def computed(value: str, rows: Rows) -> ColumnElement[Any]:
    """A value of the definition: 1 for a row, a sum of columns, or a span of time."""
    parsed = expression.parsed(value)
    if parsed.kind == "rows":
        return ONE
    if parsed.needs_calendar:
        count = working_days if parsed.kind == "working_days" else working_minutes
        start, end = ((rows.c[name], rows.calendar[name]) for name in parsed.columns)
        return to_double(count(start, end))
    if parsed.kind == "minutes":
        return minutes_between(*(rows.c[name] for name in parsed.columns))
    terms = [to_double(rows.c[name]) if sign > 0 else -to_double(rows.c[name]) for sign, name in parsed.terms]
    return reduce(add, terms)


def in_columns_unit(kpi: Kpi, value: float) -> float:
    """A number in the KPI's unit brought back to that of the columns.

    In exact fractions: 0.05 min at a scale of 1/60 is 3 seconds, not 3.0000000000000004.
    """
    written = Fraction(str(kpi.numerator.scale))
    simple = written.limit_denominator(1_000_000)
    scale = simple if abs(simple - written) <= written * Fraction(1, 10**12) else written
    return float(Fraction(str(value)) / scale)


def outside(value: ColumnElement[Any], low: float, high: float) -> Bool:
    """Whether a value lies outside two bounds."""
    return ~value.between(sa.literal(low, sa.Double), sa.literal(high, sa.Double))


def holds(condition: Filter, rows: Rows) -> Bool:
    """The condition on a row; on a missing value it does not hold (except `missing` itself)."""
    parsed, rows = expression.parsed(condition.column), rows.finite
    if condition.operator == "missing":
        return _absent(condition.column, rows)
    if condition.operator == "present":
        return and_(*(rows.c[name].is_not(None) for name in parsed.columns))
    single = parsed.kind == "columns" and len(parsed.terms) == 1
    value = rows.c[condition.column] if single else computed(condition.column, rows)
    return _compare(value, condition)


def _all_hold(conditions: Sequence[Filter], rows: Rows) -> Bool:
    return and_(*(holds(one, rows) for one in conditions))


def _turned(kpi: Kpi, rows: Rows) -> ColumnElement[Any]:
    """The value, with the items of a questionnaire that ask the other way round turned."""
    value, group = computed(kpi.numerator.value, rows), kpi.group
    if group is None or not group.reverse:
        return value
    other_way = rows.c[group.item_column].in_(group.reverse)
    return case((other_way, sa.literal(group.reverse_around, sa.Double) - value), else_=value)


def _missing(part: Part, rows: Rows) -> Bool | None:
    kpi = part.kpi
    found: list[Bool] = []
    if part.has_numerator and kpi.missing != "zero":
        found += _numerator_missing(kpi, rows, conditional=part.role == "both")
    if part.has_denominator and kpi.denominator.value:
        found.append(_absent(kpi.denominator.value, rows.finite))
    if kpi.group is not None:
        found.append(rows.c[kpi.group.column].is_(None))
    return or_(*found) if found else None


def _numerator_missing(kpi: Kpi, rows: Rows, *, conditional: bool) -> list[Bool]:
    value, where = kpi.numerator.value, kpi.numerator.where
    if kpi.statistic == "censored":
        start, _end = expression.parsed(value).columns
        return [rows.c[start].is_(None)]
    if kpi.statistic in ("proportion", "net") and not value:
        conditions = (*where, *kpi.against)
        asked = dict.fromkeys(one.column for one in conditions if one.operator not in PRESENCE)
        return [_absent(column, rows.finite) for column in asked]
    if not value:
        return []
    absent = _absent(value, rows)
    return [and_(_all_hold(where, rows), absent) if conditional and where else absent]


def _absent(value: str, rows: Rows) -> Bool:
    return or_(*(rows.c[name].is_(None) for name in expression.parsed(value).columns))


def _implausible(part: Part, rows: Rows) -> Bool | None:
    kpi = part.kpi
    if kpi.group is not None:
        return _beyond(kpi.group.item_range, computed(kpi.numerator.value, rows), part, rows)
    bounds = kpi.plausible and tuple(in_columns_unit(kpi, bound) for bound in kpi.plausible)
    return _beyond(bounds, numerator(part, rows), part, rows)


def _beyond(bounds: Sequence[float] | None, value: ColumnElement[Any], part: Part, rows: Rows) -> Bool | None:
    """Whether the value lies outside its bounds; without bounds, whether it is no number of a hospital."""
    if bounds is None:
        columns = expression.parsed(part.kpi.numerator.value).columns if part.kpi.numerator.value else ()
        if not any(_can_be_endless(rows.c[name]) for name in columns):
            return None
        bounds = (-LARGEST, LARGEST)
    low, high = bounds
    return outside(value, low, high)


def _compare(value: ColumnElement[Any], condition: Filter) -> Bool:
    if condition.operator == "in":
        return value.in_(condition.value)  # type: ignore[arg-type]
    if condition.operator == "not in":
        return value.not_in(condition.value)  # type: ignore[arg-type]
    sql = {"=": "=", "!=": "<>"}.get(condition.operator, condition.operator)
    return value.op(sql, is_comparison=True, return_type=sa.Boolean())(condition.value)
