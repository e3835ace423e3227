"""Who is signed in, and ending a session from elsewhere: a lost laptop, somebody who left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import UnknownName
from core.language.text import N_
from governance.access import Viewer, require
from governance.sessions import Limits, Session, State
from storage import sessions
from storage.workspace import Workspace
from workflows.auditing import recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A session, under the short name by which it can be ended."""

    id: str
    session: Session
    state: State


def listed(viewer: Viewer, workspace: Workspace) -> tuple[Listed, ...]:
    """Every session that is kept, the newest first."""
    require(viewer, "manage_people")
    now, most = datetime.now(UTC), Limits.of(workspace.settings)
    return tuple(
        Listed(id=one.short_name, session=one, state=one.state(most, now))
        for one in sessions.listed(workspace)
    )


def revoke(viewer: Viewer, workspace: Workspace, ids: Sequence[str], person: str = "") -> int:
    """End the open sessions with these short names, or all those of a person; how many that were."""
    require(viewer, "manage_people")
    found = listed(viewer, workspace)
    known = {one.id: one for one in found}
    for id_ in ids:
        if id_ not in known:
            raise UnknownName(N_("session"), id_, [one.id for one in found if one.state == "open"])
    chosen = [known[id_] for id_ in ids] + [one for one in found if one.session.identity.subject == person]
    return sum(_end(viewer, workspace, one) for one in chosen)


def revoke_all(viewer: Viewer, workspace: Workspace) -> int:
    """End every open session; how many that were."""
    require(viewer, "manage_people")
    return sum(_end(viewer, workspace, one) for one in listed(viewer, workspace))


def _end(viewer: Viewer, workspace: Workspace, one: Listed) -> int:
    if one.state != "open":
        return 0
    with recorded(viewer, workspace, "session_ended", "session", one.id, reason="revoked") as connection:
        return sessions.end(connection, [one.session.key], "revoked", datetime.now(UTC))
