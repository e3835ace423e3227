"""How many rows a table or query holds, without reading them: what the planner thinks, or a count."""

import json
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from data_connectors.databases.selection import Relation
from data_connectors.databases.snapshot import Snapshot

SQL_SERVER = sa.text("""SELECT SUM(p.rows) FROM sys.partitions AS p
WHERE p.object_id = OBJECT_ID(:name) AND p.index_id IN (0, 1)""")
"""Of a table; of a view it is nothing. Never run on a SQL Server here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNumber:
    """A number of rows, and whether it was counted or is an estimate."""

    rows: int
    origin: Literal["counted", "estimated"]


def row_number(snapshot: Snapshot, found: Relation) -> RowNumber | None:
    """About how many rows there are; None where only reading them all would tell."""
    connection = snapshot.connection
    match connection.dialect.name:
        case "sqlite":  # it keeps no number, and counts without reading the columns
            counted = connection.scalar(sa.select(sa.func.count()).select_from(found.place))
            return RowNumber(rows=int(counted or 0), origin="counted")
        case "postgresql":
            return RowNumber(rows=_planned(connection, found.place), origin="estimated")
        case "mssql" if isinstance(found.place, sa.Table):
            name = connection.dialect.identifier_preparer.format_table(found.place)
            rows = connection.scalar(SQL_SERVER, {"name": name})
            return None if rows is None else RowNumber(rows=int(rows), origin="estimated")
    return None


def _planned(connection: sa.Connection, place: sa.FromClause) -> int:
    plan = connection.scalar(_Explain(sa.select(sa.literal_column("1")).select_from(place)))
    found: Any = json.loads(plan) if isinstance(plan, str) else plan
    return int(found[0]["Plan"]["Plan Rows"])


class _Explain(sa.Executable, sa.ClauseElement):
    """The plan of a statement, which is not run."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _(element: _Explain, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"
