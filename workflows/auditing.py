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

from core.errors import AuditUnavailable, NotPermitted, UnknownName
from governance.access import EVERYTHING, Viewer
from governance.audit import AuditEvent, Detail, Place, made
from governance.audit_events import EventName, ObjectKind, Outcome
from storage import cube, repository
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
            action = refusal.message.values.get("action")
            refused(viewer, workspace, kind, object_id, action if isinstance(action, str) else "")
        raise
    except UnknownName as unknown:
        if not unknown.recorded:
            unknown.recorded = True
            asked_in_vain(viewer, workspace, unknown.kind, unknown.name)
        raise


def asked_in_vain(viewer: Viewer, workspace: Workspace, kind: str, name: str) -> None:
    """Write down that somebody asked for a pilot or a department that is there and not theirs.

    Of a name that is not there nothing is kept: anything may have been typed.
    """
    if kind == "pilot" and name in _pilots(workspace):
        refused(viewer, workspace, "pilot", name)
    if kind == "department" and name in _departments(workspace):
        refused(viewer, workspace, "department", name)


def _pilots(workspace: Workspace) -> set[str]:
    return {one.pilot.id for one in repository.registered(workspace.within(EVERYTHING))}


def _departments(workspace: Workspace) -> tuple[str, ...]:
    published = cube.current(workspace)
    return published.departments() if published is not None else ()


def refused(viewer: Viewer, workspace: Workspace, kind: ObjectKind, object_id: str, action: str = "") -> None:
    """Write a refusal; where the log is down it is refused all the same, with the same answer."""
    details = {"action": action} if action else {}
    try:
        record(viewer, workspace, "denied", kind, object_id, "refused", **details)
    except AuditUnavailable:
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
