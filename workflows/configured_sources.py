"""The sources of a workspace, ready to be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from core.errors import UnknownName
from core.language.text import N_, Text
from data_connectors import mapping_file, source_file
from data_connectors.mapping import FileFormat, TableMapping
from data_connectors.pulling import Pulling, PullKind, SourceOptions
from data_connectors.source_file import SourceFile
from storage import ledger
from storage.secrets import read_secret
from storage.workspace import Workspace
from workflows.intake_run import connectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A source with everything that its file names, looked up and checked."""

    name: str
    file: SourceFile
    kind: PullKind
    options: SourceOptions
    tables: tuple[TableMapping, ...]
    format: FileFormat

    def pulling(
        self,
        workspace: Workspace,
        folder: Path,
        progress: Callable[[int], None] = lambda _rows: None,
        *,
        whole: bool = False,
    ) -> Pulling:
        """One run from now on, from how far the source was read; whole: from its beginning."""
        reached = ledger.watermarks(workspace, self.name)
        return Pulling(
            tables=self.tables,
            since={} if whole else reached,
            folder=folder,
            deadline=monotonic() + 60 * self.file.minutes,
            secrets=partial(read_secret, workspace),
            progress=progress,
            counted=self.file.mode == "push-down",
            brought=frozenset(reached),
        )


def names(workspace: Workspace) -> tuple[str, ...]:
    """Of every source that has a file."""
    return tuple(source_file.configured(workspace.root / "sources"))


def no_sources(root: Path) -> Text:
    """What to say where there are none."""
    return Text(N_("There are no sources yet. Write one in {folder}."), {"folder": str(root / "sources")})


def configured(workspace: Workspace, name: str) -> Configured:
    """One source; raises UserError for the first thing that is wrong with its file."""
    file = source_file.load(name, workspace.root / "sources")
    kind, options = source_file.options(file, connectors(), f"{name}.toml")
    mapping = mapping_file.load(file.mapping, workspace.root / "mappings")
    known = {table.name: table for table in mapping.table}
    for table in file.tables:
        if table not in known:
            raise UnknownName(N_("table"), table, known)
    chosen = tuple(known[table] for table in file.tables) if file.tables else mapping.table
    return Configured(name=name, file=file, kind=kind, options=options, tables=chosen, format=mapping.file)
