"""Write a batch's facts under temporary names, flush them, rename them. The ledger makes them count."""

import os
import shutil
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from sqlalchemy.exc import OperationalError

from core.errors import ConfigurationError
from core.quoting import identifier, literal
from data_connectors.batch import FileReport
from kpis.tables import TABLES
from storage.audit_log import Log
from storage.facts import source_sql
from storage.ledger import INCOMING, Committed, FactFile, Origin, begin, commit
from storage.workspace import Workspace


def store(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    *,
    origin: Origin,
    fingerprint: str,
    report: FileReport,
    relations: tuple[str, str, str],
    log: Log[Committed],
) -> None:
    """Make a batch of the accepted rows, all or nothing. Needs the intake lock.

    relations: accepted (the columns of a fact but `batch`), replacing (the identity of rows whose older
    versions no longer count) and set_aside (line, reason, column); every session of the connection's database
    must see them. Raises ConfigurationError when the disk is full.
    """
    with full_disk_told(workspace):
        batch = begin(workspace, fingerprint, Path(report.file).name, origin)
        files = _write(connection, workspace, origin.table, batch, relations)
        commit(workspace, batch, files, report, log)


MONTHS_AT_ONCE = 2
"""Each is written by all threads of the engine; while one waits for the disk another counts on."""


@contextmanager
def full_disk_told(workspace: Workspace) -> Iterator[None]:
    """Say in a sentence that something could not be written."""
    try:
        yield
    except (duckdb.IOException, OSError, OperationalError) as error:
        raise ConfigurationError(
            "The facts cannot be written: {error}.",
            where=str(workspace.root),
            remedy="Make room on the disk and try again; what was there before is untouched.",
            error=str(error).splitlines()[0].rstrip("."),
        ) from None


def _write(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    table: str,
    batch: int,
    relations: tuple[str, str, str],
) -> tuple[FactFile, ...]:
    """Accepted rows by month, the older rows that they replace, and the rows set aside."""
    accepted, replacing, set_aside = relations
    staging = workspace.root / "facts" / f"{batch:06d}{INCOMING}"
    staging.mkdir(mode=0o700)
    _copy_months(connection, f"SELECT *, {batch}::INTEGER AS batch FROM {accepted}", staging / "facts")
    _copy(connection, _superseded(workspace, table, replacing), staging / "superseded.parquet")
    _copy(connection, f"SELECT * FROM {set_aside} ORDER BY line", staging / "quarantine.parquet")
    target = workspace.root / "facts" / table
    target.mkdir(mode=0o700, exist_ok=True)
    written = tuple(
        FactFile(
            path=settle(path, target / f"{label}-{batch:06d}-{number}.parquet"),
            table=table,
            kind=kind,
            rows=count,
        )
        for number, (path, kind, label) in enumerate(_staged(staging))
        if (count := pq.read_metadata(path).num_rows)
    )
    flush(target)
    shutil.rmtree(staging)
    return written


def _staged(staging: Path) -> list[tuple[Path, str, str]]:
    """File, kind and label of everything that was written."""
    facts = [(path, "facts", path.stem) for path in sorted((staging / "facts").iterdir())]
    return facts + [(staging / f"{kind}.parquet", kind, kind) for kind in ("superseded", "quarantine")]


def _superseded(workspace: Workspace, table: str, replacing: str) -> str:
    same = ", ".join(identifier(name) for name in TABLES[table].identity)
    older = source_sql(workspace, table)
    return f"SELECT {same}, batch, day AS old_day FROM {older} SEMI JOIN {replacing} USING ({same})"


def _copy_months(connection: duckdb.DuckDBPyConnection, rows: str, folder: Path) -> None:
    """A file per month.

    Rows mostly come by time, so that a month finds its own at once; to hand out each row to its file as it
    comes (PARTITION_BY) takes longer.
    """
    folder.mkdir()
    months = connection.execute(f"SELECT DISTINCT date_trunc('month', day)::DATE FROM ({rows})").fetchall()

    def write(month: date) -> None:
        within = f"day >= DATE '{month}' AND day < DATE '{month}' + INTERVAL 1 MONTH"
        with connection.cursor() as own:
            _copy(own, f"FROM ({rows}) WHERE {within}", folder / f"{month:%Y-%m}.parquet")

    with ThreadPoolExecutor(MONTHS_AT_ONCE) as pool:
        deque(pool.map(write, sorted(month for (month,) in months)), maxlen=0)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    connection.execute(f"COPY ({query}) TO {literal(target)} (FORMAT parquet)")


def settle(path: Path, target: Path) -> Path:
    """Flush a file and give it its final name."""
    flush(path)
    os.replace(path, target)
    return target


def flush(path: Path) -> None:
    """Make sure that a file or folder outlives a power cut."""
    if os.name != "posix" and path.is_dir():
        return  # other systems do not open folders; their renames are journalled
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
