"""A connection that only reads, sees one moment of the database and ends in time."""

import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa

from core.errors import ConfigurationError, InputError, UserError
from core.language.text import N_
from data_connectors.databases.dialect import Dialect, dialect_of
from data_connectors.databases.options import DatabaseOptions
from data_connectors.databases.watchdog import Watchdog
from data_connectors.pulling import Pulling

CONNECT_SECONDS = 20
_CONNECT_LIMIT = {"psycopg": "connect_timeout", "pymssql": "login_timeout", "pyodbc": "timeout"}
"""What a driver calls the seconds that connecting may take."""
CANCELLED, FORBIDDEN = "57014", "42501"
"""SQLSTATE of a statement that took too long, and of a missing right."""
_NO_DATABASE = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_NOT_LET_IN = (
    "authentication failed",
    "no password supplied",
    'FATAL:  role "',
    "no pg_hba.conf entry",
    "Login failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One open read-only transaction; where: the name of the database, for messages."""

    connection: sa.Connection
    dialect: Dialect
    options: DatabaseOptions
    watchdog: Watchdog
    where: str

    def fed(self) -> None:
        """Something came in; raises UserError after the deadline."""
        self.watchdog.fed()
        if time.monotonic() > self.watchdog.deadline:
            raise _late(self.where)


@contextmanager
def snapshot(options: DatabaseOptions, pulling: Pulling) -> Iterator[Snapshot]:
    """Connect and take a snapshot; whatever the database says comes out as a UserError."""
    url = _address(options, pulling.secrets)
    watchdog = Watchdog(options.statement_seconds, pulling.deadline)
    where = url.database or ""
    with _told(where, watchdog), warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # types that SQLAlchemy does not know
        engine = _engine(url, pulling.deadline)
        sa.event.listen(engine, "connect", watchdog.watch, insert=True)
        with watchdog, engine.connect() as plain:
            dialect = dialect_of(plain)
            connection = plain.execution_options(**dialect.execution)
            dialect.begin(connection, options.statement_seconds, pulling.deadline)
            yield Snapshot(
                connection=connection, dialect=dialect, options=options, watchdog=watchdog, where=where
            )


def _address(options: DatabaseOptions, secrets: Callable[[str], str]) -> sa.URL:
    try:
        url = sa.make_url(options.url)
    except (sa.exc.ArgumentError, ValueError):
        raise ConfigurationError(
            N_("This is no address of a database."),
            where="url",
            remedy=N_("Write for instance postgresql+psycopg://USER@HOST/DATABASE."),
        ) from None
    if url.password:
        raise ConfigurationError(
            N_("A password does not belong in the address of a database."),
            where="url",
            remedy=N_('Leave it out and write password = "NAME OF A SECRET".'),
        )
    return url.set(password=secrets(options.password)) if options.password else url


def _engine(url: sa.URL, deadline: float) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        place = f"file:{quote(url.database or '')}?mode=ro"
        return sa.create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(place, uri=True, check_same_thread=False),
            poolclass=sa.NullPool,
            hide_parameters=True,
        )
    seconds = max(2, min(CONNECT_SECONDS, round(deadline - time.monotonic())))
    limit = _CONNECT_LIMIT.get(url.get_driver_name())
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        hide_parameters=True,
        connect_args={limit: seconds} if limit else {},
    )


@contextmanager
def _told(where: str, watchdog: Watchdog) -> Iterator[None]:
    try:
        yield
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError(
            N_("The driver of this database is not installed: {error}."),
            where=where,
            remedy=N_("Install it, for instance with: pip install {package}."),
            error=str(error).rstrip("."),
            package=getattr(error, "name", None) or f"sqlalchemy-{str(error).rpartition(':')[2]}",
        ) from None
    except sa.exc.DBAPIError as error:
        raise in_a_sentence(error, where, watchdog) from None


def in_a_sentence(error: sa.exc.DBAPIError, where: str, watchdog: Watchdog) -> UserError:
    """What the database says, with a remedy."""
    state = getattr(error.orig, "sqlstate", None)
    if time.monotonic() > watchdog.deadline:
        return _late(where)
    if state == CANCELLED:
        return InputError(
            N_("A statement took longer than is allowed and was stopped; nothing was taken over."),
            where=where,
            remedy=N_("Give statement_seconds a larger value, or the watermark column an index."),
        )
    if state == FORBIDDEN:
        return InputError(
            N_("The account may not read this: {error}."),
            where=where,
            remedy=N_("Grant SELECT on the tables and views that the mapping names."),
            error=_first_line(error),
        )
    if getattr(error.orig, "sqlite_errorname", "").startswith(_NO_DATABASE):
        return InputError(
            N_("This file is no SQLite database, or it is damaged."),
            where=where,
            remedy=N_("Check the path in url, or put the file there again."),
        )
    if _unknown_here(error):
        return InputError(
            N_("The database does not let this account in: {error}."),
            where=where,
            remedy=N_("Check the user in url, and the secret that password names."),
            error=_first_line(error),
        )
    if _lost(error):
        return InputError(
            N_("The database cannot be reached or the line was lost; nothing was taken over: {error}."),
            where=where,
            remedy=N_("Try again; what is new since the last complete run is fetched then."),
            error=_first_line(error),
        )
    # the text of a data error quotes the value
    shown = type(error.orig).__name__ if isinstance(error, sa.exc.DataError) else _first_line(error)
    return InputError(
        N_("The database refuses the question: {error}."),
        where=where,
        remedy=N_("Check the origin of this table in the mapping."),
        error=shown,
    )


def _lost(error: sa.exc.DBAPIError) -> bool:
    """Whether it is about the line; to SQLite a question with an unknown name is one of those too."""
    if getattr(error.orig, "sqlite_errorname", None) == "SQLITE_ERROR":
        return False
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) or error.connection_invalidated


def _unknown_here(error: sa.exc.DBAPIError) -> bool:
    """Whether the account or its password is wrong; PostgreSQL says so in words alone while connecting."""
    return any(words in str(error.orig) for words in _NOT_LET_IN)


def _first_line(error: sa.exc.DBAPIError) -> str:
    """What a driver says, without codes before it; pymssql gives bytes below a line with a number."""
    said: object = getattr(error.orig, "args", None) or ""
    while isinstance(said, tuple) and said:
        said = said[-1]
    lines = (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)).strip().splitlines()
    told = next((line for line in lines if not line.endswith(":")), type(error.orig).__name__)
    return told.rstrip(".")


def _late(where: str) -> InputError:
    return InputError(
        N_("The run took longer than is allowed and was stopped; nothing was taken over."),
        where=where,
        remedy=N_("Allow it more time, or give the table a watermark so that less has to be fetched."),
    )
