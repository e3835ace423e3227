"""KPIs to SQL: one masked SELECT per standard table that gives every cell in one scan.

Three levels: the values and, per row, the code of why it is left out; the values masked by that code; plain
sums by day, department, segment and exposure. Only CASE, comparisons, IN, CAST, COUNT and SUM, and the
elements of `portable`: the same definition runs on every database. Sums are of raw values: seconds, cents and
counts add up exactly whatever the order; `cells` brings them into the KPI's unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from operator import add
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, case, func, or_

from kpis import expression
from kpis.kpi import Filter, Kpi
from kpis.portable import ln, minutes_between, to_double
from kpis.rules_values import COMMON_TYPES, PRESENCE
from kpis.tables import COMMON, TABLES

Role = Literal["both", "numerator", "denominator"]
Bool = ColumnElement[bool]

OUTSIDE = -1


def _whole(number: int) -> ColumnElement[int]:
    """A whole number that stands in the text: the same query reads the same everywhere."""
    return sa.literal(number, sa.Integer, literal_execute=True)


_ONE, _ZERO = _whole(1), _whole(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one table contributes to one KPI: all of it, or one side of a ratio over two tables."""

    kpi: Kpi
    role: Role

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rows can be left out, in the order they are tried; a reason's code is 1 + its index."""
        declared = tuple(exclusion.reason for exclusion in self.kpi.exclusions)
        own = ("missing_value",) if self.role == "denominator" else ("missing_value", "implausible")
        return (*(declared if self.role != "numerator" else ()), *own)

    def name(self, measure: str) -> str:
        """The column of a measure."""
        return f"{self.kpi.id}__{measure}"


def parts(kpis: Sequence[Kpi], table: str) -> tuple[Part, ...]:
    """What a table contributes to the KPIs."""
    found = []
    for kpi in kpis:
        sides = (kpi.numerator.table == table, kpi.denominator.table == table)
        if any(sides):
            found.append(Part(kpi=kpi, role=_ROLES[sides]))
    return tuple(found)


_ROLES: dict[tuple[bool, bool], Role] = {
    (True, True): "both",
    (True, False): "numerator",
    (False, True): "denominator",
}


def tables_of(kpis: Sequence[Kpi]) -> tuple[str, ...]:
    """The standard tables that the KPIs read, each once, in a fixed order."""
    return tuple(sorted({table for kpi in kpis for table in (kpi.numerator.table, kpi.denominator.table)}))


@cache
def source(table: str) -> sa.TableClause:
    """The facts of a standard table, one object each, its columns as the only names that can be used."""
    names = (*COMMON_TYPES, *(column.name for column in TABLES[table].columns))
    return sa.table(table, *(sa.column(name, _SQL_TYPES[_type(table, name)]) for name in names))


_SQL_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.String(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "time": sa.DateTime(),
    "date": sa.Date(),
    "flag": sa.SmallInteger(),
}


def _type(table: str, name: str) -> str:
    column = TABLES[table].column(name)
    return column.type if column else COMMON_TYPES[name]


def statement(contributions: Sequence[Part], table: str) -> Select[Any]:
    """One SELECT: per day, department, segment and exposure the sums of every part, in that order."""
    rows = source(table)
    masked = _masked(contributions, _valued(contributions, rows))
    keys = [masked.c[name] for name in ("day", "department", "segment", "exposed")]
    sums = [
        column
        for part in contributions
        for column in (*_sums(part, masked.c), *_left_out(part, masked.c, _tests(part, rows)))
    ]
    return sa.select(*keys, *sums).group_by(*keys).order_by(*keys)


def population(part: Part, rows: sa.FromClause) -> Bool:
    """Whether a row is in the KPI: of the population, not excluded, with a plausible value."""
    return _code(part, rows) == _ZERO


def _valued(contributions: Sequence[Part], rows: sa.TableClause) -> sa.Subquery:
    columns: list[ColumnElement[Any]] = [rows.c[name] for name in COMMON]
    for part in contributions:
        columns.append(_code(part, rows).label(part.name("code")))
        if part.role != "denominator":
            columns.append(_numerator(part, rows).label(part.name("a")))
        if _has_denominator(part):
            columns.append(_computed(part.kpi.denominator.value, rows).label(part.name("b")))
    return sa.select(*columns).subquery("valued")


def _masked(contributions: Sequence[Part], valued: sa.Subquery) -> sa.Subquery:
    columns: list[ColumnElement[Any]] = [valued.c[name] for name in COMMON]
    for part in contributions:
        code = valued.c[part.name("code")]
        columns.append(code)
        sides = [name for name in (part.name("a"), part.name("b")) if name in valued.c]
        columns += [case((code == _ZERO, valued.c[name])).label(name) for name in sides]
        if part.kpi.statistic == "duration":
            value = valued.c[part.name("a")]
            logarithm = case((and_(code == _ZERO, value > _ZERO), ln(value)))
            columns.append(logarithm.label(part.name("log")))
    return sa.select(*columns).subquery("masked")


def _sums(part: Part, masked: Any) -> list[ColumnElement[Any]]:
    named: list[tuple[str, ColumnElement[Any]]] = []
    sides = {side: masked[part.name(side)] for side in ("a", "b", "log") if part.name(side) in masked}
    for side, quantity in (("a", part.kpi.numerator), ("b", part.kpi.denominator)):
        if (value := sides.get(side)) is not None:
            named += [(f"{side}_n", func.count(value)), (f"{side}_sum", func.sum(value))]
            named += [(f"{side}_squares", func.sum(value * value))] if quantity.value else []
    a, b = sides.get("a"), sides.get("b")
    if a is not None and b is not None:
        named.append(("cross", func.sum(a * b)))
    if (log := sides.get("log")) is not None:
        named += [
            ("log_n", func.count(log)),
            ("log_sum", func.sum(log)),
            ("log_squares", func.sum(log * log)),
        ]
    return [column.label(part.name(name)) for name, column in named]


def _left_out(part: Part, masked: Any, tests: dict[int, Bool]) -> list[ColumnElement[Any]]:
    code = masked[part.name("code")]
    return [
        func.count(case((code == _whole(number), _ONE))).label(part.name(f"left_out_{number}"))
        for number in tests
    ]


def _has_denominator(part: Part) -> bool:
    return part.kpi.statistic == "ratio" and part.role != "numerator"


def _code(part: Part, rows: sa.FromClause) -> ColumnElement[int]:
    """0 where the row counts, -1 where it is outside the population, else 1 + index of the reason."""
    tests = _tests(part, rows)
    left_out = [(test, _whole(number)) for number, test in tests.items()]
    inside = case(*left_out, else_=_ZERO) if left_out else _ZERO
    kpi = part.kpi
    where = (kpi.numerator if part.role == "numerator" else kpi.denominator).where
    if not where:
        return inside
    return case((and_(*(_holds(one, rows) for one in where)), inside), else_=_whole(OUTSIDE))


def _tests(part: Part, rows: sa.FromClause) -> dict[int, Bool]:
    """Per code of a reason that can occur, whether it holds for a row."""
    tests = {"missing_value": _missing(part, rows)}
    if part.role != "denominator":
        tests["implausible"] = _implausible(part, rows)
    if part.role != "numerator":
        tests |= {exclusion.reason: _holds(exclusion.where, rows) for exclusion in part.kpi.exclusions}
    numbered = enumerate(part.reasons, start=1)
    return {number: test for number, reason in numbered if (test := tests[reason]) is not None}


def _missing(part: Part, rows: sa.FromClause) -> Bool | None:
    kpi = part.kpi
    tests: list[Bool] = []
    if part.role != "denominator" and kpi.missing != "zero":
        tests += _numerator_missing(kpi, rows, conditional=part.role == "both")
    if _has_denominator(part):
        tests += [_absent(kpi.denominator.value, rows)] if kpi.denominator.value else []
    return or_(*tests) if tests else None


def _numerator_missing(kpi: Kpi, rows: sa.FromClause, *, conditional: bool) -> list[Bool]:
    if kpi.statistic == "proportion":
        return [_absent(one.column, rows) for one in kpi.numerator.where if one.operator not in PRESENCE]
    if not kpi.numerator.value:
        return []
    absent = _absent(kpi.numerator.value, rows)
    where = kpi.numerator.where if conditional else ()
    return [and_(*(_holds(one, rows) for one in where), absent) if where else absent]


def _absent(value: str, rows: sa.FromClause) -> Bool:
    return or_(*(rows.c[name].is_(None) for name in expression.parsed(value).columns))


def _implausible(part: Part, rows: sa.FromClause) -> Bool | None:
    kpi = part.kpi
    if kpi.plausible is None:
        return None
    value = _numerator(part, rows)
    # exact fractions: 0.05 min at a scale of 1/60 is 3 seconds, not 3.0000000000000004
    scale = Fraction(kpi.numerator.scale).limit_denominator(1_000_000)
    low, high = (float(Fraction(str(bound)) / scale) for bound in kpi.plausible)
    return or_(value < sa.literal(low, sa.Double), value > sa.literal(high, sa.Double))


def _numerator(part: Part, rows: sa.FromClause) -> ColumnElement[Any]:
    numerator = part.kpi.numerator
    value = _computed(numerator.value, rows)
    if part.kpi.missing == "zero" and numerator.value:
        value = func.coalesce(value, to_double(_ZERO))
    if part.role == "numerator" or not numerator.where:
        return value
    none = to_double(_ZERO) if numerator.value else _ZERO
    return case((and_(*(_holds(one, rows) for one in numerator.where)), value), else_=none)


def _computed(value: str, rows: sa.FromClause) -> ColumnElement[Any]:
    parsed = expression.parsed(value)
    if parsed.kind == "rows":
        return _ONE
    if parsed.kind == "minutes":
        return minutes_between(*(rows.c[name] for name in parsed.columns))
    terms = [to_double(rows.c[name]) if sign > 0 else -to_double(rows.c[name]) for sign, name in parsed.terms]
    return reduce(add, terms)


def _holds(condition: Filter, rows: sa.FromClause) -> Bool:
    """The condition on a row; on a missing value it does not hold (except `missing` itself)."""
    parsed = expression.parsed(condition.column)
    if condition.operator == "missing":
        return _absent(condition.column, rows)
    if condition.operator == "present":
        return and_(*(rows.c[name].is_not(None) for name in parsed.columns))
    single = parsed.kind == "columns" and len(parsed.terms) == 1
    value = rows.c[condition.column] if single else _computed(condition.column, rows)
    return _compare(value, condition)


def _compare(value: ColumnElement[Any], condition: Filter) -> Bool:
    if condition.operator == "in":
        return value.in_(condition.value)  # type: ignore[arg-type]
    if condition.operator == "not in":
        return value.not_in(condition.value)  # type: ignore[arg-type]
    sql = {"=": "=", "!=": "<>"}.get(condition.operator, condition.operator)
    return value.op(sql, is_comparison=True, return_type=sa.Boolean())(condition.value)
