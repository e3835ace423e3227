"""Events for tests, and what stands in the log."""

from collections import Counter
from datetime import UTC, datetime

from governance.access import LOCAL_OPERATOR
from governance.audit import AuditEvent, AuditRecord, Place, made
from storage import audit_log
from storage.workspace import Workspace

PLACE = Place(hospital="Academic", machine="server", account="meetlat")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def logged(_done: object = None) -> AuditEvent:
    """An event, whatever was done."""
    return made(LOCAL_OPERATOR, PLACE, AT, "viewed", "department", "cardiologie")


def events(workspace: Workspace) -> tuple[AuditRecord, ...]:
    """Everything in the log, oldest first."""
    with workspace.engine.connect() as connection:
        return tuple(audit_log.records(connection))


def names(workspace: Workspace) -> Counter[str]:
    """How often each kind of event is in the log."""
    return Counter(record.event.event_id for record in events(workspace))
