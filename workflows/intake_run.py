"""One file taken in: read, checked, stored and accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from duckdb import DuckDBPyConnection

from core.discovery import discover
from core.errors import InputError
from core.language.text import N_
from core.quoting import identifier as quoted
from data_connectors import sources
from data_connectors.batch import FIRST, FileReport, SetAside
from data_connectors.connector import ConnectorKind, Refused, Source
from data_connectors.guards import checksum, require_ends
from data_connectors.intake import (
    ACCEPTED,
    PARSED,
    REPLACING,
    SET_ASIDE,
    Account,
    set_aside_rejected,
    take_in,
    unmapped,
)
from data_connectors.mapping import FileFormat, TableMapping
from data_connectors.mapping_file import identity
from data_connectors.template import REMARK
from governance.access import Viewer
from governance.audit import AuditEvent, code
from governance.pseudonymise import Key
from kpis.tables import TABLES, PersonKind
from storage import erasure, ledger, rewriting, vanished
from storage.count_writer import refuse_beside_count
from storage.duck import connect
from storage.fact_writer import store
from storage.facts import source_sql
from storage.working_folder import NAME as WORKING
from storage.working_folder import working_folder
from storage.workspace import Workspace
from workflows.auditing import event


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One run: for whom, where to, under which key, and how the files are to be read."""

    viewer: Viewer
    workspace: Workspace
    key: Key
    file: FileFormat
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file and what it holds. source, watermark: where it was fetched. again: take a state in although it
    is that of before. The rest: as in Delivered.
    """

    path: Path
    table: TableMapping
    source: str = ""
    watermark: str | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    first_rejected: tuple[SetAside, ...] = ()
    gone_at_most: float | None = None
    whole_by: str = ""
    again: bool = False

    @property
    def is_state(self) -> bool:
        """Whether it says how the source is now, rather than being a file that came from somewhere."""
        return self.watermark is not None or self.gone_at_most is not None

    @property
    def origin(self) -> ledger.Origin:
        """As the ledger keeps it."""
        return ledger.Origin(table=self.table.name, source=self.source, watermark=self.watermark)


def connectors() -> dict[str, ConnectorKind]:
    """Every kind of source, by name."""
    return discover(sources, "CONNECTOR", ConnectorKind)


def require_file(path: Path) -> None:
    """Raises InputError where there is none."""
    if not path.is_file():
        raise InputError(
            N_("There is no file '{file}'."), remedy=N_("Check its name and folder."), file=str(path)
        )


def take_file(run: Intake, handed: Handed) -> FileReport:
    """Take one file in, unless its content came in before; a file that must be refused is reported so."""
    rewriting.finish(run.workspace)
    ledger.sweep(run.workspace)
    refuse_beside_count(run.workspace, handed.table.name, handed.source)
    path = handed.path
    before = path.stat()
    digest = checksum(path)
    known_by = identity(digest, run.file, handed.table, whole=handed.gone_at_most is not None)
    if _is_known(run.workspace, handed, known_by):
        return FileReport(file=str(path), sha256=digest, status="unchanged")
    try:
        require_ends(path, digest)
        with working_folder(run.workspace.root) as spill:
            return _load(run, handed, digest, known_by, spill, before.st_mtime_ns)
    except Refused as refusal:
        return FileReport(
            file=str(path), sha256=digest, status="refused", reason=refusal.code, refusal=refusal
        )


def _is_known(workspace: Workspace, handed: Handed, identity: str) -> bool:
    if handed.is_state:
        return not handed.again and ledger.newest(workspace, handed.origin) == identity
    return ledger.known(workspace, identity)


def _load(
    run: Intake,
    handed: Handed,
    digest: str,
    identity: str,
    spill: Path,
    changed_at: int,
) -> FileReport:
    path, mapping = handed.path, handed.table
    source = open_source(path, run.file.sought(mapping.in_file))
    zone, today = run.workspace.settings.timezone, run.workspace.today()
    with connect(spill) as connection:
        account = take_in(
            connection, source, mapping, run.file, run.key, (zone, today), _forgotten(run.workspace)
        )
        account = set_aside_rejected(connection, account, handed.rejected)
        if path.stat().st_mtime_ns != changed_at:
            raise Refused(
                "unreadable_file",
                N_("The file changed while it was read."),
                where=path.name,
                remedy=N_("Try again when it is complete."),
            )
        gone = _gone(connection, run, handed)
        nothing = account.rows_read == account.rows_not_data and not gone
        if nothing and not _emptied(connection, run.workspace, mapping.name):
            raise _no_rows(run, handed)
        first = (*handed.first_rejected, *_first(connection))[:FIRST]
        report = replace(_report(path, digest, source, mapping, account, gone), first_set_aside=first)
        if not run.dry_run:
            store(
                connection,
                run.workspace,
                origin=handed.origin,
                fingerprint=identity,
                report=report,
                relations=(ACCEPTED, _replacing(gone or handed.whole_by), SET_ASIDE),
                log=lambda done: _event(run, handed, done),
            )
    return report


def _no_rows(run: Intake, handed: Handed) -> Refused:
    """Of a source that was asked for rows, a form of ours, or a file that somebody made."""
    if handed.source and handed.path.is_relative_to(run.workspace.root / WORKING):
        return Refused(
            "no_rows",
            N_("The source gives no rows of this table; nothing was changed."),
            where=f"{handed.source} {handed.table.name}",
            remedy=N_("Find out whether it was just being filled; the next run asks again."),
        )
    is_form = any(rule.column == REMARK for rule in run.file.not_data)
    return Refused(
        "no_rows",
        N_("This form was not filled in.") if is_form else N_("This file has a header and no rows."),
        where=handed.path.name,
        remedy=N_("Fill in rows below the example.") if is_form else N_("Export it again, with its rows."),
    )


def _first(connection: DuckDBPyConnection) -> tuple[SetAside, ...]:
    rows = connection.table(SET_ASIDE).filter("line IS NOT NULL").order("line").limit(FIRST).fetchall()
    return tuple(SetAside(line=line, reason=reason, column=column) for line, reason, column in rows)


def _gone(connection: DuckDBPyConnection, run: Intake, handed: Handed) -> int | None:
    """Leave in the connection which rows are gone; gives how many, None where only parts can be seen."""
    if handed.gone_at_most is None:
        if handed.whole_by:
            vanished.find(connection, run.workspace, handed.origin, PARSED, handed.whole_by)
        return None
    found = vanished.find(connection, run.workspace, handed.origin, PARSED)
    vanished.require_few(found, handed.origin, handed.gone_at_most)
    return found.rows


def _emptied(connection: DuckDBPyConnection, workspace: Workspace, table: str) -> bool:
    """Whether answers that count were taken away."""
    same = ", ".join(map(quoted, TABLES[table].identity))
    older = f"FROM {source_sql(workspace, table)} SEMI JOIN {REPLACING} USING ({same}) LIMIT 1"
    return bool(connection.execute(older).fetchall())


def _replacing(gone: object) -> str:
    return f"(FROM {REPLACING} UNION ALL FROM {vanished.VANISHED})" if gone else REPLACING


def _event(run: Intake, handed: Handed, done: ledger.Committed) -> AuditEvent:
    """No name of a file: it may be that of a patient."""
    return event(
        run.viewer,
        run.workspace,
        "data_corrected" if done.replaced else "data_loaded",
        "batch",
        str(done.batch),
        table=handed.table.name,
        source=code(handed.source),
        sha256=done.report.sha256,
        rows=done.report.rows_loaded,
        set_aside=done.report.rows_quarantined,
        replaced=done.replaced,
        gone=done.report.rows_gone,
    )


def _forgotten(workspace: Workspace) -> dict[PersonKind, frozenset[str]]:
    return {kind: erasure.known_pseudonyms(workspace, kind) for kind in get_args(PersonKind)}


def open_source(path: Path, file: FileFormat) -> Source:
    """Open a file by its ending, or by the format that the mapping says."""
    kinds = {suffix: kind for kind in connectors().values() for suffix in kind.suffixes}
    suffix = path.suffix.lower() if file.format == "auto" else f".{file.format}"
    kind = kinds.get(suffix)
    if kind is None or kind.open is None:
        raise Refused(
            "content_type_mismatch",
            N_("Nothing reads files that end in '{suffix}'."),
            where=path.name,
            remedy=N_("Known: {known}. Or write format = in the mapping."),
            suffix=suffix,
            known=", ".join(sorted(kinds)),
        )
    return kind.open(path, file)


def _report(
    path: Path, digest: str, source: Source, mapping: TableMapping, account: Account, gone: int | None
) -> FileReport:
    return FileReport(
        file=str(path),
        sha256=digest,
        status="loaded",
        rows_read=account.rows_read,
        rows_loaded=account.rows_loaded,
        rows_quarantined=sum(account.set_aside.values()),
        rows_not_data=account.rows_not_data,
        quarantine=account.set_aside,
        flags=account.flags,
        encoding=source.encoding,
        dialect=source.dialect,
        sheets=source.sheets,
        columns_unmapped=unmapped(source, mapping),
        departments_alike=account.departments_alike,
        rows_gone=gone,
        tables={mapping.name: account.rows_loaded},
    )
