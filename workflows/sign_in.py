"""Sign in, stay signed in, sign out. A session is a row of ours; the browser holds a random id and no claim.

Whoever asks shows the id on every call, and whether its session is open is read on every call: one that was
ended, or has rested too long, lets nobody in from that moment.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import AuditUnavailable, NotPermitted
from core.settings import Settings
from governance.access import ANONYMOUS, Viewer
from governance.audit_events import EventName
from governance.sessions import EndedBy, Identity, Limits, Session, identity_of
from storage import sessions
from storage.database import writing
from storage.workspace import Workspace
from workflows.auditing import record, recorded
from workflows.people import recognise

SECURE_COOKIE, PLAIN_COOKIE = "__Host-meetlat", "meetlat_session"
"""A browser takes a name with __Host- only over TLS and only from this very host."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last active; a row is written no more often than this."""


def session_cookie(settings: Settings) -> str:
    """What the cookie is called that holds the id of a session."""
    return SECURE_COOKIE if settings.public_url.startswith("https://") else PLAIN_COOKIE


def sign_in(workspace: Workspace, claims: Mapping[str, Any], former: str = "") -> str:
    """Begin a session for the person of these claims and give its id; the session of `former` ends.

    Raises NotPermitted where the claims do not name a person.
    """
    try:
        who = identity_of(claims, workspace.settings.person_claim, workspace.settings.groups_claim)
    except NotPermitted:
        sign_in_failed(workspace)
        raise
    now = datetime.now(UTC)
    with recorded(known(workspace, who), workspace, "signed_in", "session") as connection:
        sessions.end(connection, [sessions.key_of(former)], "replaced", now)
        return sessions.start(connection, who, now)


def sign_in_failed(workspace: Workspace) -> None:
    """Somebody came back from the provider, and nobody was signed in."""
    record(ANONYMOUS, workspace, "sign_in_failed", "session", outcome="refused")


def sign_out(workspace: Workspace, token: str) -> None:
    """End the session of an id, also while the log is away; an id without an open session changes nothing."""
    found = open_session(workspace, token)
    if found is None:
        return
    try:
        _end(workspace, found, "signed_out")
    except AuditUnavailable:  # to shut a door needs no leave of the log
        logging.getLogger("meetlat").exception("signing out could not be written to the audit log")
        with writing(workspace.engine) as connection:
            sessions.end(connection, [found.key], "signed_out", datetime.now(UTC))


def admitted(workspace: Workspace, token: str) -> bool:
    """Whether the holder of this id may come in; where not, it is written down, once for each attempt.

    Where the log is away they are refused all the same.
    """
    try:
        return _admitted(workspace, token)
    except AuditUnavailable:
        logging.getLogger("meetlat").exception("a refusal could not be written to the audit log")
        return False


def _admitted(workspace: Workspace, token: str) -> bool:
    found = sessions.find(workspace, token)
    if found is None:
        record(ANONYMOUS, workspace, "denied", "session", outcome="refused", reason="unknown")
        return False
    state = found.state(Limits.of(workspace.settings), datetime.now(UTC))
    if state == "ended":
        who = known(workspace, found.identity)
        record(who, workspace, "denied", "session", found.short_name, "refused", reason=state)
    elif state != "open":
        _end(workspace, found, state)
    return state == "open"


def open_session(workspace: Workspace, token: str) -> Session | None:
    """The session of this id, if it lets its holder in now."""
    found = sessions.find(workspace, token)
    if found is None or found.state(Limits.of(workspace.settings), datetime.now(UTC)) != "open":
        return None
    return found


def viewer_of(workspace: Workspace, token: str) -> Viewer:
    """Who shows this id; nobody where its session is not open. Whoever asks counts as active."""
    found = open_session(workspace, token)
    if found is None:
        return ANONYMOUS
    now = datetime.now(UTC)
    if now - found.seen_at >= SEEN_EVERY:
        sessions.seen(workspace, found.key, now)
    who = found.identity
    return recognise(
        workspace,
        subject=who.subject,
        name=who.name,
        groups=who.groups,
        is_signed_in=lambda: open_session(workspace, token) is not None,
    )


def person_of(workspace: Workspace, token: str) -> Identity | None:
    """Who shows this id, by name; None where its session is not open."""
    found = open_session(workspace, token)
    return None if found is None else found.identity


def known(workspace: Workspace, who: Identity) -> Viewer:
    """The person of an identity, whatever becomes of a session."""
    return recognise(workspace, subject=who.subject, name=who.name, groups=who.groups)


def _end(workspace: Workspace, found: Session, by: EndedBy) -> None:
    name: EventName = "signed_out" if by == "signed_out" else "session_ended"
    who = known(workspace, found.identity)
    key = found.short_name
    with recorded(who, workspace, name, "session", key, reason=by) as connection:
        sessions.end(connection, [found.key], by, datetime.now(UTC))
