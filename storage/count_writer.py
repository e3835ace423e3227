"""Write what a source counted, as a batch of the ledger that replaces the older count of its table."""

import shutil
from collections.abc import Mapping
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from core.errors import InputError
from core.language.text import N_
from data_connectors.batch import FileReport
from data_connectors.counting import Counted
from storage import department_history, facts
from storage.audit_log import Log
from storage.counted_in_source import ABOUT, FRAMES, About, counts_of, definitions_of, kind
from storage.cube_writer import as_table
from storage.fact_writer import flush, full_disk_told, settle
from storage.ledger import INCOMING, Committed, FactFile, Origin, begin, commit
from storage.schema import batches
from storage.workspace import Workspace


def store(
    workspace: Workspace, origin: Origin, counted: Counted, report: FileReport, log: Log[Committed]
) -> bool:
    """Keep a count; False where the newest one says the same. Needs the intake lock.

    Raises InputError where the table holds rows of its own, which the count would double.
    """
    refuse_beside_rows(workspace, origin.table)
    about = About(
        source=origin.source,
        definitions=definitions_of(counted.kpis),
        departments=department_history.read(workspace.root).fingerprint,
        filled=counted.filled,
        kinds=counted.kinds,
    )
    tables = {name: as_table(counted.frames[name]) for name in FRAMES}
    fingerprint = _fingerprint(about, tables, report)
    if _newest(workspace, origin) == fingerprint:
        return False
    with full_disk_told(workspace):
        batch = begin(workspace, fingerprint, report.file, origin)
        commit(workspace, batch, _write(workspace, origin.table, batch, about, tables), report, log)
    return True


def refuse_beside_rows(workspace: Workspace, table: str) -> None:
    """Raise InputError where a table has rows: they and a count of them would be added up."""
    if facts.files(workspace, table):
        raise InputError(
            N_("The workspace holds rows of {table}; a count in the source would come on top of them."),
            where=table,
            remedy=N_("Let the source deliver rows (leave mode out), or count in a workspace without them."),
            table=table,
        )


def refuse_beside_count(workspace: Workspace, table: str, source: str) -> None:
    """Raise InputError where another source counts a table: its rows would be added to the count."""
    found = counts_of(workspace).get(table)
    if found is not None and found.source != source:
        raise InputError(
            N_("Source '{source}' counts {table} itself; rows of it from elsewhere would be counted twice."),
            where=table,
            remedy=N_('Leave mode = "push-down" out of {source}.toml and fetch its rows first.'),
            table=table,
            source=found.source,
        )


def _fingerprint(about: About, tables: Mapping[str, pa.Table], report: FileReport) -> str:
    content = sha256(about.as_bytes() + str(sorted(report.quarantine.items())).encode())
    for name, table in tables.items():
        order = [(column, "ascending") for column in table.column_names]
        content.update(name.encode())
        for part in table.sort_by(order).combine_chunks().to_batches():
            content.update(str(part.to_pydict()).encode())
    return content.hexdigest()


def _newest(workspace: Workspace, origin: Origin) -> str | None:
    """The fingerprint of what came last for a table; a count that came back to an older state is new."""
    asked = (
        select(batches.c.fingerprint)
        .where(batches.c.done, batches.c.table_name == origin.table)
        .order_by(batches.c.id.desc())
        .limit(1)
    )
    with workspace.engine.connect() as connection:
        found: str | None = connection.scalar(asked)
        return found


def _write(
    workspace: Workspace, table: str, batch: int, about: About, tables: Mapping[str, pa.Table]
) -> tuple[FactFile, ...]:
    staging = workspace.root / "facts" / f"{batch:06d}{INCOMING}"
    staging.mkdir(mode=0o700)
    target = workspace.root / "facts" / table
    target.mkdir(mode=0o700, exist_ok=True)
    written = []
    for number, (name, content) in enumerate(tables.items()):
        described = content.replace_schema_metadata({ABOUT: about.as_bytes()})
        draft = staging / f"{name}.parquet"
        pq.write_table(described, draft, compression="zstd")
        path = settle(draft, target / f"{kind(name)}-{batch:06d}-{number}.parquet")
        written.append(FactFile(path=path, table=table, kind=kind(name), rows=content.num_rows))
    flush(target)
    shutil.rmtree(staging)
    return tuple(written)
