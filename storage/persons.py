"""Distinct patients and staff behind a KPI. They do not add up over periods or departments.

A row without a pseudonym counts as one unknown person per group; a table whose source gives no pseudonym at
all has None for that kind, and where that leaves nobody, its rows stand in for patients: an upper bound that
is better than no threshold.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func

from core.period import Every, containing
from governance.disclosure_control import Persons
from kpis import query
from kpis.cells import empty
from kpis.kpi import Kpi
from kpis.query import Part
from kpis.tables import TABLES, PersonKind, Table
from storage.scan import open_facts, rows
from storage.workspace import Workspace

COLUMNS = ("kpi", "department", "every", "day", "patients", "staff")
"""day: first day of the period. patients, staff: NaN where not known."""

KINDS: tuple[PersonKind, ...] = ("patient", "staff")
EVERY: tuple[Every, ...] = ("day", "week", "month")


def by_period(
    connection: duckdb.DuckDBPyConnection, contributions: Sequence[Part], table: str
) -> pd.DataFrame:
    """Persons per KPI whose population this table holds, department and day, week and month: COLUMNS."""
    counted = [part for part in contributions if part.role != "numerator"]
    if not counted:
        return empty(COLUMNS)
    facts = query.source(table)
    blocks = []
    for every in EVERY:
        groups = {"department": facts.c.department, "day": _start(facts.c.day, every)}
        wide = _counted(connection, counted, TABLES[table], groups)
        for part in counted:
            keys = wide[list(groups)].assign(kpi=part.kpi.id, every=every)
            block = keys.assign(patients=wide[part.name("patient")], staff=wide[part.name("staff")])
            blocks.append(block[wide[part.name("rows")] > 0])
    found = pd.concat(blocks, ignore_index=True)[list(COLUMNS)]
    return found.sort_values(["kpi", "every", "department", "day"], ignore_index=True)


def distinct(
    workspace: Workspace, kpi: Kpi, departments: Collection[str] | None, first: date, last: date
) -> Persons:
    """Persons behind a KPI in the union of departments (None: all) over days first to last, both included."""
    found = _on_demand(workspace, kpi, departments, first, last, {})
    return _persons(found.iloc[0]) if len(found) else Persons(patients=None, staff=None)


def distinct_by_week(
    workspace: Workspace, kpi: Kpi, departments: Collection[str] | None, first: date, last: date
) -> dict[str, Persons]:
    """The same per ISO week, by its label; only weeks with rows."""
    week = {"day": _start(query.source(kpi.denominator.table).c.day, "week")}
    found = _on_demand(workspace, kpi, departments, first, last, week)
    return {containing(row["day"].date(), "week").label: _persons(row) for _, row in found.iterrows()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Persons of a comparison: in all, per side and half ("pilot", after the start), per side and week."""

    whole: Persons
    halves: dict[tuple[str, bool], Persons]
    weekly: dict[tuple[str, str], Persons]


def by_side(
    workspace: Workspace,
    kpi: Kpi,
    sides: Mapping[str, Collection[str]],
    span: tuple[date, date],
    start: date,
) -> Sides:
    """Persons behind a KPI on each side of a comparison over a span of days, in one pass over the facts.

    sides: name to departments, each department on one side. Groups without rows are not in the answer.
    """
    facts = query.source(kpi.denominator.table)
    departments = sorted({name for side in sides.values() for name in side})
    among = [facts.c.day >= span[0], facts.c.day <= span[1], facts.c.department.in_(departments)]
    side: ColumnElement[Any] = case(
        *((facts.c.department.in_(sorted(names)), name) for name, names in sides.items() if names)
    )
    half: ColumnElement[Any] = case((facts.c.day >= start, 1), else_=0)
    week = _start(facts.c.day, "week")
    table = TABLES[kpi.denominator.table]
    part = next(part for part in query.parts([kpi], table.name) if part.role != "numerator")
    groupings: tuple[dict[str, ColumnElement[Any]], ...] = (
        {},
        {"side": side, "half": half},
        {"side": side, "day": week},
    )
    with open_facts(workspace, [table.name]) as connection:
        whole, halves, weekly = (
            _named(_counted(connection, [part], table, groups, among), part) for groups in groupings
        )
    return Sides(
        whole=_persons(whole.iloc[0]) if len(whole) else Persons(patients=0, staff=0),
        halves={(row["side"], bool(row["half"])): _persons(row) for _, row in halves.iterrows()},
        weekly={
            (row["side"], containing(row["day"].date(), "week").label): _persons(row)
            for _, row in weekly.iterrows()
        },
    )


def _named(wide: pd.DataFrame, part: Part) -> pd.DataFrame:
    return wide.rename(columns={part.name(name): name for name in (*KINDS, "rows")}).query("rows > 0")


def by_group(
    workspace: Workspace,
    kpi: Kpi,
    column: str,
    every: Every,
    departments: Collection[str],
    first: date,
    last: date,
) -> dict[tuple[str, str, date], Persons]:
    """Persons per department, value of a column and first day of the period."""
    facts = query.source(kpi.denominator.table)
    groups = {"department": facts.c.department, "part": facts.c[column], "day": _start(facts.c.day, every)}
    found = _on_demand(workspace, kpi, departments, first, last, groups)
    return {
        (row["department"], str(row["part"]), row["day"].date()): _persons(row) for _, row in found.iterrows()
    }


def _on_demand(
    workspace: Workspace,
    kpi: Kpi,
    departments: Collection[str] | None,
    first: date,
    last: date,
    groups: dict[str, ColumnElement[Any]],
) -> pd.DataFrame:
    table = kpi.denominator.table
    facts = query.source(table)
    among = [facts.c.day >= first, facts.c.day <= last]
    if departments is not None:
        among.append(facts.c.department.in_(sorted(departments)))
    part = next(part for part in query.parts([kpi], table) if part.role != "numerator")
    with open_facts(workspace, [table]) as connection:
        wide = _counted(connection, [part], TABLES[table], groups, among)
    return _named(wide, part)


def _persons(row: pd.Series) -> Persons:
    patients, staff = (None if pd.isna(row[kind]) else int(row[kind]) for kind in KINDS)
    return Persons(patients=patients, staff=staff)


def _start(day: ColumnElement[Any], every: Every) -> ColumnElement[Any]:
    return sa.cast(func.date_trunc(every, day), sa.Date)


def _counted(
    connection: duckdb.DuckDBPyConnection,
    counted: Sequence[Part],
    table: Table,
    groups: dict[str, ColumnElement[Any]],
    among: Sequence[ColumnElement[bool]] = (),
) -> pd.DataFrame:
    """Per group the columns KPI__patient, KPI__staff (NaN: not known) and KPI__rows."""
    facts = query.source(table.name)
    known = _kinds_known(connection, table)
    inner = sa.select(
        *(expression.label(name) for name, expression in groups.items()),
        *(facts.c[name].label(f"{kind}_key") for kind, name in known.items()),
        *([facts.c[table.persons_column].label("head_count")] if table.persons_column else []),
        *(
            case((query.population(part, facts), sa.literal_column("1"))).label(part.name("in"))
            for part in counted
        ),
    ).where(*among)
    marked = inner.subquery("marked")
    keys = [marked.c[name] for name in groups]
    columns = [column for part in counted for column in _person_columns(part, marked.c, known, table)]
    counts: tuple[ColumnElement[Any], ...] = (*keys, *columns)
    return rows(connection, sa.select(*counts).group_by(*keys))


def _person_columns(
    part: Part, marked: Any, known: dict[PersonKind, str], table: Table
) -> list[ColumnElement[Any]]:
    inside = marked[part.name("in")] == 1
    number = func.count(marked[part.name("in")])
    counts: dict[str, ColumnElement[Any]] = {kind: sa.null() for kind in KINDS}
    for kind in known:
        key = marked[f"{kind}_key"]
        unknown = func.max(case((inside & key.is_(None), 1), else_=0))
        counts[kind] = func.count(sa.distinct(case((inside, key)))) + unknown
    if table.persons_column:
        counts["patient"] = func.sum(case((inside, marked.head_count)))
    elif not known and any(column.person for column in table.columns):
        counts["patient"] = number
    return [
        *(sa.cast(count, sa.Double).label(part.name(kind)) for kind, count in counts.items()),
        number.label(part.name("rows")),
    ]


def _kinds_known(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[PersonKind, str]:
    """The person columns in which the sources give any pseudonym, by kind."""
    columns = {column.person: column.name for column in table.columns if column.person}
    if not columns:
        return {}
    facts = query.source(table.name)
    found = rows(connection, sa.select(*(func.count(facts.c[name]).label(name) for name in columns.values())))
    return {kind: name for kind, name in columns.items() if found[name].iloc[0] > 0}
