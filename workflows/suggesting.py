"""Suggest a mapping for a file, and show what it would make of it. Nothing is kept."""

from io import StringIO
from itertools import chain
from pathlib import Path

from core.errors import InputError, UnknownName
from core.language.text import N_
from data_connectors.archive import Delivery, unpacked
from data_connectors.connector import Refused
from data_connectors.csv_dialect import guessed
from data_connectors.mapping import FileFormat
from data_connectors.mapping_file import read
from data_connectors.preview import Preview, preview, sample
from data_connectors.suggestion import Suggestion, suggest
from data_connectors.text_encoding import AUTO, MIXED, is_ascii, settled, text_blocks
from governance.access import Viewer, require
from kpis.tables import TABLES
from storage.duck import connect
from storage.working_folder import working_folder
from workflows.intake_run import open_source, require_file
from workflows.opening import Workspace

SHOWN = 8
"""As many names of files stand in a message."""

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")


def propose(
    viewer: Viewer, workspace: Workspace, path: Path, table: str | None, language: str
) -> tuple[Suggestion, Preview]:
    """A mapping for a file (or the one in an archive), and a preview where it is complete."""
    require(viewer, "load_data")
    require_file(path)
    if table is not None and table not in TABLES:
        raise UnknownName(N_("table"), table, TABLES)
    with working_folder(workspace.root) as folder:
        return _proposed(workspace, _only(unpacked([path], folder), path), table, language)


def _only(delivery: Delivery, path: Path) -> Path:
    for report in delivery.refused:
        if report.refusal is not None:
            raise report.refusal
    if len(delivery.files) > 1:
        raise InputError(
            N_("This archive holds {number} files, and a mapping is for one: {names}."),
            where=path.name,
            remedy=N_("Unpack it, and ask for one of them."),
            number=len(delivery.files),
            names=", ".join(one.name for one in delivery.files[:SHOWN]),
        )
    return delivery.files[0]


def _proposed(
    workspace: Workspace, path: Path, table: str | None, language: str
) -> tuple[Suggestion, Preview]:
    keys = _written(path) if path.suffix.lower() in TEXT_SUFFIXES else {}
    source = open_source(path, FileFormat.model_validate(keys))
    with connect() as connection:
        found = suggest(source.header, sample(connection, source), keys, table)
    return found, _preview(workspace, path, found, language) if found.complete else Preview()


def _written(path: Path) -> dict[str, str | int]:
    encoding = settled(path, AUTO)
    lines = chain.from_iterable(StringIO(text, newline="") for text in text_blocks(path, encoding))
    layout = guessed(lines, FileFormat().quote, path.name)
    keys: dict[str, str | int] = {"encoding": AUTO if encoding == MIXED or is_ascii(path) else encoding}
    keys["delimiter"] = layout.delimiter
    return keys | ({"skip_lines": layout.above} if layout.above else {})


def _preview(workspace: Workspace, path: Path, found: Suggestion, language: str) -> Preview:
    mapping, _ = read(found.toml(language), path.name)
    if mapping is None:
        return Preview()
    table = mapping.table[0]
    place = (workspace.settings.timezone, workspace.today())
    try:
        source = open_source(path, mapping.file.sought(table.in_file))
        with connect() as connection:
            return preview(connection, source, table, mapping.file, place)
    except Refused as refusal:
        return Preview(refusal=refusal)
