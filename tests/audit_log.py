"""Events for tests, and what stands in the log."""

from collections import Counter
from datetime import UTC, datetime

from governance.access import LOCAL_OPERATOR
from governance.audit import AuditEvent, AuditRecord, Place, made
from storage import audit_log, audit_triggers
from storage.database import writing
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


def told(one: AuditEvent) -> tuple[str, ...]:
    """Kind, outcome, person, kind of object, object and details of an event."""
    return (
        one.event_id,
        one.event_outcome_indicator,
        one.user_id,
        one.participant_object_id_type_code,
        one.participant_object_id,
        one.participant_object_detail,
    )


def without_a_log(workspace: Workspace) -> None:
    """Take the log away, as somebody who rules the database could."""
    with writing(workspace.engine) as connection:
        audit_triggers.drop(connection)
        connection.exec_driver_sql("DROP TABLE audit_log")


def append_logged(workspace: Workspace, count: int) -> None:
    """So many events, as if that often something was done."""
    with writing(workspace.engine) as connection:
        audit_log.append(connection, *(logged() for _ in range(count)))
