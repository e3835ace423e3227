"""A database that is asked for rows: read-only, in one snapshot, within a time."""

from collections.abc import Iterator
from typing import cast

import sqlalchemy as sa

from core.errors import DefinitionError, InputError, UserError
from core.language.text import N_
from data_connectors.connector import ConnectorKind
from data_connectors.counting import Counted, Counting
from data_connectors.databases.access import lent, require_read_only, writable
from data_connectors.databases.delivery import deliver
from data_connectors.databases.options import DatabaseOptions, origin_of
from data_connectors.databases.row_number import row_number
from data_connectors.databases.selection import Relation, newest, relation, wanted
from data_connectors.databases.snapshot import Snapshot, in_a_sentence, snapshot
from data_connectors.mapping import TableMapping
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind, SourceOptions
from data_connectors.push_down import count as push_down

ACCESS = "account"


def pull(options: SourceOptions, pulling: Pulling) -> Iterator[Delivered]:
    """Every table of the mapping, all of them or none, as they were at one moment."""
    known = cast(DatabaseOptions, options)
    origins = [(mapping, origin_of(mapping)) for mapping in pulling.tables]
    _once_each(pulling.tables)
    with snapshot(known, pulling) as opened:
        require_read_only(opened)
        delivered = tuple(
            deliver(opened, mapping, origin, pulling, pulling.folder / f"{mapping.name}.parquet")
            for mapping, origin in origins
        )
    yield from delivered


def count(options: SourceOptions, pulling: Pulling, counting: Counting) -> tuple[Counted, ...]:
    """Every table of the mapping counted inside the database, all or none, as they were at one moment."""
    known = cast(DatabaseOptions, options)
    origins = [(mapping, origin_of(mapping)) for mapping in pulling.tables]
    _once_each(pulling.tables)
    with snapshot(known, pulling) as opened:
        require_read_only(opened)
        return tuple(
            push_down.count(opened, mapping, origin, counting, pulling.progress)
            for mapping, origin in origins
        )


def _once_each(tables: tuple[TableMapping, ...]) -> None:
    names = [table.name for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(
                N_("A standard table can have one origin in a database."),
                where=name,
                remedy=N_("Take the two together in one query with UNION ALL."),
            )


def check(options: SourceOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """Whether it can be reached, may only be read, and has what the mapping names."""
    known = cast(DatabaseOptions, options)
    try:
        with snapshot(known, pulling) as opened:
            version = str(opened.connection.scalar(sa.text(opened.dialect.version))).splitlines()[0]
            reached = Finding(
                subject=opened.where,
                state="ok",
                message=InputError(N_("It can be reached: {version}."), version=version),
            )
            tables = (_table(opened, mapping, pulling) for mapping in pulling.tables)
            return (reached, _account(opened), *(finding for found in tables for finding in found))
    except UserError as error:
        return (Finding(subject="url", state="failed", message=error),)


def _account(opened: Snapshot) -> Finding:
    found = writable(opened)
    if found is None:
        told = lent(opened)
        if told is not None:
            return Finding(subject=ACCESS, state="warning", message=told)
        return Finding(subject=ACCESS, state="ok", message=InputError(N_("The account may only read.")))
    return Finding(
        subject=ACCESS, state="warning" if opened.options.allow_writable else "failed", message=found
    )


def _table(opened: Snapshot, mapping: TableMapping, pulling: Pulling) -> tuple[Finding, ...]:
    try:
        with opened.connection.begin_nested():
            return _looked_at(opened, mapping), *(() if pulling.counted else _unseen(mapping))
    except UserError as error:
        return (Finding(subject=mapping.name, state="failed", message=error),)
    except sa.exc.DBAPIError as error:
        told = in_a_sentence(error, mapping.name, opened.watchdog)
        return (Finding(subject=mapping.name, state="failed", message=told),)


def _unseen(mapping: TableMapping) -> Iterator[Finding]:
    """That rows may disappear without being noticed, where nothing tells it."""
    origin = origin_of(mapping)
    if mapping.deleted is not None or (origin.complete and not origin.watermark):
        return
    told = (
        InputError(
            N_("A row that disappears from this table is not noticed while only new rows are fetched."),
            remedy=N_("Run meetlat sync NAME --whole from time to time, or map deleted."),
        )
        if origin.complete
        else InputError(
            N_("A row that disappears is not noticed: the origin gives a part of the table."),
            remedy=N_("Map deleted, or give an origin that is complete."),
        )
    )
    yield Finding(subject=mapping.name, state="warning", message=told)


def _looked_at(opened: Snapshot, mapping: TableMapping) -> Finding:
    origin = origin_of(mapping)
    found = relation(opened, origin, mapping.name)
    names = wanted(mapping, origin)
    for name in names:
        found.column(name, mapping.name)
    rows = row_number(opened, found)
    return Finding(
        subject=mapping.name,
        state="ok",
        message=_newest(opened, found, mapping),
        columns=_types(found, names),
        rows=None if rows is None else rows.rows,
        rows_are="" if rows is None else rows.origin,
    )


def _newest(opened: Snapshot, found: Relation, mapping: TableMapping) -> InputError:
    origin = origin_of(mapping)
    if not origin.watermark:
        return InputError(N_("Every run reads it whole."))
    return InputError(
        N_("Newest {watermark}: {newest}."),
        watermark=origin.watermark,
        newest=str(newest(opened, found, origin, mapping.name)),
    )


def _types(found: Relation, names: tuple[str, ...]) -> dict[str, str]:
    folded = {name.casefold(): kind for name, kind in found.types.items()}
    return {name: folded[name.casefold()] for name in names}


CONNECTOR = ConnectorKind(
    description=N_("A database (PostgreSQL, SQL Server, SQLite)"),
    asked=PullKind(
        description=N_("A database that is asked for its rows"),
        options=DatabaseOptions,
        pull=pull,
        check=check,
        count=count,
    ),
)
