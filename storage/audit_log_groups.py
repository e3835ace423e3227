"""Events of people who act at the same moment, added in one transaction; each waits until its own is in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import AuditUnavailable
from governance.audit import AuditEvent
from storage.audit_log import append, unavailable
from storage.database import writing


@dataclass(slots=True)
class _Group:
    events: list[AuditEvent] = field(default_factory=list)
    written: bool = False
    error: AuditUnavailable | None = None


class GroupedLog:
    """Who comes while another writes waits, and is written together with all who waited."""

    def __init__(self) -> None:
        self._gate, self._turn, self._waiting = Lock(), Lock(), _Group()

    def add(self, engine: Engine, happened: AuditEvent) -> None:
        """Returns when the event is committed; raises AuditUnavailable when it is not."""
        with self._gate:
            mine = self._waiting
            mine.events.append(happened)
        with self._turn:
            if not mine.written:
                with self._gate:
                    self._waiting = _Group()
                mine.error = _write(engine, mine.events)
                mine.written = True
        if mine.error is not None:
            raise mine.error


def _write(engine: Engine, events: Sequence[AuditEvent]) -> AuditUnavailable | None:
    try:
        with writing(engine) as connection:
            append(connection, *events)
    except AuditUnavailable as error:
        return error
    except SQLAlchemyError:  # the database is away, or its transaction could not begin or end
        return unavailable()
    return None


_LOGS: WeakKeyDictionary[Engine, GroupedLog] = WeakKeyDictionary()
_MAKING = Lock()


def append_grouped(engine: Engine, happened: AuditEvent) -> None:
    """Add an event that goes with no other change, in a transaction of its own or of a group."""
    with _MAKING:
        log = _LOGS.setdefault(engine, GroupedLog())
    log.add(engine, happened)
