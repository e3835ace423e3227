"""Whose rows differ between a state of the facts and each later one.

Two states of one number say together what lies between them, so persons are counted there as well. A file
that comes again changes nothing where its rows say the same: contents are compared, not batches.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TypeAlias

import duckdb
import sqlalchemy as sa

from core.period import containing
from core.quoting import identifier
from governance.disclosure_control import Persons
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.parts import population_parts, tables_of
from kpis.period_start import start_of
from kpis.person_counts import counted
from kpis.pieces import Length
from kpis.row_values import source
from kpis.tables import TABLES
from storage import counted_in_source, facts
from storage.duck import connect
from storage.persons import named, persons_of
from storage.persons_at_least import UNKNOWN
from storage.scan import open_facts, rows, runner
from storage.schema import batches, fact_files
from storage.workspace import Workspace

Changed: TypeAlias = tuple[str, str, date, Persons]
"""KPI, department, first day of a period or piece, and who has rows there that differ."""


def changed_since(
    workspace: Workspace,
    kpis: Sequence[Kpi],
    departments: Collection[str],
    position: int,
    every: Length,
) -> Iterator[Changed]:
    """What differs between a position and every later one, per period or piece, of KPIs with rows here.

    Periods that begin after the last day that was known then are left out: they had no number.
    """
    for table in tables_of(kpis):
        until = _until(workspace, table, position)
        if until is None:
            continue
        for later in _later(workspace, table, position, until):
            changes = {table: _difference(workspace, table, position, later, until)}
            with open_facts(
                workspace, [table], with_calendar=needs_calendar(kpis), instead=changes
            ) as connection:
                yield from _changed(connection, kpis, table, departments, every)


def counted_again(workspace: Workspace, position: int) -> frozenset[str]:
    """The tables of which a source brought another count after a position: who changed, it did not say."""
    now, then = counted_in_source.counted(workspace), counted_in_source.counted(workspace, position)
    return frozenset(table for table in {*now, *then} if now.get(table) != then.get(table))


def _changed(
    connection: duckdb.DuckDBPyConnection,
    kpis: Sequence[Kpi],
    table: str,
    departments: Collection[str],
    every: Length,
) -> Iterator[Changed]:
    """UNKNOWN where the table holds another side of a KPI than its population: whose it is nobody counted."""
    columns = source(table).c
    groups = {"department": columns.department, "day": start_of(columns.day, every)}
    among = [columns.department.in_(sorted(departments))]
    parts = population_parts(kpis, table)
    if parts:
        wide = counted(runner(connection), parts, TABLES[table], groups, among)
        for part in parts:
            for row in named(wide, part).to_dict("records"):
                yield part.kpi.id, row["department"], row["day"].date(), persons_of(row)
    beside = [kpi.id for kpi in kpis if kpi.denominator.table != table and table in tables_of([kpi])]
    if beside:
        asked = sa.select(*(expression.label(name) for name, expression in groups.items())).where(*among)
        for row in rows(connection, asked.distinct()).to_dict("records"):
            yield from ((kpi, row["department"], row["day"].date(), UNKNOWN) for kpi in beside)


def _difference(workspace: Workspace, table: str, position: int, later: int, until: date) -> str:
    """A FROM-expression of the rows that one of two states holds and the other does not, by their content."""
    then, now = (facts.source_sql(workspace, table, position=one) for one in (position, later))
    names = ", ".join(identifier(name) for name in facts.columns(TABLES[table]) if name != "batch")
    same = ", ".join(identifier(name) for name in ("batch", *TABLES[table].identity))
    replaced = facts.superseded_sql(workspace, table, position, later)
    came = f"SELECT {names} FROM {now} WHERE batch > {position} AND day <= DATE '{until}'"
    gone = f"SELECT {names} FROM {then} SEMI JOIN {replaced} USING ({same})"
    return f"(({came} EXCEPT ALL {gone}) UNION ALL ({gone} EXCEPT ALL {came}))"


def _until(workspace: Workspace, table: str, position: int) -> date | None:
    """The end of the newest week or month of which something was known; None where nothing was."""
    with connect() as connection:
        asked = f"SELECT max(day) FROM {facts.source_sql(workspace, table, position=position)}"
        last: date | None = connection.execute(asked).fetchall()[0][0]
    return max(containing(last, "week").end, containing(last, "month").end) if last is not None else None


def _later(workspace: Workspace, table: str, position: int, until: date) -> list[int]:
    """The later batches that may hold or replace rows up to a day."""
    query = (
        sa.select(fact_files.c.batch, fact_files.c.path)
        .join(batches, batches.c.id == fact_files.c.batch)
        .where(fact_files.c.table_name == table, fact_files.c.kind.in_(("facts", "superseded")))
        .where(batches.c.done, batches.c.id > position)
    )
    newest = containing(until, "month").label
    with workspace.engine.connect() as connection:
        files = connection.execute(query)
        return sorted({batch for batch, path in files if facts.month_of(workspace.root / path) <= newest})
