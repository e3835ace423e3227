"""What is recorded for the governance of pilots, in the state database; it can only be added to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select, text

from experiments.plan.canonical import from_canonical
from governance.checklist.history import Declaration, ItemRecord
from governance.incidents import IncidentRecord
from governance.phases import PhaseRecord
from governance.tool_versions import VersionRecord
from storage.schema import governance_records, pilots
from storage.workspace import Workspace

R = TypeVar("R", ItemRecord, PhaseRecord, IncidentRecord, VersionRecord)
Record = ItemRecord | PhaseRecord | IncidentRecord | VersionRecord
TYPES: Mapping[str, type[Record]] = {
    "item": ItemRecord,
    "phase": PhaseRecord,
    "incident": IncidentRecord,
    "version": VersionRecord,
}
KINDS = {kind: name for name, kind in TYPES.items()}


def add(connection: Connection, pilot: str, record: Record) -> None:
    """Record something within the transaction of an action."""
    row = {
        "pilot": pilot,
        "kind": KINDS[type(record)],
        "at": record.at.isoformat(timespec="microseconds"),
        "by": record.by,
        "json": _adapter(KINDS[type(record)]).dump_json(record).decode(),
    }
    connection.execute(insert(governance_records).values(row))


def of(workspace: Workspace, pilot: str, kind: type[R]) -> tuple[R, ...]:
    """What was recorded of one kind for a pilot, in the order in which it was, on the hospital's clock."""
    with workspace.engine.connect() as connection:
        found = listed(connection, pilot, kind)
    return tuple(replace(one, at=workspace.local(one.at)) for one in found)


def listed(connection: Connection, pilot: str, kind: type[R]) -> tuple[R, ...]:
    """The same within a transaction."""
    mine = (governance_records.c.pilot == pilot) & (governance_records.c.kind == KINDS[kind])
    asked = select(governance_records.c.json).where(mine).order_by(governance_records.c.id)
    return tuple(_adapter(KINDS[kind]).validate_json(content) for content in connection.scalars(asked))


def one_at_a_time(connection: Connection) -> None:
    """Let nobody else record until this transaction ends; `writing` sees to that on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE governance_records IN SHARE ROW EXCLUSIVE MODE"))


def declarations(workspace: Workspace, pilot: str) -> tuple[Declaration, ...]:
    """What every version of a pilot's plan declared, the first one first."""
    asked = (
        select(pilots.c.json, pilots.c.registered_at).where(pilots.c.id == pilot).order_by(pilots.c.version)
    )
    with workspace.engine.connect() as connection:
        rows = connection.execute(asked).all()
    return tuple(
        Declaration(
            at=workspace.local(datetime.fromisoformat(row.registered_at)),
            entries=from_canonical(row.json).governance,
        )
        for row in rows
    )


def state(workspace: Workspace) -> str:
    """A name that changes whenever something is recorded."""
    with workspace.engine.connect() as connection:
        return str(connection.scalar(select(func.max(governance_records.c.id))) or 0)


def now() -> datetime:
    """The moment of a record."""
    return datetime.now(UTC)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(TYPES[name])
