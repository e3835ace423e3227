"""Sessions of people who signed in. Kept is the hash of a random id: who reads the table cannot use it."""

import hashlib
import json
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from governance.sessions import EndedBy, Identity, Session
from storage.database import writing
from storage.schema import sessions
from storage.workspace import Workspace

RANDOM_BYTES = 32
LONGEST_TOKEN = 200
KEPT_AFTER_END = timedelta(days=30)


def key_of(token: str) -> str:
    """Under which name a session is kept whose holder shows this token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def start(connection: Connection, identity: Identity, now: datetime) -> str:
    """Begin a session; the token is told once, here. Sessions that have long been over are forgotten."""
    token = secrets.token_urlsafe(RANDOM_BYTES)
    moment = now.isoformat()
    row = {
        "key": key_of(token),
        "subject": identity.subject,
        "name": identity.name,
        "groups": json.dumps(sorted(identity.groups)),
        "started_at": moment,
        "seen_at": moment,
    }
    connection.execute(delete(sessions).where(sessions.c.seen_at < (now - KEPT_AFTER_END).isoformat()))
    connection.execute(insert(sessions).values(row))
    return token


def find(workspace: Workspace, token: str) -> Session | None:
    """The session of a token, over or not."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    query = select(sessions).where(sessions.c.key == key_of(token))
    with workspace.engine.connect() as connection:
        found = connection.execute(query).mappings().one_or_none()
    return None if found is None else _session(found)


def seen(workspace: Workspace, key: str, now: datetime) -> None:
    """Its holder did something; a session that has ended stays as it is."""
    change = update(sessions).where(sessions.c.key == key, sessions.c.ended_at.is_(None))
    with writing(workspace.engine) as connection:
        connection.execute(change.values(seen_at=now.isoformat()))


def end(connection: Connection, keys: Collection[str], by: EndedBy, now: datetime) -> int:
    """End those of some sessions that have not ended; how many that were."""
    change = update(sessions).where(sessions.c.key.in_(keys), sessions.c.ended_at.is_(None))
    return int(connection.execute(change.values(ended_at=now.isoformat(), ended_by=by)).rowcount)


def listed(workspace: Workspace) -> tuple[Session, ...]:
    """Every session that is kept, the newest first."""
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(sessions).order_by(sessions.c.started_at.desc(), sessions.c.key))
        return tuple(_session(row) for row in rows.mappings())


def of(connection: Connection, subject: str) -> tuple[Session, ...]:
    """Every session of a person that is kept."""
    rows = connection.execute(select(sessions).where(sessions.c.subject == subject))
    return tuple(_session(row) for row in rows.mappings())


def _session(row: RowMapping) -> Session:
    return Session(
        key=row["key"],
        identity=Identity(
            subject=row["subject"], name=row["name"], groups=frozenset(json.loads(row["groups"]))
        ),
        started_at=datetime.fromisoformat(row["started_at"]),
        seen_at=datetime.fromisoformat(row["seen_at"]),
        ended_at=None if row["ended_at"] is None else datetime.fromisoformat(row["ended_at"]),
        ended_by=row["ended_by"],
    )
