"""The files of definitions: ours beside the code, a hospital's own in its workspace."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.errors import InputError, UnknownName, unreadable
from core.language.text import N_
from kpis.catalogue import FOLDER
from storage.workspace import Workspace


def own_folder(workspace: Workspace) -> Path:
    """Where a hospital's own definitions stand."""
    return workspace.root / "kpis"


def own_ids(workspace: Workspace) -> tuple[str, ...]:
    """The ids that have a file of the hospital's own, in order; whether they can be read or not."""
    return tuple(sorted(path.stem for path in own_folder(workspace).glob("*.toml")))


def text_of(workspace: Workspace, id_: str) -> str:
    """The TOML of a definition, the hospital's own before ours; raises UnknownName, or InputError."""
    found = {path.stem: path for folder in (FOLDER, own_folder(workspace)) for path in folder.glob("*.toml")}
    if id_ not in found:
        raise UnknownName(N_("KPI"), id_, found)
    return read_text(found[id_])


def read_text(path: Path) -> str:
    """The text of a file; raises InputError where it cannot be read."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError(
            "This file is not UTF-8 text.", where=str(path), remedy="Save it as UTF-8."
        ) from None


def write(workspace: Workspace, id_: str, text: str) -> Path:
    """Put a definition into its file: whoever reads meanwhile finds the former text or this one, whole."""
    path = own_folder(workspace) / f"{id_}.toml"
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".", delete=False) as draft:
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, path)
    return path
