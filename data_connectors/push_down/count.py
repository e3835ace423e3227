"""Count one standard table inside its source: every statement gives sums and numbers of rows, and no row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Number
from typing import cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import SelectBase, func

from core.language.text import N_, Text
from data_connectors.connector import Refused
from data_connectors.counting import Counted, Counting
from data_connectors.databases.options import Origin as Place
from data_connectors.databases.selection import relation
from data_connectors.databases.snapshot import Snapshot
from data_connectors.department_names import Departments, compare
from data_connectors.identifier_scan import kind_of
from data_connectors.mapping import TableMapping
from data_connectors.push_down.source_types import Origin, looked_up
from data_connectors.push_down.standard_rows import NOT_DATA, StandardRows, standard_rows
from kpis.coverage import coverage
from kpis.filled import filled_columns
from kpis.gather import Run, gather
from kpis.in_source import countable, over
from kpis.kpi import Kpi
from kpis.parts import parts, population_parts
from kpis.person_counts import kinds_by_kpi
from kpis.person_periods import LONGER, by_day, by_longer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A snapshot that is asked, and told that something came in."""

    snapshot: Snapshot
    progress: Callable[[int], None]

    def frame(self, statement: SelectBase) -> pd.DataFrame:
        """The answer, numbers as numbers whatever the driver makes of them."""
        with self.snapshot.connection.execute(cast(sa.Executable, statement)) as result:
            found = pd.DataFrame(result.fetchall(), columns=list(result.keys()))
        self.snapshot.fed()
        return found.apply(_numbers) if len(found) else found

    def runner(self, table: str, rows: sa.Subquery) -> Run:
        """What asks for statements over a standard table."""
        return lambda statement: self.frame(over(statement, table, rows))


def _numbers(values: pd.Series) -> pd.Series:
    """Doubles where a driver gives decimals, and where there are gaps."""
    known = values.dropna()
    if len(known) == len(values) and not isinstance(known.iloc[0], Decimal):
        return values
    return values.astype("float64") if all(isinstance(one, Number) for one in known) else values


def count(
    snapshot: Snapshot,
    mapping: TableMapping,
    place: Place,
    counting: Counting,
    progress: Callable[[int], None],
) -> Counted:
    """Count a table; raises UserError, and then nothing was counted."""
    where = f"{mapping.name} ({place.table or 'query'})"
    source = _Source(snapshot=snapshot, progress=progress)
    origin = looked_up(snapshot, relation(snapshot, place, where), where)
    spelt = _spelt(source, mapping, origin, counting)
    rows = standard_rows(mapping, origin, counting, spelt.cleaned)
    account = _account(source, rows)
    progress(sum(account.values()))
    _require_one_row_each(source, rows, where)
    return _counted(source, rows, counting, account, spelt, where)


def _spelt(source: _Source, mapping: TableMapping, origin: Origin, counting: Counting) -> Departments:
    """How the names of departments are spelt; no column that is shown may name persons."""
    judged = standard_rows(mapping, origin, counting, {}).judged
    names = {}
    for column in ("department", "segment"):
        name = judged.c[column]
        asked = sa.select(name, func.count().label("rows")).where(name.is_not(None)).group_by(name)
        found = source.frame(asked)
        names[column] = dict(zip(found[column], map(int, found["rows"]), strict=True))
        kind = kind_of(list(names[column]))
        if kind is not None:
            raise Refused(
                "identifier_blocked",
                N_("Column '{column}' holds {kind}, and the mapping does not declare it."),
                where=origin.where,
                remedy=N_("Map another column to it."),
                column=column,
                kind=Text(kind),
            )
    return compare(names["department"], counting.file.departments)


def _account(source: _Source, rows: StandardRows) -> dict[str, int]:
    """Rows by fault; "" for those that count and those that are gone."""
    fault = rows.judged.c.fault
    found = source.frame(sa.select(fault, func.count().label("rows")).group_by(fault))
    faults = found["fault"].where(found["fault"].notna(), "")
    return dict(zip(faults, map(int, found["rows"]), strict=True))


def _require_one_row_each(source: _Source, rows: StandardRows, where: str) -> None:
    keys = [rows.accepted.c[name] for name in rows.table.identity]
    several = sa.select(*keys).group_by(*keys).having(func.count() > sa.literal(1)).subquery("several")
    number = int(source.frame(sa.select(func.count().label("rows")).select_from(several))["rows"].iloc[0])
    if number:
        raise Refused(
            "duplicate",
            N_("{number} keys of {table} stand in more than one row; which of them counts is not known."),
            where=where,
            remedy=N_("Give the origin a view or query with one row for each {keys}."),
            number=number,
            table=rows.table.name,
            keys=", ".join(rows.table.identity),
        )


def _counted(
    source: _Source,
    rows: StandardRows,
    counting: Counting,
    account: Mapping[str, int],
    spelt: Departments,
    where: str,
) -> Counted:
    table = rows.table.name
    run = source.runner(table, rows.accepted)
    kpis: Sequence[Kpi] = [kpi for kpi in countable(counting.kpis) if parts([kpi], table)]
    own = [kpi for kpi in kpis if population_parts([kpi], table)]
    kinds = kinds_by_kpi(run, population_parts(own, table), rows.table) if own else {}
    content = gather(run, kpis, tables=[table], histograms=False)
    daily = by_day(run, own, kinds, None, sums_only=True)
    longer = {
        f"persons_{every}": by_longer(run, own, kinds, daily, every, sums_only=True) for every in LONGER
    }
    frames = {
        "cells": content.cells,
        "left_out": content.left_out,
        "coverage": coverage(run, [table]),
        "persons_day": daily,
        **longer,
    }
    aside = {reason: number for reason, number in account.items() if reason not in ("", NOT_DATA)}
    return Counted(
        table=table,
        origin=where,
        kpis=kpis,
        frames=frames,
        filled=filled_columns(run, counting.kpis, table),
        kinds=kinds,
        rows_read=sum(account.values()),
        rows_loaded=account.get("", 0),
        rows_not_data=account.get(NOT_DATA, 0),
        set_aside=dict(sorted(aside.items())),
        departments_alike=dict(spelt.alike),
    )
