"""Write down who did what. Three ways, all with the same words for the same things:

- `event(...)` makes the event for a function of storage that adds it to its own transaction;
- `recorded(...)` is a transaction of the state database that ends with the event: both are there, or neither;
- `record(...)` writes an event that goes with no change, such as a page that was opened or an export.

An action whose event cannot be written is not done (`AuditUnavailable`).
"""

import getpass
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection

from core.errors import AuditUnavailable, NotPermitted
from governance.access import Viewer
from governance.audit import AuditEvent, Detail, Place, made
from governance.audit_events import EventName, ObjectKind, Outcome
from storage.audit_log import append
from storage.audit_log_groups import append_grouped
from storage.database import writing
from storage.workspace import Workspace
from workflows.anchoring import anchor_if_due

ADDRESS: ContextVar[str] = ContextVar("address", default="")
"""Where the visitor of this run comes from; the app sets it, on the command line it stays empty."""


def at_address(address: str | None) -> None:
    """From where the visitor of this run comes; None for this machine itself."""
    ADDRESS.set(address or "")


def event(
    viewer: Viewer,
    workspace: Workspace,
    name: EventName,
    kind: ObjectKind,
    object_id: str = "",
    outcome: Outcome = "success",
    **details: Detail,
) -> AuditEvent:
    """An event of now. object_id is a name that Meetlat knows, never what somebody typed.

    Details are codes and numbers: a sentence raises ValueError, since it could hold a patient.
    """
    anchor_if_due(workspace)
    place = Place(
        hospital=workspace.settings.hospital, machine=_machine(), account=_account(), address=ADDRESS.get()
    )
    return made(viewer, place, datetime.now(UTC), name, kind, object_id, outcome, details)


@contextmanager
def recorded(
    viewer: Viewer,
    workspace: Workspace,
    name: EventName,
    kind: ObjectKind,
    object_id: str = "",
    outcome: Outcome = "success",
    **details: Detail,
) -> Iterator[Connection]:
    """A transaction that ends with the event; what raises within leaves neither a change nor an event."""
    happened = event(viewer, workspace, name, kind, object_id, outcome, **details)
    with writing(workspace.engine) as connection:
        yield connection
        append(connection, happened)


def record(
    viewer: Viewer,
    workspace: Workspace,
    name: EventName,
    kind: ObjectKind,
    object_id: str = "",
    outcome: Outcome = "success",
    **details: Detail,
) -> None:
    """Write an event that goes with no change of the state."""
    append_grouped(workspace.engine, event(viewer, workspace, name, kind, object_id, outcome, **details))


@contextmanager
def denials(
    viewer: Viewer, workspace: Workspace, kind: ObjectKind = "none", object_id: str = ""
) -> Iterator[None]:
    """Write down once that something within was refused; the person gets the same answer as ever."""
    try:
        yield
    except NotPermitted as refusal:
        if not refusal.recorded:
            refusal.recorded = True
            _denied(viewer, workspace, kind, object_id, refusal)
        raise


def _denied(
    viewer: Viewer, workspace: Workspace, kind: ObjectKind, object_id: str, refusal: NotPermitted
) -> None:
    action = refusal.message.values.get("action")
    details = {"action": action} if isinstance(action, str) else {}
    try:
        record(viewer, workspace, "denied", kind, object_id, "refused", **details)
    except AuditUnavailable:  # it is refused all the same, with the same answer
        logging.getLogger("meetlat").exception("a refusal could not be written to the audit log")


@cache
def _machine() -> str:
    return socket.gethostname()


@cache
def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return ""
