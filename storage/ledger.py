"""The ledger of batches: a file counts from the moment its row says `done`, and not before."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from core.errors import ConfigurationError
from core.language.text import N_
from data_connectors.batch import FileReport
from storage.audit_log import Log, append
from storage.database import writing
from storage.schema import batches, fact_files, sync_runs
from storage.workspace import Workspace

INCOMING = ".incoming"
"""Ending of the folders in which files are written before they get their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    """A Parquet file under its final name. kind: facts, superseded or quarantine."""

    path: Path
    table: str
    kind: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a batch came from: the source that was asked (empty: handed in), and how far it was read."""

    table: str
    source: str = ""
    watermark: str | None = None


def begin(workspace: Workspace, fingerprint: str, file: str, origin: Origin) -> int:
    """A number for a new batch; what earlier batches left unfinished is removed first. Needs the lock."""
    sweep(workspace)
    with writing(workspace.engine) as connection:
        new = insert(batches).values(
            fingerprint=fingerprint,
            file=file,
            done=False,
            report="{}",
            started_at=_now(),
            source=origin.source or None,
            table_name=origin.table,
            watermark=origin.watermark,
        )
        number: int = connection.execute(new.returning(batches.c.id)).scalar_one()
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A batch that counts from now on; replaced: older rows that count no more."""

    batch: int
    report: FileReport
    replaced: int


def commit(
    workspace: Workspace, batch: int, files: Sequence[FactFile], report: FileReport, log: Log[Committed]
) -> None:
    """List the files and mark the batch done, in one transaction: the commit point."""
    replaced = sum(file.rows for file in files if file.kind == "superseded")
    with writing(workspace.engine) as connection:
        for file in files:
            connection.execute(
                insert(fact_files).values(
                    path=file.path.relative_to(workspace.root).as_posix(),
                    batch=batch,
                    table_name=file.table,
                    kind=file.kind,
                    rows=file.rows,
                )
            )
        connection.execute(
            update(batches)
            .where(batches.c.id == batch)
            .values(
                done=True,
                done_at=_now(),
                report=json.dumps(asdict(replace(report, first_set_aside=())), ensure_ascii=False),
            )
        )
        append(connection, log(Committed(batch=batch, report=report, replaced=replaced)))


def known(workspace: Workspace, fingerprint: str) -> bool:
    """Whether the same content was already taken in, in the same way."""
    query = select(batches.c.id).where(batches.c.fingerprint == fingerprint, batches.c.done)
    with workspace.engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def newest(workspace: Workspace, origin: Origin) -> str | None:
    """The fingerprint of what a source brought last for a table; a source may come back to an older state."""
    query = (
        select(batches.c.fingerprint)
        .where(batches.c.source == origin.source, batches.c.table_name == origin.table, batches.c.done)
        .order_by(batches.c.id.desc())
        .limit(1)
    )
    with workspace.engine.connect() as connection:
        found: str | None = connection.scalar(query)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file that a source brought. digest: of its content. whole: it held all that the source has."""

    fingerprint: str
    digest: str
    whole: bool


def deliveries(workspace: Workspace, source: str, table: str) -> tuple[Delivery, ...]:
    """What a source brought for a table up to a watermark, the newest first."""
    query = (
        select(batches.c.fingerprint, batches.c.report)
        .where(batches.c.source == source, batches.c.table_name == table, batches.c.done)
        .where(batches.c.watermark.is_not(None))
        .order_by(batches.c.id.desc())
    )
    with workspace.engine.connect() as connection:
        found = [(fingerprint, json.loads(report)) for fingerprint, report in connection.execute(query)]
    return tuple(
        Delivery(fingerprint=one, digest=told["sha256"], whole=told.get("rows_gone") is not None)
        for one, told in found
    )


def watermarks(workspace: Workspace, source: str) -> dict[str, str]:
    """How far a source was read, by table. It stands with its batches: neither outlives the other.

    Raises ConfigurationError where batches of the source should be there and are not.
    """
    query = (
        select(batches.c.table_name, batches.c.watermark)
        .where(batches.c.source == source, batches.c.done)
        .order_by(batches.c.id)
    )
    ran = select(sync_runs.c.id).where(
        sync_runs.c.source == source, sync_runs.c.state == "done", sync_runs.c.rows > 0
    )
    with workspace.engine.connect() as connection:
        found = connection.execute(query).all()
        fetched = connection.execute(ran.limit(1)).first() is not None
    if fetched and not found:
        raise ConfigurationError(
            N_("Source '{source}' was read before, and how far is lost."),
            where=str(workspace.root),
            remedy=N_("Put the state database back from its copy; do not read everything again unseen."),
            source=source,
        )
    return {table: watermark for table, watermark in found if watermark is not None}


def position(workspace: Workspace) -> int:
    """Number of the newest finished batch, 0 where there is none."""
    query = select(batches.c.id).where(batches.c.done).order_by(batches.c.id.desc()).limit(1)
    with workspace.engine.connect() as connection:
        return connection.scalar(query) or 0


def position_on(workspace: Workspace, moment: datetime) -> int:
    """Number of the newest batch that was in by a moment (with a zone), 0 where there is none."""
    query = select(batches.c.id, batches.c.done_at).where(batches.c.done)
    with workspace.engine.connect() as connection:
        found = connection.execute(query).all()
    return max((id_ for id_, done in found if datetime.fromisoformat(done) <= moment), default=0)


def sweep(workspace: Workspace) -> None:
    """Remove what batches that never finished left behind, and nothing else. Needs the lock."""
    root = workspace.root / "facts"
    for folder in root.glob(f"*{INCOMING}"):
        shutil.rmtree(folder)
    with writing(workspace.engine) as connection:
        for batch in connection.scalars(select(batches.c.id).where(batches.c.done.is_(False))).all():
            for path in root.glob(f"*/*-{batch:06d}-*.parquet"):
                path.unlink()
        connection.execute(delete(batches).where(batches.c.done.is_(False)))
    if not position(workspace) and any(root.glob("*/*.parquet")):
        raise ConfigurationError(
            "This workspace holds facts that its state database does not know.",
            where=str(root),
            remedy="Put the state database back that belongs to it, or choose another --workspace.",
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
