"""Settings stand in a file and the environment; what changed since the last start goes to the log."""

from contextlib import AbstractContextManager, suppress
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from core.errors import AuditUnavailable
from governance.access import LOCAL_OPERATOR
from governance.audit import CODE
from storage.database import writing
from storage.schema import fingerprints
from storage.workspace import Workspace
from workflows.auditing import recorded

WATCHED = (
    *("auth", "address", "public_url", "provider_url", "client_id", "person_claim", "groups_claim"),
    *("idle_minutes", "session_hours", "minimum_patients", "minimum_staff", "minimum_answers", "retention"),
    *("timezone", "audit_anchor", "audit_key_file", "audit_anchor_events", "audit_anchor_minutes"),
)
"""Who gets in, what is shown, how long it stays and what proves the log; none of them is a secret."""
PREFIX, LONGEST = "setting ", 200


def note_settings(workspace: Workspace) -> None:
    """Compare with the last start; without a log nothing is noted, and the next start tries again."""
    with workspace.engine.connect() as connection:
        rows = connection.execute(select(fingerprints.c.name, fingerprints.c.value)).all()
    known = {row.name: row.value for row in rows}
    for name in WATCHED:
        before, now = known.get(PREFIX + name), _kept(str(getattr(workspace.settings, name)))
        if before is None:
            with writing(workspace.engine) as connection:
                _keep(connection, name, now)
        elif before != now:
            with suppress(AuditUnavailable), _changed(workspace, name, before, now) as connection:
                _keep(connection, name, now)


def _changed(workspace: Workspace, name: str, before: str, after: str) -> AbstractContextManager[Connection]:
    told = {key: text for key, text in (("before", before), ("after", after)) if CODE.fullmatch(text)}
    return recorded(LOCAL_OPERATOR, workspace, "settings_changed", "installation", name, "success", **told)


def _kept(text: str) -> str:
    return text if len(text) <= LONGEST else sha256(text.encode()).hexdigest()


def _keep(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(fingerprints).where(fingerprints.c.name == PREFIX + name))
    connection.execute(insert(fingerprints).values(name=PREFIX + name, value=value))
