"""The triggers of the audit log, one condition at a time, against who may do everything else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, text, update
from sqlalchemy.exc import SQLAlchemyError

from governance.audit import GENESIS
from storage import audit_triggers
from storage.audit_log import append, guarded, records
from storage.database import open_engine, writing
from storage.schema import audit_head, audit_log
from tests.audit_log import logged
from tests.servers.postgresql import emptied, postgres_url

__all__ = ["postgres_url"]

NEXT = "n" * 64
"""The hash of a fourth event; the triggers do not compute hashes."""
AFTER = "o" * 64


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        emptied(url)
    engine = open_engine(tmp_path, url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    """Three events are in the log."""
    with writing(empty) as connection:
        append(connection, logged(), logged(), logged())
    return empty


def as_owner(connection: Connection) -> None:
    """Whom no missing permission stops, so that the triggers alone do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("RESET ROLE"))


def refused(engine: Engine, *statements: Any) -> bool:
    """Whether the last of some statements is refused; nothing of them stays."""
    with engine.connect() as connection, connection.begin() as undone:
        as_owner(connection)
        for statement in statements[:-1]:
            connection.execute(statement)
        try:
            connection.execute(statements[-1])
        except SQLAlchemyError:
            return True
        finally:
            undone.rollback()
    return False


def hashes(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [one.hash for one in records(connection)]


def row(engine: Engine, seq: int, prev: str, own: str) -> Any:
    """A new event with this place in the chain."""
    fields = {name: getattr(logged(), name) for name in logged().__dataclass_fields__}
    return insert(audit_log).values(seq=seq, prev=prev, hash=own, **fields)


def test_an_event_is_only_added_with_the_next_number_the_last_hash_and_a_new_one(engine: Engine) -> None:
    first, second, last = hashes(engine)
    assert not refused(engine, row(engine, 4, last, NEXT))
    assert not refused(engine, row(engine, 4, last, NEXT), row(engine, 5, NEXT, AFTER))
    assert refused(engine, row(engine, 5, last, NEXT))
    assert refused(engine, row(engine, 0, last, NEXT))
    assert refused(engine, row(engine, 4, second, NEXT))
    assert refused(engine, row(engine, 4, last, first))


def test_who_adds_while_another_does_waits_and_comes_next(engine: Engine) -> None:
    def add() -> int:
        with writing(engine) as connection:
            return append(connection, logged()).seq

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            append(connection, logged())
            waiting = pool.submit(add)
            sleep(0.3)  # by now the other has asked for the head
        assert waiting.result(20) == 5


def test_the_first_event_follows_the_beginning(empty: Engine) -> None:
    assert not refused(empty, row(empty, 1, GENESIS, NEXT))
    assert refused(empty, row(empty, 1, NEXT, AFTER))
    assert refused(empty, row(empty, 2, GENESIS, NEXT))


def test_the_head_only_goes_to_the_last_event(engine: Engine) -> None:
    *_, last = hashes(engine)
    added = (row(engine, 4, last, NEXT), row(engine, 5, NEXT, AFTER))
    moved = update(audit_head)
    assert not refused(engine, added[0], moved.values(seq=4, hash=NEXT))
    assert not refused(engine, *added, moved.values(seq=5, hash=AFTER))
    assert refused(engine, added[0], moved.values(seq=4, hash=last))
    assert refused(engine, added[0], moved.values(seq=4, hash=NEXT, id=2))
    assert refused(engine, *added, moved.values(seq=4, hash=NEXT))
    assert refused(engine, added[0], moved.values(seq=5, hash=NEXT))
    assert refused(engine, moved.values(seq=3, hash=last))


TOUCHES = (
    "UPDATE audit_log SET user_id = 'x' WHERE seq = 2",
    "DELETE FROM audit_log",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head VALUES (2, 0, 'x')",
)
ON_POSTGRESQL = (
    *TOUCHES,
    "UPDATE audit_log SET user_id = 'x' WHERE seq = 9",
    "TRUNCATE audit_log",
    "TRUNCATE audit_head",
)


def test_not_even_the_owner_of_the_tables_changes_or_removes(engine: Engine) -> None:
    postgresql = engine.dialect.name == "postgresql"
    for touch in ON_POSTGRESQL if postgresql else TOUCHES:
        assert refused(engine, text(touch)), touch
        if postgresql:
            assert refused(engine, text("SET LOCAL session_replication_role = replica"), text(touch)), touch


def guards(engine: Engine, *statements: str) -> bool:
    """Whether all triggers are in place after some statements, of which nothing stays."""
    with engine.connect() as connection, connection.begin() as undone:
        as_owner(connection)
        for statement in statements:
            connection.execute(text(statement))
        found = guarded(connection)
        undone.rollback()
    return found


@pytest.mark.parametrize("name", audit_triggers.NAMES)
def test_a_trigger_that_is_gone_or_asleep_is_noticed(engine: Engine, name: str) -> None:
    assert guards(engine)
    table = name.rsplit("_", 2)[0]
    if engine.dialect.name == "sqlite":
        assert not guards(engine, f"DROP TRIGGER {name}")
    else:
        for done in (f"DROP TRIGGER {name} ON {table}", f"ALTER TABLE {table} DISABLE TRIGGER {name}"):
            assert not guards(engine, done)
        assert not guards(engine, f"ALTER TABLE {table} ENABLE TRIGGER {name}")


OWNER = text(
    "SELECT privilege_type FROM pg_class, aclexplode(relacl) WHERE relname = :name AND grantee = relowner"
)
CHANGING = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}


def permitted(connection: Connection) -> list[set[str]]:
    """What the owner may do with the log and with its head."""
    names = ("audit_log", "audit_head")
    return [set(connection.scalars(OWNER, {"name": name})) & CHANGING for name in names]


def test_events_are_read_in_their_order_wherever_the_database_keeps_them(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as undone:
        as_owner(connection)
        audit_triggers.drop(connection)
        connection.execute(text(TOUCHES[0]))
        assert [one.seq for one in records(connection)] == [1, 2, 3]
        undone.rollback()


def test_triggers_are_taken_away_and_put_back_whole(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as undone:
        as_owner(connection)
        if connection.dialect.name == "postgresql":
            assert permitted(connection) == [{"INSERT"}, {"UPDATE"}]
        audit_triggers.drop(connection)
        for touch in TOUCHES[:-1]:
            connection.execute(text(touch))
        if connection.dialect.name == "postgresql":
            assert permitted(connection) == [CHANGING, CHANGING]
        audit_triggers.create(connection)
        assert guarded(connection)
        undone.rollback()
