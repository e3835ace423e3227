"""A hospital's own definitions: copy one, check it, save it, certify it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.errors import InputError, UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_, Text
from governance.access import Viewer, require, require_tables
from kpis.catalogue import check as check_folder
from kpis.catalogue import duplicates, find, load
from kpis.definition import read
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.rules import ID
from storage import cube_build, definition_files, definitions
from storage.workspace import Workspace
from workflows.auditing import event, record

LARGEST_DEFINITION = 200_000
ID_LINE = re.compile(r'^id\s*=\s*".*"$', re.M)
VERSION_LINE = re.compile(r"^version\s*=\s*\d+$", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text to start from, under the id that it would have."""

    id: str
    text: str


def own_ids(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """The ids that have a file of the hospital's own."""
    require(viewer, "see_definitions")
    return definition_files.own_ids(workspace)


def definition_text(viewer: Viewer, workspace: Workspace, kpi: str) -> str:
    """The TOML of the definition that holds now; raises UnknownName."""
    require(viewer, "see_definitions")
    return definition_files.text_of(workspace, kpi)


def draft_of(viewer: Viewer, workspace: Workspace, kpi: str, new_id: str | None = None) -> Draft:
    """A copy of a definition: its next version, or the first one of a new id. Raises UserError."""
    require(viewer, "edit_kpis")
    id_ = new_id or kpi
    if id_ != kpi and not ID.fullmatch(id_):
        raise InputError(
            "'{id}' cannot be the id of a definition.",
            remedy="Use lower-case letters, digits and underscores, such as my_note_time.",
            id=id_,
        )
    text = definition_files.text_of(workspace, kpi)
    known, _ = read(text, f"{kpi}.toml")
    version = definitions.next_version(workspace, id_)
    if known is not None and known.id == id_:
        version = max(version, known.version + 1)
    text = ID_LINE.sub(f'id = "{id_}"', text, count=1)
    return Draft(id=id_, text=VERSION_LINE.sub(f"version = {version}", text, count=1))


def copy(viewer: Viewer, workspace: Workspace, kpi: str, new_id: str | None = None) -> Path:
    """Write a copy into the workspace; raises InputError where the hospital has a file of that id."""
    require(viewer, "edit_kpis")
    draft = draft_of(viewer, workspace, kpi, new_id)
    if draft.id in definition_files.own_ids(workspace):
        raise InputError(
            "This workspace already has a definition of '{kpi}' of its own.",
            where=str(definition_files.own_folder(workspace) / f"{draft.id}.toml"),
            remedy="Change that file, or give the copy a new id.",
            kpi=draft.id,
        )
    return save(viewer, workspace, draft.text, f"{draft.id}.toml")


def check(viewer: Viewer, workspace: Workspace, files: Sequence[Path] = ()) -> tuple[Issue, ...]:
    """Every problem of some files, or of all definitions of the workspace; nothing is written."""
    require(viewer, "see_definitions")
    if not files:
        folder = definition_files.own_folder(workspace)
        texts = {path.name: path for path in sorted(folder.glob("*.toml"))}
        return (*check_folder(folder), *_versions(workspace, [_kpi(path) for path in texts.values()]))
    found = tuple(
        issue
        for path in files
        for issue in _checked(workspace, definition_files.read_text(path), path.name)[1]
    )
    return (*found, *duplicates(files))


def check_text(viewer: Viewer, workspace: Workspace, text: str, name: str) -> tuple[Issue, ...]:
    """Every problem of a text; `name` stands in front of each."""
    require(viewer, "edit_kpis")
    return _checked(workspace, text, name)[1]


def save(viewer: Viewer, workspace: Workspace, text: str, name: str) -> Path:
    """Write a definition into its own file; `name` stands in front of its problems.

    Raises DefinitionError with every problem, and then writes nothing; NotPermitted for the standard tables
    of the text, and for those of a definition whose place it takes: pilots and charts are counted from that.
    """
    reach = require(viewer, "edit_kpis")
    kpi, issues = _checked(workspace, text, name)
    raise_errors(issues, name)
    if kpi is None:
        raise AssertionError("a text without a problem is a definition")
    require_tables(reach, tables_of([kpi, *_replaced(workspace, kpi.id)]))
    digest = sha256(text.encode()).hexdigest()
    record(viewer, workspace, "definition_saved", "kpi", kpi.id, version=kpi.version, sha256=digest)
    return definition_files.write(workspace, kpi.id, text)


def count_anew(viewer: Viewer, workspace: Workspace) -> None:
    """Make the numbers of every definition that holds now; raises DefinitionError where one breaks a rule."""
    require(viewer, "edit_kpis")
    cube_build.build(workspace)


def certify(viewer: Viewer, workspace: Workspace, kpi: str, by: str) -> DefinitionVersion:
    """Lock the version that holds now, in the name of a person; raises UnknownName.

    One of ours becomes the hospital's own file first, so that a newer Meetlat does not change it.
    """
    reach = require(viewer, "edit_kpis")
    if not by.strip():
        raise InputError("Nobody is named.", remedy="Say who certifies it.")
    require_tables(reach, tables_of([find(definitions.active(workspace), kpi)]))
    happened = event(viewer, workspace, "definition_certified", "kpi", kpi)
    certified = definitions.certify(workspace, kpi, by.strip(), happened)
    if kpi not in definition_files.own_ids(workspace):
        definition_files.write(workspace, kpi, definition_files.text_of(workspace, kpi))
    return certified


def _checked(workspace: Workspace, text: str, name: str) -> tuple[Kpi | None, tuple[Issue, ...]]:
    if len(text) > LARGEST_DEFINITION:
        return None, (_too_large(name),)
    kpi, issues = read(text, name)
    return kpi, (*issues, *_versions(workspace, [kpi]), *_less_careful(kpi, name))


def _less_careful(kpi: Kpi | None, name: str) -> Iterator[Issue]:
    """A hospital's own text of one of ours hides at least what ours hides."""
    ours = load().get(kpi.id) if kpi is not None else None
    if kpi is None or ours is None:
        return
    least, own = ours.minimum_cell, kpi.minimum_cell
    if ours.sensitive and not kpi.sensitive:
        yield _hides_less(name, N_("This KPI is sensitive in Meetlat, and stays so."), "sensitive = true")
    if own.patients < least.patients or own.staff < least.staff:
        wanted = f"[minimum_cell] patients = {least.patients}, staff = {least.staff}"
        yield _hides_less(name, N_("This KPI is shown of fewer persons than in Meetlat."), wanted)


def _hides_less(name: str, message: str, wanted: str) -> Issue:
    remedy = Text(N_("Write {wanted}, or more."), {"wanted": wanted})
    return Issue(level="error", where=name, message=Text(message), remedy=remedy)


def _replaced(workspace: Workspace, id_: str) -> Iterator[Kpi]:
    """What a new text of an id takes the place of: the text that stands there, and the newest recorded."""
    with suppress(UnknownName, InputError):
        kpi = read(definition_files.text_of(workspace, id_), f"{id_}.toml")[0]
        if kpi is not None:
            yield kpi
    newest = definitions.newest(workspace, id_)
    if newest is not None:
        yield newest


def _versions(workspace: Workspace, kpis: Sequence[Kpi | None]) -> tuple[Issue, ...]:
    return definitions.problems(workspace, {kpi.id: kpi for kpi in kpis if kpi is not None})


def _kpi(path: Path) -> Kpi | None:
    try:
        return read(definition_files.read_text(path), path.name)[0]
    except InputError:
        return None


def _too_large(name: str) -> Issue:
    return Issue(
        level="error",
        message=Text(N_("This text is too large for a definition.")),
        where=name,
        remedy=Text(N_("Give one KPI a file.")),
    )
