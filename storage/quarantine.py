"""Rows that were set aside: line, reason and column of a file, without their content."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from storage.schema import batches, fact_files
from storage.workspace import Workspace


def before(workspace: Workspace, moment: str | None) -> tuple[str, ...]:
    """The lists that came in before a moment (None: none)."""
    if moment is None:
        return ()
    query = (
        select(fact_files.c.path)
        .join(batches, batches.c.id == fact_files.c.batch)
        .where(fact_files.c.kind == "quarantine", batches.c.done_at < moment)
    )
    with workspace.engine.connect() as connection:
        return tuple(connection.scalars(query))


def remove(connection: Connection, paths: Sequence[str]) -> None:
    """Take lists out of the ledger."""
    for path in paths:
        connection.execute(delete(fact_files).where(fact_files.c.path == path))


def delete_files(workspace: Workspace, paths: Sequence[str]) -> None:
    """Delete lists that the ledger no longer has; one that stays after a kill holds no content of a row."""
    for path in paths:
        (workspace.root / path).unlink(missing_ok=True)
