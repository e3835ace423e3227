"""Sessions for which time has gone by."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage import schema
from storage.database import writing
from storage.sessions import key_of
from storage.workspace import Workspace


def aged(workspace: Workspace, token: str, **ago: timedelta) -> None:
    """Move moments of a session into the past, by the names of their columns."""
    moments = {name: (datetime.now(UTC) - by).isoformat() for name, by in ago.items()}
    with writing(workspace.engine) as connection:
        mine = schema.sessions.c.key == key_of(token)
        connection.execute(update(schema.sessions).where(mine).values(**moments))
