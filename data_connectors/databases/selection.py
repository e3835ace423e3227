"""The SELECT for one table: only columns that the source really has, only rows that are new."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.language.text import N_
from data_connectors.connector import Refused
from data_connectors.databases import watermark
from data_connectors.databases.growing import growing
from data_connectors.databases.options import Origin
from data_connectors.databases.snapshot import Snapshot
from data_connectors.mapping import TableMapping

SHOWN = 40
Columns = dict[str, sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table or a query of the source, and the columns that it has."""

    place: sa.FromClause
    columns: Columns
    types: dict[str, str]

    def column(self, name: str, where: str) -> sa.ColumnElement[Any]:
        """The column of that name; letters may differ in case where only one column fits."""
        found = [name] if name in self.columns else _alike(name, self.columns)
        if len(found) != 1:
            raise Refused(
                "schema_drift",
                N_("The source has no column '{column}' (any more): its schema has changed."),
                where=where,
                remedy=N_("Columns of the source: {known}."),
                column=name,
                known=", ".join(list(self.columns)[:SHOWN]),
            )
        # no type: values arrive as the driver gives them, whatever the catalogue calls them
        return sa.type_coerce(self.columns[found[0]], sa.types.NullType())


def _alike(name: str, columns: Iterable[str]) -> list[str]:
    return [known for known in columns if known.casefold() == name.casefold()]


def relation(snapshot: Snapshot, origin: Origin, where: str) -> Relation:
    """Look the table or the query up in the database."""
    if origin.query:
        return _of_query(snapshot, origin)
    schema, name = origin.place(snapshot.options.default_schema)
    try:
        table = sa.Table(
            name, sa.MetaData(), schema=schema, autoload_with=snapshot.connection, resolve_fks=False
        )
    except sa.exc.NoSuchTableError:
        raise Refused(
            "schema_drift",
            N_("The database has no table or view '{table}' that this account can see."),
            where=where,
            remedy=N_("Check its name and schema, and grant SELECT on it."),
            table=origin.table,
        ) from None
    types = {column.name: _type(column) for column in table.columns}
    return Relation(place=table, columns=dict(table.c.items()), types=types)


def _type(column: sa.Column[Any]) -> str:
    if isinstance(column.type, sa.types.NullType):
        return "?"
    zone = " WITH TIME ZONE" if getattr(column.type, "timezone", False) else ""
    return f"{column.type}{zone}"


def _of_query(snapshot: Snapshot, origin: Origin) -> Relation:
    place = sub_query(origin.query, snapshot.options.default_schema)
    nothing = sa.select(sa.text("*")).select_from(place).where(sa.false())
    with snapshot.connection.execute(nothing) as result:
        return columns_of(place, result.keys())


def sub_query(query: str, schema: str) -> sa.FromClause:
    """A query as a sub-query: whatever is no single SELECT is an error there."""
    whole = query.replace("{schema}", f"{schema}." if schema else "")
    text = sa.text(whole.replace("\\", "\\\\").replace(":", "\\:"))
    return sa.TextualSelect(text, []).subquery("origin")


def columns_of(place: sa.FromClause, names: Iterable[str]) -> Relation:
    """A sub-query with the columns that it is known to have."""
    columns: Columns = {name: sa.column(name, _selectable=place) for name in names}
    return Relation(place=place, columns=columns, types=dict.fromkeys(columns, "?"))


def wanted(mapping: TableMapping, origin: Origin) -> tuple[str, ...]:
    """Names of the source columns that something is made of."""
    names = [name for part in mapping.parts.values() for name in part.source]
    return tuple(dict.fromkeys((*names, *((origin.watermark,) if origin.watermark else ()))))


def selection(
    snapshot: Snapshot, found: Relation, names: Iterable[str], origin: Origin, since: str | None, where: str
) -> sa.Select[Any]:
    """The rows from the last watermark on, less the overlap; rows without a watermark always."""
    asked = sa.select(*(found.column(name, where).label(name) for name in names)).select_from(found.place)
    if not (origin.watermark and since):
        return asked
    grows = found.column(origin.watermark, where)
    # the least: what has no order among the others would never be fetched
    least = snapshot.connection.scalar(sa.select(sa.func.min(grows)).select_from(found.place))
    first = None if least is None else watermark.start(since, least, origin.again, where)
    if first is None:
        return asked
    return asked.where(sa.or_(grows >= sa.literal(first), grows.is_(None)))


def newest(snapshot: Snapshot, found: Relation, origin: Origin, where: str) -> Any:
    """The largest watermark that the source holds now; raises InputError where its values have no order."""
    grows = found.column(origin.watermark, where)
    ends = sa.select(sa.func.min(grows), sa.func.max(grows)).select_from(found.place)
    least, most = snapshot.connection.execute(ends).one()
    growing((least, most), where)
    return most
