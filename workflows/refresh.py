"""Take files in: read, check, store and account for every row."""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from secrets import token_bytes

from core.errors import UnknownName
from core.language.text import N_
from data_connectors.archive import Delivery, refused, unpacked
from data_connectors.batch import FileReport
from data_connectors.connector import Refused
from data_connectors.mapping import Mapping, TableMapping
from data_connectors.mapping_file import load
from governance.access import Viewer, require, require_tables
from governance.pseudonymise import Key
from storage.one_at_a_time import only_one
from storage.working_folder import working_folder
from storage.workspace import Workspace
from workflows.intake_run import Handed, Intake, require_file, take_file
from workflows.privacy.expiry import expire_with_a_load


def ingest(
    viewer: Viewer,
    workspace: Workspace,
    files: Sequence[Path],
    mapping: str,
    table: str | None = None,
    dry_run: bool = False,
    done: Callable[[FileReport], None] = lambda _report: None,
) -> tuple[FileReport, ...]:
    """Take files in through a mapping (a file or a preset); one report per file and table.

    A file refused for its content is reported and the others go on. A missing file, a wrong mapping or a lost
    key raises UserError before anything is taken in. `dry_run` reads and checks but keeps nothing.
    `done` hears each report as soon as it is final, so that what is in is known when the rest is broken off.
    """
    reach = require(viewer, "load_data")
    chosen = load(mapping, workspace.root / "mappings")
    for file in files:
        require_file(file)
    with working_folder(workspace.root) as folder:
        delivery = unpacked(files, folder)
        work = [(file, part) for file in delivery.files for part in _tables(chosen, table, file) or (None,)]
        require_tables(reach, [part.name for _, part in work if part is not None])
        reports = []
        with only_one(workspace.root):
            key = Key(token_bytes(32)) if dry_run else workspace.secret()
            run = Intake(viewer=viewer, workspace=workspace, key=key, file=chosen.file, dry_run=dry_run)
            for report in _taken(run, delivery, work, chosen):
                done(report)
                reports.append(report)
    if not dry_run:
        expire_with_a_load(viewer, workspace)
    return tuple(reports)


def _taken(
    run: Intake, delivery: Delivery, work: Sequence[tuple[Path, TableMapping | None]], mapping: Mapping
) -> Iterator[FileReport]:
    yield from delivery.refused
    for file, part in work:
        if part is None:
            report = refused(file, _no_table(file, mapping))
        else:
            report = take_file(run, Handed(path=file, table=part))
        yield delivery.named(report)


def _tables(mapping: Mapping, table: str | None, file: Path) -> tuple[TableMapping, ...]:
    """What a file is read as: the chosen table, or every table whose pattern fits the file's name."""
    if table is None:
        return tuple(part for part in mapping.table if fnmatchcase(file.name, part.files))
    found = tuple(part for part in mapping.table if part.name == table)
    if not found:
        raise UnknownName(N_("table"), table, {part.name for part in mapping.table})
    return found


def _no_table(file: Path, mapping: Mapping) -> Refused:
    return Refused(
        "content_type_mismatch",
        N_("The mapping does not say which table this file holds."),
        where=file.name,
        remedy=N_("Choose one with --table: {known}."),
        known=", ".join(part.name for part in mapping.table),
    )
