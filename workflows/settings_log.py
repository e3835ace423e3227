"""Settings stand in a file and the environment; what changed since the last start goes to the log."""

from contextlib import suppress
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, text

from core.errors import AuditUnavailable
from governance.access import LOCAL_OPERATOR
from governance.audit import CODE, AuditEvent
from storage.audit_log import append
from storage.database import writing
from storage.schema import fingerprints
from storage.workspace import Workspace
from workflows.auditing import event

WATCHED = (
    *("auth", "address", "public_url", "provider_url", "client_id", "person_claim", "groups_claim"),
    *("idle_minutes", "session_hours", "minimum_patients", "minimum_staff", "minimum_answers", "retention"),
    *("timezone", "audit_anchor", "audit_key_file", "audit_anchor_events", "audit_anchor_minutes"),
)
"""Who gets in, what is shown, how long it stays and what proves the log; none of them is a secret."""
PREFIX, LONGEST = "setting ", 200


def note_settings(workspace: Workspace) -> None:
    """Compare with the last start; without a log nothing is noted, and the next start tries again."""
    now = {name: _kept(str(getattr(workspace.settings, name))) for name in WATCHED}
    with suppress(AuditUnavailable), writing(workspace.engine) as connection:
        if connection.dialect.name == "postgresql":  # `writing` sees to that on SQLite
            connection.execute(text("LOCK TABLE fingerprints IN SHARE ROW EXCLUSIVE MODE"))
        rows = connection.execute(select(fingerprints.c.name, fingerprints.c.value))
        known = {row.name: row.value for row in rows}
        before = {name: known.get(PREFIX + name) for name in WATCHED}
        other = [name for name in WATCHED if before[name] != now[name]]
        for name in other:
            _keep(connection, name, now[name])
        changed = [(name, was) for name in other if (was := before[name]) is not None]
        append(connection, *(_changed(workspace, name, was, now[name]) for name, was in changed))


def _changed(workspace: Workspace, name: str, before: str, after: str) -> AuditEvent:
    told = {key: value for key, value in (("before", before), ("after", after)) if CODE.fullmatch(value)}
    return event(LOCAL_OPERATOR, workspace, "settings_changed", "installation", name, "success", **told)


def _kept(text: str) -> str:
    return text if len(text) <= LONGEST else sha256(text.encode()).hexdigest()


def _keep(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(fingerprints).where(fingerprints.c.name == PREFIX + name))
    connection.execute(insert(fingerprints).values(name=PREFIX + name, value=value))
