"""Files of evidence in the workspace, each under its own fingerprint, written whole before it is recorded."""

import os
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from core.errors import InputError, system_reason, unreadable
from governance.checklist.history import Evidence
from governance.evidence import ENOUGH_TO_TELL, LARGEST, check_size, media_type
from storage.workspace import Workspace

FOLDER = "evidence"


def keep_file(workspace: Workspace, path: Path) -> Evidence:
    """Keep a file from the disk; raises InputError where it is too large, of another kind or unreadable."""
    try:
        with path.open("rb") as content:
            return keep(workspace, path.name, os.fstat(content.fileno()).st_size, content)
    except OSError as error:
        raise unreadable(path, error) from None


def keep(workspace: Workspace, name: str, size: int, content: BinaryIO) -> Evidence:
    """Keep a file that somebody hands over. size: what is known of it before it is read."""
    check_size(name, size)
    beginning = content.read(ENOUGH_TO_TELL)
    kind = media_type(name, beginning)
    whole = beginning + content.read(LARGEST + 1 - len(beginning))
    check_size(name, len(whole))
    found = Evidence(
        name=os.path.basename(name)[:200], sha256=sha256(whole).hexdigest(), size=len(whole), media_type=kind
    )
    _write(place(workspace, found), whole)
    return found


def place(workspace: Workspace, evidence: Evidence) -> Path:
    """Where a kept file stands."""
    return workspace.root / FOLDER / evidence.sha256


def content(workspace: Workspace, evidence: Evidence) -> bytes | None:
    """A kept file as it was when it was recorded; None where it is gone or is no longer the same."""
    try:
        whole = place(workspace, evidence).read_bytes()
    except OSError:
        return None
    return whole if sha256(whole).hexdigest() == evidence.sha256 else None


def _write(path: Path, whole: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(
            "The evidence cannot be kept: {error}.",
            where=path.parent.name,
            remedy="See to it that the workspace has room and may be written.",
            error=system_reason(error),
        ) from None
