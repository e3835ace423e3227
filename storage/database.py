"""The engine of the state database and its schema, brought up to date when the workspace opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import finalize

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from core.errors import ConfigurationError
from storage import row_security
from storage.schema import REVISION

BUSY_SECONDS = 30
MIGRATIONS = Path(__file__).with_name("migrations")


def open_engine(root: Path, database_url: str) -> Engine:
    """SQLite in the workspace, or the database of `database_url`, migrated; errors are ConfigurationError."""
    engine = _engine(root, database_url)
    finalize(engine, engine.pool.dispose)  # connections go with the engine, not when Python happens to look
    try:
        _bring_up_to_date(engine)
        row_security.lock(engine)
    except SQLAlchemyError as error:
        raise ConfigurationError(
            "The state database cannot be used: {error}.",
            where=engine.url.render_as_string(hide_password=True),
            remedy="Check that it exists, is reachable and may be written.",
            error=str(getattr(error, "orig", error)).strip().splitlines()[0].rstrip("."),
        ) from None
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may read before it writes: it holds SQLite's write lock from its first moment."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        yield connection


def _engine(root: Path, database_url: str) -> Engine:
    if not database_url:
        engine = create_engine(
            URL.create("sqlite", database=str(root / "state.db")),
            connect_args={"timeout": BUSY_SECONDS},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        url = make_url(database_url)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError):
        raise ConfigurationError(
            "Setting 'database_url' is not the address of a database.",
            remedy="Write postgresql://USER:PASSWORD@HOST/DATABASE.",
        ) from None


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite would open transactions by itself, and never for DDL: we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection:
        if _revision(connection) == REVISION:
            return
    with writing(engine) as connection:
        _lock_schema(connection)
        _migrate(connection, _revision(connection))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _lock_schema(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(1835364716)"))


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(
            "The state database was made by a newer Meetlat (revision {found}).",
            remedy="Install that version again.",
            found=found,
        )
    command.upgrade(config, "head")
