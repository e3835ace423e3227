"""Rows gathered into one value first: the items of a questionnaire, the raters of one text.

The rows that count are added up per group and day, groups that are not whole are left out as `incomplete`
(counted as groups; the other reasons count rows), and what is left is summed as if each group were a row.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, case, func

from kpis.kpi import Group, Kpi
from kpis.parts import Part, gathered
from kpis.portable import to_double
from kpis.query import KEYS, Spans, centred, within
from kpis.row_values import ONE, ZERO, code, in_columns_unit, numerator, outside, rows_of, tests, whole

_COMPARE = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound,
}


def columns(contributions: Sequence[Part]) -> tuple[str, ...]:
    """The columns that hold rows together, each once."""
    return tuple(dict.fromkeys(_of(part).column for part in gathered(contributions)))


def statement(chosen: Sequence[Part], table: str, column: str, days: Spans | None = None) -> Select[Any]:
    """One SELECT for the parts whose rows `column` holds together, with the columns of `query.statement`."""
    groups = _groups(chosen, table, column, days)
    keys = [groups.c[name] for name in KEYS]
    sums = [one for part in chosen for one in _sums(part, groups.c)]
    return sa.select(*keys, *sums).group_by(*keys).order_by(*keys)


def _of(part: Part) -> Group:
    if part.kpi.group is None:
        raise ValueError(f"{part.kpi.id} gathers no rows")
    return part.kpi.group


def _groups(chosen: Sequence[Part], table: str, column: str, days: Spans | None) -> sa.Subquery:
    """Per group and day: how many rows count, their sum, and how many were left out for what."""
    rows = rows_of(chosen, table)
    valued = (
        sa.select(
            *(rows.c[name] for name in KEYS),
            rows.c[column].label("gathered_by"),
            *(code(part, rows).label(part.name("code")) for part in chosen),
            *(numerator(part, rows).label(part.name("a")) for part in chosen),
        )
        .select_from(rows.clause)
        .where(*within(rows.c.day, days))
        .subquery("valued")
    )
    keys = [*(valued.c[name] for name in KEYS), valued.c.gathered_by]
    sums: list[ColumnElement[Any]] = []
    for part in chosen:
        found, value = valued.c[part.name("code")], valued.c[part.name("a")]
        sums.append(func.count(case((found == ZERO, ONE))).label(part.name("rows")))
        sums.append(func.sum(case((found == ZERO, value))).label(part.name("sum")))
        sums += [
            func.count(case((found == whole(number), ONE))).label(part.name(f"left_out_{number}"))
            for number in tests(part, rows)
        ]
    return sa.select(*keys, *sums).group_by(*keys).subquery("gathered")


def _sums(part: Part, groups: Any) -> list[ColumnElement[Any]]:
    value = _value(_of(part), groups[part.name("sum")], groups[part.name("rows")])
    is_whole = _is_whole(_of(part), groups[part.name("rows")])
    fine, refused = is_whole, []
    if part.kpi.plausible is not None:
        low, high = (in_columns_unit(part.kpi, bound) for bound in part.kpi.plausible)
        refused = [and_(is_whole, outside(value, low, high))]
        fine = and_(is_whole, ~outside(value, low, high))
    kept = case((fine, _counted(part.kpi, value)))
    incomplete = and_(groups[part.name("rows")] > ZERO, ~is_whole)
    named = {
        "a_n": func.count(kept),
        "a_sum": func.sum(kept),
        "a_squares": func.sum(centred(part.kpi, kept) * centred(part.kpi, kept)),
        **_reasons(part, groups, incomplete, refused),
    }
    return [column.label(part.name(name)) for name, column in named.items()]


def _reasons(
    part: Part, groups: Any, incomplete: ColumnElement[bool], refused: Sequence[ColumnElement[bool]]
) -> dict[str, ColumnElement[Any]]:
    found: dict[str, ColumnElement[Any]] = {}
    for number, reason in enumerate(part.reasons, start=1):
        rows = groups.get(part.name(f"left_out_{number}"))
        counts: list[ColumnElement[Any]] = [func.sum(rows)] if rows is not None else []
        tested = refused if reason == "implausible" else [incomplete] if reason == "incomplete" else []
        counts += [func.count(case((test, ONE))) for test in tested]
        if counts:
            found[f"left_out_{number}"] = sum(counts[1:], counts[0])
    return found


def _is_whole(group: Group, rows: Any) -> ColumnElement[bool]:
    """Enough rows; where they are summed no more than a whole: an item twice is no larger score."""
    enough: ColumnElement[bool] = rows >= whole(group.at_least)
    return and_(enough, rows <= whole(group.rows)) if group.combine == "sum" else enough


def _value(group: Group, total: Any, rows: Any) -> ColumnElement[Any]:
    """The combined value; a sum over some of the items is prorated to all of them."""
    value: ColumnElement[Any] = total / to_double(rows)
    if group.combine == "sum":
        value = total if group.at_least == group.rows else value * whole(group.rows)
    return value + sa.literal(group.shift, sa.Double) if group.shift else value


def _counted(kpi: Kpi, value: ColumnElement[Any]) -> ColumnElement[Any]:
    counts = kpi.group.counts if kpi.group is not None else None
    if counts is None:
        return value
    meets = _COMPARE[counts.operator](value, sa.literal(in_columns_unit(kpi, counts.value), sa.Double))
    return case((meets, ONE), else_=ZERO)
