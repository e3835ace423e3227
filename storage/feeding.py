"""Which files brought the rows behind a number."""

from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from core.period import Period, between, containing
from kpis.explanation import LoadedFile
from kpis.row_values import source
from storage.scan import open_facts, rows
from storage.schema import batches, fact_files
from storage.workspace import Workspace


def files_of(
    workspace: Workspace, tables: Collection[str], department: str, period: Period
) -> tuple[LoadedFile, ...]:
    """The files with rows of a department and period in any of the tables, oldest first."""
    first, last = (containing(day, "month") for day in (period.start, period.end))
    months = [month.label for month in between(first, last)]
    found: set[int] = set()
    with open_facts(workspace, tuple(tables), months) as connection:
        for table in tables:
            facts = source(table).c
            asked: sa.Select[Any] = (
                select(sa.literal_column("batch").label("batch"))
                .select_from(source(table))
                .where(facts.department == department, facts.day.between(period.start, period.end))
                .distinct()
            )
            found |= {int(number) for number in rows(connection, asked)["batch"]}
    return _named(workspace, found)


def last_file(workspace: Workspace, tables: Collection[str]) -> LoadedFile | None:
    """The newest file with rows of any of the tables; None before the first."""
    newest = (
        select(sa.func.max(batches.c.id))
        .join(fact_files, fact_files.c.batch == batches.c.id)
        .where(batches.c.done, fact_files.c.table_name.in_(tables), fact_files.c.kind == "facts")
    )
    with workspace.engine.connect() as connection:
        number = connection.scalar(newest)
    return next(iter(_named(workspace, [number])), None) if number is not None else None


def _named(workspace: Workspace, numbers: Iterable[int]) -> tuple[LoadedFile, ...]:
    chosen = select(batches).where(batches.c.id.in_(list(numbers)), batches.c.done).order_by(batches.c.id)
    with workspace.engine.connect() as connection:
        return tuple(
            LoadedFile(
                batch=row["id"],
                file=PurePath(row["file"].replace("\\", "/")).name,
                loaded_at=row["done_at"] or row["started_at"],
            )
            for row in connection.execute(chosen).mappings()
        )
