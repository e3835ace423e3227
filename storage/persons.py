"""Distinct patients and staff behind a KPI, counted on demand: they do not add up over periods."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, case, or_

from core.period import containing
from governance.disclosure_control import Persons
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.parts import Part, population_parts
from kpis.period_start import start_of
from kpis.person_amounts import MEASURES
from kpis.person_counts import KINDS, counted
from kpis.pieces import Length
from kpis.row_values import source
from kpis.tables import TABLES
from storage.comparison import Comparison, side_of
from storage.persons_at_least import is_counted, largest, persons, require_rows
from storage.scan import open_facts, runner
from storage.workspace import Workspace


def distinct(
    workspace: Workspace, kpi: Kpi, departments: Collection[str] | None, first: date, last: date
) -> Persons:
    """Persons behind a KPI in the union of departments (None: all) over days first to last, both included."""
    found = _on_demand(workspace, kpi, departments, first, last, {})
    return persons_of(found.iloc[0]) if len(found) else Persons(patients=None, staff=None)


def distinct_by_week(
    workspace: Workspace, kpi: Kpi, departments: Collection[str] | None, first: date, last: date
) -> dict[str, Persons]:
    """The same per ISO week, by its label; only weeks with rows."""
    week = {"day": start_of(source(kpi.denominator.table).c.day, "week")}
    found = _on_demand(workspace, kpi, departments, first, last, week)
    return {containing(row["day"].date(), "week").label: persons_of(row) for _, row in found.iterrows()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Persons of a comparison: in all, per side and half ("pilot", after the start), per side and week.

    Without what they bring in: the cells that are compared are judged by that already.
    """

    whole: Persons
    halves: dict[tuple[str, bool], Persons]
    weekly: dict[tuple[str, str], Persons]


_GROUPINGS = ((), ("side", "half"), ("side", "day"))


def by_side(workspace: Workspace, kpis: Sequence[Kpi], compared: Comparison) -> dict[str, Sides]:
    """Persons behind each KPI on each side of a comparison, in one pass per table.

    Where the source counts, those that there are at least. Groups without rows are not in the answer.
    """
    found = {
        kpi.id: _at_least(largest(workspace, kpi, compared)) for kpi in kpis if is_counted(workspace, kpi)
    }
    for table in sorted({kpi.denominator.table for kpi in kpis if kpi.id not in found}):
        own = [kpi for kpi in kpis if kpi.denominator.table == table and kpi.id not in found]
        found |= _sides_of(workspace, own, compared)
    return found


def _sides_of(workspace: Workspace, kpis: Sequence[Kpi], compared: Comparison) -> dict[str, Sides]:
    """Of KPIs over one table that holds rows."""
    table = TABLES[kpis[0].denominator.table]
    facts = source(table.name)
    among = [facts.c.day.between(*compared.span), facts.c.department.in_(compared.departments)]
    half: ColumnElement[Any] = case((facts.c.day >= compared.start, 1), else_=0)
    groups = {"side": side_of(facts, compared.sides), "half": half, "day": start_of(facts.c.day, "week")}
    parts = population_parts(kpis, table.name)
    with open_facts(workspace, [table.name], with_calendar=needs_calendar(kpis)) as connection:
        wide = counted(runner(connection), parts, table, groups, among, sets=_GROUPINGS, amounts=False)
    return {part.kpi.id: _sides(named(wide, part)) for part in parts}


def _sides(rows: pd.DataFrame) -> Sides:
    """rows: of one KPI, in all the groupings."""
    whole, halves, weekly = (rows[rows["set"] == place] for place in range(len(_GROUPINGS)))
    return Sides(
        whole=persons_of(whole.iloc[0]) if len(whole) else Persons(patients=0, staff=0),
        halves={(row["side"], bool(row["half"])): persons_of(row) for row in halves.to_dict("records")},
        weekly={
            (row["side"], containing(row["day"].date(), "week").label): persons_of(row)
            for row in weekly.to_dict("records")
        },
    )


def _at_least(found: pd.DataFrame) -> Sides:
    halves = found[found["half"] >= 0]
    weeks = found[found["week"] != ""]
    return Sides(
        whole=persons(found) if len(found) else Persons(patients=0, staff=0),
        halves={
            (str(side), bool(half)): persons(own) for (side, half), own in halves.groupby(["side", "half"])
        },
        weekly={
            (str(side), str(week)): persons(own) for (side, week), own in weeks.groupby(["side", "week"])
        },
    )


def named(wide: pd.DataFrame, part: Part) -> pd.DataFrame:
    """The groups in which a KPI has rows, its columns without its name in front."""
    return wide.rename(columns={part.name(name): name for name in (*KINDS, "rows", *MEASURES)}).query(
        "rows > 0"
    )


def by_side_and_part(
    workspace: Workspace,
    kpi: Kpi,
    column: str,
    sides: Mapping[str, Collection[str]],
    span: tuple[date, date],
    halves: tuple[date, date],
) -> dict[tuple[str, str, bool], Persons]:
    """Persons per side, value of a column and half (True: after), over the days of a span.

    halves: the first day that is no longer before, and the first day after; days between count for neither.
    """
    facts = source(kpi.denominator.table)
    half: ColumnElement[Any] = case((facts.c.day >= halves[1], 1), (facts.c.day < halves[0], 0), else_=-1)
    departments = [name for names in sides.values() for name in names]
    groups = {"side": side_of(facts, sides), "part": facts.c[column], "half": half}
    found = _on_demand(workspace, kpi, departments, *span, groups)
    return {
        (row["side"], str(row["part"]), row["half"] == 1): persons_of(row)
        for _, row in found.iterrows()
        if row["half"] >= 0
    }


def by_group(
    workspace: Workspace,
    kpi: Kpi,
    column: str,
    *,
    every: Length,
    departments: Collection[str],
    span: tuple[date, date],
    rest: tuple[str, Mapping[str, Collection[str]]] = ("", {}),
) -> dict[tuple[str, str, date], Persons]:
    """Persons per department, value of a column and first day of the period or piece, over a span of days.

    rest: a name, and per department the values that are taken together under it.
    """
    facts = source(kpi.denominator.table)
    part: ColumnElement[Any] = sa.cast(facts.c[column], sa.String)
    name, together = rest
    small = [
        and_(facts.c.department == department, part.in_(sorted(values)))
        for department, values in together.items()
        if values
    ]
    if small:
        part = case((or_(*small), name), else_=part)
    groups = {"department": facts.c.department, "part": part, "day": start_of(facts.c.day, every)}
    found = _on_demand(workspace, kpi, departments, *span, groups)
    columns = (found[column] for column in ("department", "part", "day", *KINDS, *MEASURES))
    return {
        (department, str(part), day.date()): Persons(
            patients=_count(patients), staff=_count(staff), amount=amount, largest_two=two
        )
        for department, part, day, patients, staff, amount, two in zip(*columns, strict=True)
    }


def _on_demand(
    workspace: Workspace,
    kpi: Kpi,
    departments: Collection[str] | None,
    first: date,
    last: date,
    groups: dict[str, ColumnElement[Any]],
) -> pd.DataFrame:
    require_rows(workspace, kpi)
    table = kpi.denominator.table
    facts = source(table)
    among = [facts.c.day >= first, facts.c.day <= last]
    if departments is not None:
        among.append(facts.c.department.in_(sorted(departments)))
    part = _population_part(kpi)
    with open_facts(workspace, [table], with_calendar=needs_calendar([kpi])) as connection:
        wide = counted(runner(connection), [part], TABLES[table], groups, among)
    return named(wide, part)


def _population_part(kpi: Kpi) -> Part:
    return population_parts([kpi], kpi.denominator.table)[0]


def persons_of(row: Mapping[Any, Any] | pd.Series) -> Persons:
    """Who stands behind such a group."""
    patients, staff = (_count(row[kind]) for kind in KINDS)
    amount, two = (float(row[measure]) for measure in MEASURES)
    return Persons(patients=patients, staff=staff, amount=amount, largest_two=two)


def _count(number: Any) -> int | None:
    return None if pd.isna(number) else int(number)
