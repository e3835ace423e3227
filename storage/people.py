"""People and the roles that they and groups hold, in the state database; withdrawn, never deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update

from governance.access import Grant, Rights
from governance.policy import Role
from storage import department_history
from storage.schema import people, role_grants, sessions
from storage.workspace import Workspace

HolderKind = Literal["person", "group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a role: a person by the subject of the provider, or everybody in a group of the claims."""

    kind: HolderKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """A role that somebody holds or held. object: "" where the role names nothing, "*" for every one."""

    id: int
    holder: Holder
    role: Role
    object: str
    granted_at: str
    granted_by: str
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is or was known here."""

    subject: str
    name: str
    added_at: str
    added_by: str
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None


def rights(workspace: Workspace, subject: str, groups: Collection[str] = ()) -> Rights:
    """What a person may now, by grants of their own and of their groups; nothing once they are withdrawn.

    Departments are named as they are in force today, whatever they were called when the role was granted.
    """
    mine = or_(_held_by("person", [subject]), _held_by("group", groups))
    with workspace.engine.connect() as connection:
        if _is_withdrawn(connection, subject):
            return frozenset()
        asked = select(role_grants).where(mine, role_grants.c.withdrawn_at.is_(None))
        found = [_grant(row) for row in connection.execute(asked).mappings()]
    objects: dict[Role, set[str]] = {}
    for one in found:
        objects.setdefault(one.role, set()).update({one.object} - {""})
    if "manager" in objects:
        history = department_history.read(workspace.root)
        objects["manager"] = set(history.in_force(objects["manager"], workspace.today()))
    return frozenset(Grant(role=role, objects=frozenset(names)) for role, names in objects.items())


def listed(workspace: Workspace) -> tuple[Person, ...]:
    """Everybody, also those who were withdrawn, in order of subject and time."""
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(people).order_by(people.c.subject, people.c.id)).mappings()
        return tuple(Person(**{name: row[name] for name in Person.__slots__}) for row in rows)


def grants(workspace: Workspace) -> tuple[RoleGrant, ...]:
    """Every grant, also withdrawn ones, in order of holder and time."""
    order = (role_grants.c.holder_kind.desc(), role_grants.c.holder, role_grants.c.id)
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(role_grants).order_by(*order)).mappings()
        return tuple(_grant(row) for row in rows)


def grant(
    connection: Connection, holder: Holder, role: Role, objects: Collection[str], by: str, name: str
) -> tuple[RoleGrant, ...]:
    """Keep that a role is held for some objects; what is held already stays as it is."""
    if holder.kind == "person":
        _know(connection, holder.name, name, by)
    found = []
    for one in sorted(objects):
        row = {"holder_kind": holder.kind, "holder": holder.name, "role": role, "object": one}
        same = and_(*(role_grants.c[key] == value for key, value in row.items()), _holds())
        kept = connection.execute(select(role_grants).where(same)).mappings().first()
        if kept is None:
            row |= {"granted_at": _now(), "granted_by": by}
            kept = connection.execute(insert(role_grants).values(row).returning(role_grants)).mappings().one()
        found.append(_grant(kept))
    return tuple(found)


def withdraw(
    connection: Connection, holder: Holder, role: Role | None, objects: Collection[str], by: str
) -> tuple[RoleGrant, ...]:
    """Mark grants as withdrawn; role None: whatever the role. objects: none for all."""
    chosen = [_held_by(holder.kind, [holder.name]), _holds()]
    if role is not None:
        chosen.append(role_grants.c.role == role)
    if objects:
        chosen.append(role_grants.c.object.in_(sorted(objects)))
    gone = _gone(by)
    changed = update(role_grants).where(*chosen).values(gone).returning(role_grants)
    found = (_grant(row) for row in connection.execute(changed).mappings())
    return tuple(sorted(found, key=lambda one: one.id))


def shut_out(connection: Connection, subject: str, by: str) -> bool:
    """Leave a person no rights, also not by way of a group; whether there was anybody to shut out.

    Known is who was ever granted something, or signed in lately.
    """
    known = (people.c.subject == subject) & people.c.withdrawn_at.is_(None)
    if connection.execute(update(people).where(known).values(_gone(by))).rowcount:
        return True
    signed_in = select(sessions.c.key).where(sessions.c.subject == subject)
    if connection.scalar(signed_in) is None or _is_withdrawn(connection, subject):
        return False
    row = {"subject": subject, "name": "", "added_at": _now(), "added_by": by, **_gone(by)}
    connection.execute(insert(people).values(row))
    return True


def _gone(by: str) -> dict[str, str]:
    return {"withdrawn_at": _now(), "withdrawn_by": by}


def _know(connection: Connection, subject: str, name: str, by: str) -> None:
    held = (people.c.subject == subject) & people.c.withdrawn_at.is_(None)
    known = connection.scalar(select(people.c.id).where(held))
    if known is None:
        row = {"subject": subject, "name": name, "added_at": _now(), "added_by": by}
        connection.execute(insert(people).values(row))
    elif name:
        connection.execute(update(people).where(people.c.id == known).values(name=name))


def _is_withdrawn(connection: Connection, subject: str) -> bool:
    newest = select(people.c.withdrawn_at).where(people.c.subject == subject).order_by(people.c.id.desc())
    return connection.scalar(newest) is not None


def _held_by(kind: HolderKind, names: Collection[str]) -> ColumnElement[bool]:
    return and_(role_grants.c.holder_kind == kind, role_grants.c.holder.in_(sorted(names)))


def _holds() -> ColumnElement[bool]:
    return role_grants.c.withdrawn_at.is_(None)


def _grant(row: RowMapping) -> RoleGrant:
    named = {name: row[name] for name in RoleGrant.__slots__ if name != "holder"}
    return RoleGrant(holder=Holder(kind=row["holder_kind"], name=row["holder"]), **named)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
