"""What the facts hold: which columns have anything in them, and every row about one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import select

from core.quoting import identifier
from kpis.tables import TABLES, PersonKind, Table
from storage import facts
from storage.duck import connect
from storage.erasure import COLUMN
from storage.schema import batches
from storage.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTable:
    """A standard table with rows: how many, from when to when, and how many values each column holds."""

    table: Table
    rows: int
    first_day: str
    last_day: str
    filled: Mapping[str, int]


def held(workspace: Workspace) -> tuple[HeldTable, ...]:
    """Every standard table with rows, older versions of rows counted too: they are there."""
    found = []
    for table in TABLES.values():
        paths = facts.files(workspace, table.name)
        if paths:
            found.append(_held(table, [pq.read_metadata(path) for path in paths]))
    return tuple(found)


def _held(table: Table, files: Sequence[pq.FileMetaData]) -> HeldTable:
    """From the statistics at the end of each file; no row is read."""
    filled: dict[str, int] = dict.fromkeys(facts.columns(table), 0)
    days: list[str] = []
    for file in files:
        for group in map(file.row_group, range(file.num_row_groups)):
            for chunk in map(group.column, range(group.num_columns)):
                name, known = chunk.path_in_schema, chunk.statistics
                nulls = known.null_count if known is not None and known.has_null_count else 0
                filled[name] = filled.get(name, 0) + group.num_rows - nulls
                if name == "day" and known is not None and known.has_min_max:
                    days += [str(known.min), str(known.max)]
    rows = sum(file.num_rows for file in files)
    return HeldTable(
        table=table,
        rows=rows,
        first_day=min(days, default=""),
        last_day=max(days, default=""),
        filled=filled,
    )


def rows_about(
    workspace: Workspace, kind: PersonKind, pseudonyms: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Every row of the facts with one of the pseudonyms, older versions too; other persons left out."""
    column, other = COLUMN[kind], COLUMN["staff" if kind == "patient" else "patient"]
    found: dict[str, list[dict[str, Any]]] = {}
    with connect() as connection:
        for table in TABLES.values():
            paths = facts.files(workspace, table.name)
            if table.column(column) is None or not paths:
                continue
            source = f"read_parquet({facts.path_list(paths)}, union_by_name = true)"
            theirs = f"SELECT * FROM {source} WHERE {identifier(column)} IN (SELECT unnest(?)) ORDER BY day"
            answer = connection.execute(theirs, [list(pseudonyms)])
            names = [one[0] for one in answer.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
            if rows:
                found[table.name] = [{name: row[name] for name in row if name != other} for row in rows]
    return found


def deliveries(workspace: Workspace, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """By number of a batch: the file, the source that was asked, and when it came in."""
    query = select(batches.c.id, batches.c.file, batches.c.source, batches.c.done_at)
    with workspace.engine.connect() as connection:
        rows = connection.execute(query.where(batches.c.id.in_(sorted(set(numbers))))).all()
    return {id_: {"file": file, "source": source or "", "at": at or ""} for id_, file, source, at in rows}
