"""What differs between databases: how a snapshot is taken, time is limited and rights are looked up."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from data_connectors.databases.postgresql_rights import LENT, RIGHTS

SQL_SERVER_RIGHTS = """
SELECT 'sysadmin' AS what WHERE IS_SRVROLEMEMBER('sysadmin') = 1
UNION ALL SELECT 'db_owner' WHERE IS_MEMBER('db_owner') = 1
UNION ALL SELECT 'create table' WHERE HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE') = 1
UNION ALL SELECT 'change ' + s.name + '.' + o.name FROM sys.objects AS o
  JOIN sys.schemas AS s ON s.schema_id = o.schema_id
  WHERE o.type IN ('U', 'V') AND (
    HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'INSERT') = 1
    OR HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'UPDATE') = 1
    OR HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'DELETE') = 1)
"""


def _nothing(_connection: sa.Connection, _seconds: float, _deadline: float) -> None:
    """Nothing to be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of database.

    rights: a query for what the account may change; None: it cannot be looked up. lent: one for functions
    that it may run with the rights of another. read_only: it is opened in a way in which nothing can be
    changed. begin: what a snapshot starts with, given the seconds that a statement may take and the moment at
    which all must have stopped.
    """

    rights: str | None = None
    lent: str | None = None
    read_only: bool = False
    version: str = "SELECT version()"
    execution: dict[str, Any] = field(default_factory=dict)
    begin: Callable[[sa.Connection, float, float], None] = _nothing


def _begin_postgresql(connection: sa.Connection, seconds: float, _deadline: float) -> None:
    limit = sa.func.set_config("statement_timeout", f"{max(1, round(seconds * 1000))}ms", True)
    connection.execute(sa.select(limit, sa.func.set_config("timezone", "UTC", True)))
    loaders = connection.connection.driver_connection
    if loaders is not None and connection.dialect.driver == "psycopg":
        _tolerate_infinity(loaders)


def _tolerate_infinity(connection: Any) -> None:
    """A moment beyond the calendar ('infinity') arrives as its text, and is set aside as any such text."""
    from psycopg import DataError
    from psycopg.adapt import Loader
    from psycopg.pq import Format

    def tolerant(fast: Any) -> type[Loader]:
        class Tolerant(Loader):
            def __init__(self, oid: int, context: Any = None) -> None:
                super().__init__(oid, context)
                self._fast = fast(oid, context).load

            def load(self, data: Any) -> Any:
                try:
                    return self._fast(data)
                except DataError:
                    return bytes(data).decode()

        return Tolerant

    for name in ("date", "timestamp", "timestamptz"):
        fast = connection.adapters.get_loader(connection.adapters.types[name].oid, Format.TEXT)
        connection.adapters.register_loader(name, tolerant(fast))


def _begin_sqlite(connection: sa.Connection, _seconds: float, deadline: float) -> None:
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(lambda: time.monotonic() > deadline, 100_000)
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")  # nothing was looked at before


DIALECTS = {
    "postgresql": Dialect(
        rights=RIGHTS,
        lent=LENT,
        execution={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        begin=_begin_postgresql,
    ),
    "sqlite": Dialect(read_only=True, version="SELECT 'SQLite ' || sqlite_version()", begin=_begin_sqlite),
    "mssql": Dialect(rights=SQL_SERVER_RIGHTS, version="SELECT @@VERSION"),
}
UNKNOWN = Dialect()


def dialect_of(connection: sa.Connection) -> Dialect:
    """What is known of the database behind a connection."""
    return DIALECTS.get(connection.dialect.name, UNKNOWN)
