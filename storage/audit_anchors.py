"""Anchors of the audit log outside the database: their key, and the place that they are added to."""

import logging
import os
import stat
from collections.abc import Iterable
from logging.handlers import SysLogHandler
from pathlib import Path
from secrets import token_hex

from core.errors import ConfigurationError, unreadable
from core.language.text import N_
from governance.audit_anchor import Anchor, read_anchors
from storage.workspace import Workspace

SYSLOG, PORT = "syslog", 514
FILE = "audit-anchors.jsonl"


def key(workspace: Workspace) -> bytes:
    """The key that anchors are signed with, made on first use; raises ConfigurationError when it is lost."""
    path = key_path(workspace)
    if path.exists():
        return _read_key(path)
    if workspace.settings.audit_key_file or newest(workspace) is not None:
        raise ConfigurationError(
            N_("The key of the audit anchors is gone."),
            where=str(path),
            remedy=N_("Put it back from its copy; without it nobody can tell whether anchors are real."),
        )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(token_hex(32))
        file.flush()
        os.fsync(descriptor)
    return _read_key(path)


def key_path(workspace: Workspace) -> Path:
    """Where the key stands: as set, else with the other secrets."""
    chosen = workspace.settings.audit_key_file
    return Path(chosen) if chosen else workspace.root / "secret" / "audit.key"


def place(workspace: Workspace) -> Path | None:
    """The file that anchors are added to; None where they go to the log of a system."""
    chosen = workspace.settings.audit_anchor
    if chosen.split(":")[0] == SYSLOG:
        return None
    return workspace.root / (chosen or FILE)


def write(workspace: Workspace, anchor: Anchor) -> None:
    """Add an anchor to its place; raises OSError where that cannot be reached."""
    path = place(workspace)
    if path is None:
        _tell_the_system(workspace.settings.audit_anchor, anchor)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{anchor.line()}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(workspace: Workspace, file: Path | None = None) -> Iterable[Anchor | int]:
    """Every anchor of a file, or of the place that is set; the number of each line that is none."""
    path = file or place(workspace)
    if path is None or (file is None and not path.exists()):
        return ()
    try:
        return tuple(read_anchors(path.read_text("utf-8", errors="replace").splitlines()))
    except OSError as error:
        raise unreadable(path, error) from None


def newest(workspace: Workspace) -> Anchor | None:
    """The last anchor in the file, None where there is none."""
    found = [one for one in read(workspace) if isinstance(one, Anchor)]
    return found[-1] if found else None


def _read_key(path: Path) -> bytes:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(
            N_("Other people on this machine can read the secret '{name}'."),
            where=str(path),
            remedy=N_("Type: chmod 600 {path}"),
            name=path.name,
            path=str(path),
        )
    try:
        found = bytes.fromhex(path.read_text("utf-8"))
    except (OSError, ValueError):
        found = b""
    if len(found) < 32:
        raise ConfigurationError(
            N_("This is no key for audit anchors."),
            where=str(path),
            remedy=N_("It holds 64 hexadecimal digits; put it back from its copy."),
        )
    return found


class _Telling(SysLogHandler):
    """Raises what went wrong, where the handler of the standard library would print it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        raise


def _tell_the_system(setting: str, anchor: Anchor) -> None:
    """To the log daemon of this machine, or by UDP to HOST:PORT."""
    _, _, where = setting.partition(":")
    host, _, port = where.partition(":")
    handler = _Telling((host, int(port or PORT)) if host else "/dev/log", SysLogHandler.LOG_AUTHPRIV)
    handler.ident = "meetlat: "
    try:
        handler.handle(logging.LogRecord("meetlat", logging.INFO, "", 0, anchor.line(), None, None))
    finally:
        handler.close()
