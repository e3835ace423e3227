"""Tell another place where the audit log stands: every so many events or minutes, and when asked."""

import logging
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from core.errors import UserError
from governance.audit import Head
from governance.audit_anchor import Anchor, anchor
from storage import audit_anchors
from storage.audit_log import head, unavailable
from storage.workspace import Workspace

_LOCK = Lock()
_TOLD: dict[str, tuple[float, int]] = {}
"""Per workspace when this process last wrote an anchor, and how many events it added since."""


def anchor_now(workspace: Workspace) -> Anchor | None:
    """Write an anchor of the newest event; None where there is no event yet.

    Raises AuditUnavailable, ConfigurationError where the key is lost, and OSError where the place is away.
    """
    current = _head(workspace)
    if current.seq == 0:
        return None
    made = anchor(current, datetime.now(UTC), audit_anchors.key(workspace))
    audit_anchors.write(workspace, made)
    return made


def anchor_if_due(workspace: Workspace) -> None:
    """Write one when enough events were added or enough time passed; what is wrong goes to the log file."""
    settings, now = workspace.settings, monotonic()
    with _LOCK:
        at, events = _TOLD.get(str(workspace.root), (-float("inf"), 0))
        due = events >= settings.audit_anchor_events or now - at >= 60 * settings.audit_anchor_minutes
        _TOLD[str(workspace.root)] = (now, 1) if due else (at, events + 1)
    if due:
        _try(workspace)


def keep_anchoring(workspace: Workspace, stop: Event | None = None) -> Thread:
    """A thread that writes one every so many minutes for as long as the app runs, if anything was added."""
    stopped = stop or Event()

    def run() -> None:
        while not stopped.wait(60 * workspace.settings.audit_anchor_minutes):
            _try(workspace)

    thread = Thread(target=run, name="audit-anchors", daemon=True)
    thread.start()
    return thread


def _try(workspace: Workspace) -> None:
    try:
        known = audit_anchors.newest(workspace)
        if known is None or known.seq != _head(workspace).seq:
            anchor_now(workspace)
    except (OSError, UserError) as error:  # the log itself is intact: what is done is still logged
        logging.getLogger("meetlat").error("an anchor of the audit log could not be written: %s", error)


def _head(workspace: Workspace) -> Head:
    try:
        with workspace.engine.connect() as connection:
            found = head(connection)
    except SQLAlchemyError as error:
        raise unavailable() from error
    if found is None:
        raise unavailable()
    return found
