"""Who is known here and what they may do: recognise, grant, withdraw, list."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.errors import InputError, NotPermitted, UnknownName
from core.language.text import N_, Text
from governance.access import EVERY, EVERYTHING, NO_RIGHTS, Rights, Viewer, require
from governance.policy import DOMAINS, NAMED_BY, Role
from governance.sessions import Limits
from kpis.tables import TABLES
from storage import cube, department_history, people, repository, sessions
from storage.audit_log import append
from storage.people import Holder, Person, RoleGrant
from storage.workspace import Workspace
from workflows.auditing import event, recorded

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who is or was known, and every grant to persons and groups, withdrawn ones too."""

    people: tuple[Person, ...]
    grants: tuple[RoleGrant, ...]


def recognise(
    workspace: Workspace,
    *,
    subject: str,
    name: str = "",
    groups: Collection[str] = (),
    is_signed_in: Callable[[], bool] = lambda: True,
) -> Viewer:
    """The viewer of a subject whom the identity provider vouches for, with the groups of its claims.

    Rights are read anew on every call of a workflow: from the grants as they stand then, and none once
    `is_signed_in` says no.
    """
    mine = frozenset(groups)

    def rights() -> Rights:
        return people.rights(workspace, subject, mine) if subject and is_signed_in() else NO_RIGHTS

    return Viewer(name=name or subject, subject=subject, rights=rights)


def grant(
    viewer: Viewer,
    workspace: Workspace,
    holder: Holder,
    role: Role,
    objects: Collection[str] = (),
    name: str = "",
) -> tuple[RoleGrant, ...]:
    """Let a person or a group hold a role for some departments, pilots or standard tables.

    objects: "*" for every one; none for roles that name nothing. name: of a person, for people to read.
    Raises NotPermitted, also for a role for oneself, InputError for what the role cannot be held for, and
    UnknownName for a standard table that is not there.
    """
    require(viewer, "manage_people")
    if holder.kind == "person" and viewer.subject and holder.name.strip() == viewer.subject:
        raise NotPermitted(
            N_("Nobody changes their own rights."), remedy=N_("Ask another administrator to do it.")
        )
    _check_names((holder.name, *objects))
    chosen = _objects(role, {one.strip() for one in objects})
    who = _named(holder)
    with recorded(
        viewer, workspace, "rights_changed", who.kind, who.name, change="granted", role=role, of=len(chosen)
    ) as connection:
        return people.grant(connection, who, role, chosen, _who(viewer), name.strip())


def not_there(viewer: Viewer, workspace: Workspace, role: Role, objects: Collection[str]) -> tuple[str, ...]:
    """Which departments or pilots of a grant nobody knows here: not yet, or by a slip of the pen."""
    require(viewer, "manage_people")
    if role == "manager":
        published, history = cube.current(workspace), department_history.read(workspace.root)
        known = {name for former, to in history.names for name in (former.name, to)}
        known |= set(published.departments() if published is not None else ())
    elif role == "lead":
        known = {one.pilot.id for one in repository.registered(workspace.within(EVERYTHING))}
    else:
        return ()
    return tuple(sorted({one.strip() for one in objects} - known - {EVERY}))


def withdraw(
    viewer: Viewer,
    workspace: Workspace,
    holder: Holder,
    role: Role | None = None,
    objects: Collection[str] = (),
) -> tuple[RoleGrant, ...]:
    """Withdraw a role, or all of them; it works at their next call.

    A person from whom everything is withdrawn has no rights by way of a group either, and their sessions end.

    Raises NotPermitted, and UnknownName where there is nothing to withdraw.
    """
    require(viewer, "manage_people")
    who = _named(holder)
    with recorded(
        viewer, workspace, "rights_changed", who.kind, who.name, change="withdrawn", role=role or "every"
    ) as connection:
        gone = people.withdraw(connection, who, role, objects, _who(viewer))
        everything = role is None and not objects and who.kind == "person"
        shut_out = everything and people.shut_out(connection, who.name, _who(viewer))
        if not gone and not shut_out:
            held = {_words(one.holder.name, one.role, one.object) for one in people.grants(workspace)
                    if one.withdrawn_at is None}  # fmt: skip
            raise UnknownName(N_("grant"), _words(who.name, role, *objects), held)
        if everything:
            _end_sessions(connection, viewer, workspace, who.name)
    return gone


def listed(viewer: Viewer, workspace: Workspace) -> People:
    """Everybody and every grant."""
    require(viewer, "manage_people")
    return People(people=people.listed(workspace), grants=people.grants(workspace))


def _end_sessions(connection: Connection, viewer: Viewer, workspace: Workspace, subject: str) -> None:
    """End the open sessions of somebody who leaves, each with its event, in the same transaction."""
    now, limits = datetime.now(UTC), Limits.of(workspace.settings)
    found = [one for one in sessions.of(connection, subject) if one.state(limits, now) == "open"]
    sessions.end(connection, [one.key for one in found], "revoked", now)
    append(
        connection,
        *(
            event(viewer, workspace, "session_ended", "session", one.short_name, reason="revoked")
            for one in found
        ),
    )


def _objects(role: Role, objects: set[str]) -> set[str]:
    if role not in NAMED_BY:
        if objects:
            raise InputError(
                N_("The role {role} is not held for anything in particular."),
                remedy=N_("Leave the names out."),
                role=role,
            )
        return {""}
    if not objects:
        raise InputError(
            N_("It is not said what the role {role} is held for."),
            remedy=N_("Name its {kind}, or * for every one."),
            role=role,
            kind=Text(KINDS[role]),
        )
    for one in objects:
        if NAMED_BY[role] == DOMAINS and one not in {*TABLES, EVERY}:
            raise UnknownName(N_("standard table"), one, TABLES)
    return objects


KINDS: dict[Role, str] = {
    "manager": N_("departments"),
    "lead": N_("pilots"),
    "analyst": N_("standard tables"),
}


def _check_names(names: Collection[str]) -> None:
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise InputError(
                N_("A name has from 1 to {longest} characters."),
                remedy=N_("Give the name as the identity provider or the data hold it."),
                longest=LONGEST_NAME,
            )


def _named(holder: Holder) -> Holder:
    return Holder(kind=holder.kind, name=holder.name.strip())


def _words(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def _who(viewer: Viewer) -> str:
    return viewer.subject or viewer.name
