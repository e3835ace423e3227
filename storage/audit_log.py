"""The audit log in the state database: adding to it within the transaction of an action, and reading it.

Whoever adds holds the one row of `audit_head` until the action is committed, so events have one order. An
event that cannot be added undoes the action.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    func,
    insert,
    inspect,
    select,
    text,
    true,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from core.errors import AuditUnavailable
from core.language.text import N_
from governance.audit import AuditEvent, AuditRecord, Head, chained
from storage.schema import audit_head, audit_log
from storage.workspace import Workspace

T = TypeVar("T")
Log: TypeAlias = Callable[[T], AuditEvent]
"""Makes the event of an action from what the action did; the storage of the action adds it."""

AT_ONCE = 5_000
"""Rows that are read in one go; a log of years does not fit in memory."""
TRIGGERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: empty or None means any. first, last: days on the clock of a zone."""

    types: tuple[str, ...] = ()
    user: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"


EVERYTHING = Wanted()


def append(connection: Connection, *events: AuditEvent) -> Head:
    """Add events, in one go, to the transaction of the action; raises AuditUnavailable, which undoes it.

    The transaction must be one of `writing`.
    """
    try:
        head = _locked(connection)
        rows = []
        for event in events:
            following = Head(seq=head.seq + 1, hash=chained(head.hash, event))
            rows.append({"seq": following.seq, "prev": head.hash, "hash": following.hash, **asdict(event)})
            head = following
        if rows:
            connection.execute(insert(audit_log), rows)
            connection.execute(update(audit_head).values(seq=head.seq, hash=head.hash))
    except SQLAlchemyError as error:
        raise unavailable() from error
    return head


def unavailable() -> AuditUnavailable:
    """The sentence of an action that was not done because it could not be logged."""
    return AuditUnavailable(
        N_("The audit log cannot be written, so this was not done."),
        remedy=N_("Ask your administrator to look: meetlat audit verify says what is wrong."),
    )


def head(connection: Connection) -> Head | None:
    """The newest event by number and hash; None where the head is gone, also with its table."""
    if not _is_there(connection, audit_head):
        return None
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).first()
    return Head(seq=row.seq, hash=row.hash) if row is not None else None


def records(connection: Connection, wanted: Wanted = EVERYTHING) -> Iterator[AuditRecord]:
    """Events in their order, read as they are asked for; none where their table is gone."""
    if _is_there(connection, audit_log):
        query = select(audit_log).where(_condition(wanted)).order_by(audit_log.c.seq)
        yield from _read(connection, query)


def newest(workspace: Workspace, wanted: Wanted, most: int, skip: int = 0) -> tuple[AuditRecord, ...]:
    """Events that are wanted, newest first."""
    query = select(audit_log).where(_condition(wanted)).order_by(audit_log.c.seq.desc())
    with workspace.engine.connect() as connection:
        return tuple(_read(connection, query.limit(most).offset(skip)))


def count(workspace: Workspace, wanted: Wanted) -> int:
    """How many events are wanted."""
    query = select(func.count()).select_from(audit_log).where(_condition(wanted))
    with workspace.engine.connect() as connection:
        return connection.scalar(query) or 0


def users(workspace: Workspace) -> tuple[str, ...]:
    """Everybody who stands in the log."""
    query = select(audit_log.c.user_id).distinct().order_by(audit_log.c.user_id)
    with workspace.engine.connect() as connection:
        return tuple(connection.scalars(query))


def hash_at(connection: Connection, seq: int) -> str | None:
    """The hash of an event by its number."""
    found: str | None = connection.scalar(select(audit_log.c.hash).where(audit_log.c.seq == seq))
    return found


def guarded(connection: Connection) -> bool:
    """Whether the triggers that refuse changes are all in place."""
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%' ESCAPE '\\'"
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit\\_%' AND tgenabled = 'A' "
            "AND tgrelid IN (to_regclass('audit_log'), to_regclass('audit_head'))"
        )
    return int(connection.scalar(text(query)) or 0) == TRIGGERS


def _is_there(connection: Connection, table: Table) -> bool:
    return inspect(connection).has_table(table.name)


def _locked(connection: Connection) -> Head:
    """The head, which nobody else can move until this transaction ends."""
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).first()
    if row is None:
        raise unavailable()
    return Head(seq=row.seq, hash=row.hash)


def _condition(wanted: Wanted) -> ColumnElement[bool]:
    columns = audit_log.c
    tests: list[ColumnElement[bool]] = [true()]
    if wanted.types:
        tests.append(columns.event_type_code.in_(wanted.types))
    if wanted.user:
        tests.append(columns.user_id == wanted.user)
    if wanted.outcome:
        tests.append(columns.event_outcome_indicator == wanted.outcome)
    if wanted.first is not None and wanted.first > date.min:
        tests.append(columns.event_date_time >= _begin(wanted.first, wanted.zone))
    if wanted.last is not None and wanted.last < date.max:
        tests.append(columns.event_date_time < _begin(wanted.last + timedelta(days=1), wanted.zone))
    return and_(*tests)


def _begin(day: date, zone: str) -> str:
    """The first moment of a day, written as events are."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC).isoformat(timespec="microseconds")


def _read(connection: Connection, query: Select[Any]) -> Iterator[AuditRecord]:
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
        yield _record(row)


FIELDS = tuple(field.name for field in fields(AuditEvent))


def _record(row: RowMapping) -> AuditRecord:
    event = AuditEvent(**{name: row[name] for name in FIELDS})
    return AuditRecord(seq=row["seq"], prev=row["prev"], hash=row["hash"], event=event)
