"""Rows that a source brought before and no longer has: a file that holds all of a source shows them.

They are versioned like corrected rows: from this batch on they no longer count, and what was known earlier
keeps them. Rows of other sources and of files that were handed in are left alone.
"""

from dataclasses import dataclass

import duckdb
from sqlalchemy import select

from core.errors import InputError
from core.language.text import N_
from core.quoting import identifier
from kpis.tables import TABLES
from storage.facts import source_sql
from storage.ledger import Origin
from storage.schema import batches
from storage.workspace import Workspace

VANISHED = "vanished"
"""Relation that `find` leaves in the connection: the identity of those rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """rows: that are gone. brought: rows of the source that counted until now."""

    rows: int
    brought: int


def find(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, origin: Origin, seen: str, within: str = ""
) -> Vanished:
    """Compare by identity what the source brought with what it holds now. Needs the intake lock.

    seen: a relation with the identity of every row in the file, set aside or not. within: only rows whose
    value of this column is in the file.
    """
    same = ", ".join(identifier(name) for name in TABLES[origin.table].identity)
    theirs = f"SELECT * FROM {source_sql(workspace, origin.table)} WHERE batch IN (SELECT unnest(?))"
    if within:
        theirs += f" AND {identifier(within)} IN (SELECT {identifier(within)} FROM {seen})"
    numbers = [_batches(workspace, origin)]
    connection.execute(
        f"CREATE TABLE {VANISHED} AS SELECT {same} FROM ({theirs}) ANTI JOIN {seen} USING ({same})",
        numbers,
    )
    brought, rows = connection.execute(
        f"SELECT (SELECT count(*) FROM ({theirs})), (SELECT count(*) FROM {VANISHED})", numbers
    ).fetchall()[0]
    return Vanished(rows=rows, brought=brought)


def require_few(found: Vanished, origin: Origin, at_most: float) -> None:
    """Raise InputError where a larger share than is allowed is gone: the source may be half filled."""
    if found.rows > at_most * found.brought:
        raise InputError(
            N_("{rows} of the {brought} rows that this source brought are gone; nothing was changed."),
            where=f"{origin.source} {origin.table}",
            remedy=N_(
                "Find out whether the source was complete. If they are rightly gone, give gone_at_most in "
                "its options a larger value for one run."
            ),
            rows=found.rows,
            brought=found.brought,
        )


def _batches(workspace: Workspace, origin: Origin) -> list[int]:
    query = select(batches.c.id).where(
        batches.c.source == origin.source, batches.c.table_name == origin.table, batches.c.done
    )
    with workspace.engine.connect() as connection:
        return list(connection.scalars(query))
