"""What kind of values a column of the source holds, as far as the database says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from core.errors import ConfigurationError, DefinitionError
from core.language.text import N_
from data_connectors.databases.selection import Relation
from data_connectors.databases.snapshot import Snapshot

Kind = Literal["text", "number", "time", "zoned", "date", "clock", "flag", "other", "any"]
"""zoned: a time with an offset. any: every value says for itself."""

DIALECTS = ("postgresql", "sqlite", "mssql")
ENDLESS = 2**63 - 1
"""More rows than there are, for SQL Server, which has no OFFSET without an order."""
_POSTGRESQL: dict[str, Kind] = {
    "bool": "flag",
    **dict.fromkeys(("int2", "int4", "int8", "numeric", "float4", "float8"), "number"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "uuid"), "text"),
    "timestamp": "time",
    "timestamptz": "zoned",
    "date": "date",
    "time": "clock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows come from: the columns of a table or query, each with its kind.

    dialect: the name of the database, by which its text differs.
    """

    relation: Relation
    kinds: Mapping[str, Kind]
    dialect: str
    where: str

    @property
    def typed(self) -> bool:
        """Whether the database gives every value of a column one type."""
        return self.dialect == "postgresql"

    def fenced(self, asked: sa.Select[Any], name: str) -> sa.Subquery:
        """A sub-query that the database works out before what stands around it.

        It would else write every expression out wherever its column is used, layer upon layer.
        """
        fence = asked.limit(ENDLESS) if self.dialect == "mssql" else asked.offset(0)
        return fence.subquery(name)

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """The column of that name; raises Refused where it is gone."""
        return self.relation.column(name, self.where)

    def kind(self, name: str) -> Kind:
        """The kind of a column."""
        folded = {known.casefold(): kind for known, kind in self.kinds.items()}
        return self.kinds.get(name, folded.get(name.casefold(), "any"))

    def refuse(self, column: str, rule: str, **values: str) -> DefinitionError:
        """The refusal of what only reading rows can do."""
        return DefinitionError(
            rule,
            where=f"{self.where}.{column}",
            remedy=N_('Give the origin a view or query that does this, or leave mode = "push-down" out.'),
            column=column,
            **values,
        )


def looked_up(snapshot: Snapshot, relation: Relation, where: str) -> Origin:
    """Ask the database for the kinds; no row is fetched. Raises ConfigurationError for other databases."""
    dialect = snapshot.connection.dialect.name
    if dialect not in DIALECTS:
        raise ConfigurationError(
            N_("Counting in the source is there for {known} only."),
            where=where,
            remedy=N_('Leave mode = "push-down" out.'),
            known="PostgreSQL, SQLite, SQL Server",
        )
    kinds: dict[str, Kind] = dict.fromkeys(relation.columns, "any")
    if dialect == "postgresql":
        kinds = _postgresql(snapshot, relation)
    return Origin(relation=relation, kinds=kinds, dialect=dialect, where=where)


def _postgresql(snapshot: Snapshot, relation: Relation) -> dict[str, Kind]:
    nothing = sa.select(*relation.columns.values()).select_from(relation.place).where(sa.false())
    with snapshot.connection.execute(nothing) as result:
        described: Any = result.cursor.description or ()
    driver: Any = snapshot.connection.connection.driver_connection
    types = driver.adapters.types
    found = {}
    for name, column in zip(relation.columns, described, strict=True):
        known = types.get(column.type_code)
        found[name] = _POSTGRESQL.get(known.name if known is not None else "", "other")
    return found
