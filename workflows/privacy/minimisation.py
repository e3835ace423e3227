"""Data minimisation: what each source delivers, what is kept of it, and which KPI uses it, if any."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from governance.access import Viewer, require
from governance.retention import Retention, retention
from kpis.columns_read import columns_read
from kpis.tables import COMMON, TABLES, Column, Table
from storage.definitions import active
from storage.held import HeldTable, held
from storage.schema import batches
from storage.workspace import Workspace

STRUCTURE = "structure"
"""Use of a column that no KPI reads: it tells rows, days, departments or distinct persons apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptColumn:
    """A column of a standard table that holds something. uses: ids of KPIs, or STRUCTURE; empty: no use."""

    name: str
    pseudonym: bool
    filled: float
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """A standard table with rows. keep_days: None where no retention is set."""

    name: str
    description: str
    rows: int
    first_day: str
    last_day: str
    keep_days: int | None
    columns: tuple[KeptColumn, ...]

    @property
    def without_use(self) -> tuple[str, ...]:
        """Columns that are kept and that no KPI uses."""
        return tuple(column.name for column in self.columns if not column.uses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came by one source, or was handed in: files, rows, and columns that were never taken over."""

    source: str
    tables: tuple[str, ...]
    files: int
    rows_read: int
    rows_kept: int
    not_taken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimisation:
    """The whole report."""

    deliveries: tuple[Delivery, ...]
    tables: tuple[KeptTable, ...]
    retention: Retention


def minimisation(viewer: Viewer, workspace: Workspace) -> Minimisation:
    """Look at what is there now. Holds no value of any row."""
    require(viewer, "see_record")
    users = _users(workspace)
    kept_for = retention(workspace.settings.retention, TABLES)
    return Minimisation(
        deliveries=_deliveries(workspace),
        tables=tuple(_kept(one, users, kept_for) for one in held(workspace)),
        retention=kept_for,
    )


def _users(workspace: Workspace) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """KPIs by table and column."""
    found: dict[tuple[str, str], list[str]] = {}
    for kpi in active(workspace).values():
        for place in columns_read(kpi):
            found.setdefault(place, []).append(kpi.id)
    return {place: tuple(sorted(names)) for place, names in found.items()}


def _kept(one: HeldTable, users: Mapping[tuple[str, str], tuple[str, ...]], kept_for: Retention) -> KeptTable:
    table = one.table
    columns = []
    for name, count in one.filled.items():
        column = table.column(name)
        if count and name != "batch":
            uses = users.get((table.name, name), ())
            needed = (STRUCTURE,) if _structural(table, name, column) else ()
            columns.append(
                KeptColumn(
                    name=name,
                    pseudonym=column is not None and (column.person is not None or column.key),
                    filled=count / one.rows,
                    uses=(*needed, *uses),
                )
            )
    return KeptTable(
        name=table.name,
        description=table.description,
        rows=one.rows,
        first_day=one.first_day,
        last_day=one.last_day,
        keep_days=kept_for.days(table.name),
        columns=tuple(columns),
    )


def _structural(table: Table, name: str, column: Column | None) -> bool:
    if name in COMMON or name in table.identity or name == table.persons_column:
        return True
    return column is not None and (column.key or column.clock or column.person is not None)


def _deliveries(workspace: Workspace) -> tuple[Delivery, ...]:
    """From the ledger, by source; what was handed in stands under an empty name."""
    query = select(batches.c.source, batches.c.table_name, batches.c.report).where(
        batches.c.done, batches.c.table_name.is_not(None)
    )
    found: dict[str, list[tuple[str, dict[str, object]]]] = {}
    with workspace.engine.connect() as connection:
        for source, table, report in connection.execute(query):
            found.setdefault(source or "", []).append((table, json.loads(report)))
    return tuple(_delivery(source, reports) for source, reports in sorted(found.items()))


def _delivery(source: str, reports: list[tuple[str, dict[str, object]]]) -> Delivery:
    def total(name: str) -> int:
        return sum(int(str(report.get(name, 0))) for _, report in reports)

    spare = {str(name) for _, report in reports for name in _names(report.get("columns_unmapped"))}
    return Delivery(
        source=source,
        tables=tuple(sorted({table for table, _ in reports})),
        files=len(reports),
        rows_read=total("rows_read"),
        rows_kept=total("rows_loaded"),
        not_taken=tuple(sorted(spare)),
    )


def _names(found: object) -> tuple[object, ...]:
    return tuple(found) if isinstance(found, list | tuple) else ()
