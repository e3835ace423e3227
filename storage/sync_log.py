"""Runs of sources: when each began, how it ended, and the columns that were last accepted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.database import writing
from storage.schema import source_columns, sync_runs
from storage.workspace import Workspace

State = Literal["running", "done", "failed"]
STOPPED = "stopped from outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a source."""

    source: str
    started_at: datetime
    ended_at: datetime | None
    state: State
    rows: int
    message: str


def start(workspace: Workspace, source: str) -> int:
    """A new run. Needs the source's lock: whatever still says running was killed, and is called failed."""
    with writing(workspace.engine) as connection:
        connection.execute(
            update(sync_runs)
            .where(sync_runs.c.source == source, sync_runs.c.state == "running")
            .values(state="failed", message=STOPPED)
        )
        new = insert(sync_runs).values(source=source, started_at=_now(), state="running", rows=0, message="")
        number: int = connection.execute(new.returning(sync_runs.c.id)).scalar_one()
        return number


def finish(workspace: Workspace, run: int, state: State, rows: int, message: str = "") -> None:
    """How a run ended."""
    with writing(workspace.engine) as connection:
        connection.execute(
            update(sync_runs)
            .where(sync_runs.c.id == run)
            .values(state=state, rows=rows, message=message, ended_at=_now())
        )


def last(workspace: Workspace, source: str, state: State | None = None) -> Run | None:
    """The newest run of a source, or the newest that ended so."""
    query = select(sync_runs).where(sync_runs.c.source == source).order_by(sync_runs.c.id.desc()).limit(1)
    if state is not None:
        query = query.where(sync_runs.c.state == state)
    with workspace.engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return Run(
        source=row["source"],
        started_at=datetime.fromisoformat(row["started_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        state=row["state"],
        rows=row["rows"],
        message=row["message"],
    )


def before(workspace: Workspace, moment: str | None) -> tuple[int, ...]:
    """Runs that ended before a moment (None: none), but for each source's last that fetched rows."""
    if moment is None:
        return ()
    newest = (
        select(func.max(sync_runs.c.id))
        .where(sync_runs.c.state == "done", sync_runs.c.rows > 0)
        .group_by(sync_runs.c.source)
    )
    old = (sync_runs.c.ended_at < moment) & sync_runs.c.id.not_in(newest)
    with workspace.engine.connect() as connection:
        return tuple(connection.scalars(select(sync_runs.c.id).where(old)))


def remove(connection: Connection, runs: Sequence[int]) -> None:
    """Forget runs."""
    for run in runs:
        connection.execute(delete(sync_runs).where(sync_runs.c.id == run))


def accepted_columns(workspace: Workspace, source: str) -> dict[str, dict[str, str]]:
    """Columns and types by table of the source, as they were last accepted."""
    query = select(source_columns.c.subject, source_columns.c.json).where(source_columns.c.source == source)
    with workspace.engine.connect() as connection:
        return {subject: json.loads(text) for subject, text in connection.execute(query)}


def accept_columns(workspace: Workspace, source: str, columns: Mapping[str, Mapping[str, str]]) -> None:
    """Keep these as what is known of the source."""
    with writing(workspace.engine) as connection:
        connection.execute(delete(source_columns).where(source_columns.c.source == source))
        for subject, found in columns.items():
            connection.execute(
                insert(source_columns).values(
                    source=source, subject=subject, json=json.dumps(dict(found)), seen_at=_now()
                )
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
