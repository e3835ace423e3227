"""Take files in: read, check, store and account for every row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory

from core.discovery import discover
from core.errors import InputError, UnknownName
from core.language.text import N_
from data_connectors import sources
from data_connectors.archive import unpacked
from data_connectors.batch import FileReport
from data_connectors.connector import ConnectorKind, Refused, Source
from data_connectors.guards import check_start, checksum
from data_connectors.intake import ACCEPTED, SET_ASIDE, Account, take_in, unmapped
from data_connectors.mapping import FileFormat, Mapping, TableMapping
from data_connectors.mapping_file import fingerprint, load
from governance.access import Viewer, require
from governance.pseudonymise import Key
from storage import ledger
from storage.duck import connect
from storage.fact_writer import store
from storage.ingest_lock import only_one
from storage.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intake:
    """One run: where to, under which key, and how the files are to be read."""

    workspace: Workspace
    key: Key
    file: FileFormat
    dry_run: bool


def connectors() -> dict[str, ConnectorKind]:
    """Every kind of source, by name."""
    return discover(sources, "CONNECTOR", ConnectorKind)


def ingest(
    viewer: Viewer,
    workspace: Workspace,
    files: Sequence[Path],
    mapping: str,
    table: str | None = None,
    dry_run: bool = False,
) -> tuple[FileReport, ...]:
    """Take files in through a mapping (a file or a preset); one report per file and table.

    A file refused for its content is reported and the others go on. A missing file, a wrong mapping or a lost
    key raises UserError before anything is taken in. `dry_run` reads and checks but keeps nothing.
    """
    require(viewer, "load_data")
    chosen = load(mapping, workspace.root / "mappings")
    for file in files:
        if not file.is_file():
            raise InputError(
                N_("There is no file '{file}'."), remedy=N_("Check its name and folder."), file=str(file)
            )
    with unpacked(files, workspace.root) as delivery:
        work = [(file, part) for file in delivery.files for part in _tables(chosen, table, file)]
        with only_one(workspace.root):
            key = Key(token_bytes(32)) if dry_run else workspace.secret()
            run = _Intake(workspace=workspace, key=key, file=chosen.file, dry_run=dry_run)
            return delivery.named(_take_file(run, file, part) for file, part in work)


def _tables(mapping: Mapping, table: str | None, file: Path) -> tuple[TableMapping, ...]:
    """What a file is read as: the chosen table, or every table whose pattern fits the file's name."""
    if table is not None:
        found = tuple(part for part in mapping.table if part.name == table)
        if not found:
            raise UnknownName(N_("table"), table, {part.name for part in mapping.table})
        return found
    found = tuple(part for part in mapping.table if fnmatchcase(file.name, part.files))
    if not found:
        raise InputError(
            N_("The mapping does not say which table this file holds."),
            where=str(file),
            remedy=N_("Choose one with --table: {known}."),
            known=", ".join(part.name for part in mapping.table),
        )
    return found


def _take_file(run: _Intake, path: Path, mapping: TableMapping) -> FileReport:
    before = path.stat()
    digest = checksum(path)
    identity = sha256(f"{digest} {fingerprint(run.file, mapping)}".encode()).hexdigest()
    if ledger.known(run.workspace, identity):
        return FileReport(file=str(path), sha256=digest, status="unchanged")
    try:
        check_start(path)
        with TemporaryDirectory(prefix="intake-", dir=run.workspace.root) as spill:
            return _load(run, path, digest, identity, mapping, Path(spill), before.st_mtime_ns)
    except Refused as refusal:
        return FileReport(
            file=str(path), sha256=digest, status="refused", reason=refusal.code, refusal=refusal
        )


def _load(
    run: _Intake,
    path: Path,
    digest: str,
    identity: str,
    mapping: TableMapping,
    spill: Path,
    changed_at: int,
) -> FileReport:
    source = _open(path, run.file)
    zone, today = run.workspace.settings.timezone, datetime.now(UTC).date()
    with connect(spill) as connection:
        account = take_in(connection, source, mapping, run.file, run.key, (zone, today))
        if path.stat().st_mtime_ns != changed_at:
            raise Refused(
                "unreadable_file",
                N_("The file changed while it was read."),
                where=path.name,
                remedy=N_("Try again when it is complete."),
            )
        if account.rows_read == account.rows_not_data:
            raise Refused(
                "no_rows",
                N_("This file has a header and no rows."),
                where=path.name,
                remedy=N_("Export it again, with its rows."),
            )
        report = _report(path, digest, source, mapping, account)
        if not run.dry_run:
            store(
                connection,
                run.workspace,
                table=mapping.name,
                fingerprint=identity,
                report=report,
                relations=(ACCEPTED, SET_ASIDE),
            )
    return report


def _open(path: Path, file: FileFormat) -> Source:
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


def _report(path: Path, digest: str, source: Source, mapping: TableMapping, account: Account) -> FileReport:
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
        tables={mapping.name: account.rows_loaded},
    )
