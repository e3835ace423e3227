"""A workspace of simulated notes and messages for the benchmarks, corrections included.

Every value is a function of the row's number, so that a file can be written month by month and again.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import sqlalchemy as sa

from core.period import Period
from core.quoting import literal
from storage.database import writing
from storage.schema import batches, fact_files
from storage.workspace import Workspace

DEPARTMENTS, WEEKS, CLINICIANS = 40, 104, 2000
FIRST = date(2024, 7, 1)
CORRECTED = 1000
"""One row in so many was corrected by a later batch."""

UNIFORM = "(hash(i + {salt}) / 18446744073709551616.0)"
COMMON = f"""
    'department ' || (i % {DEPARTMENTS}) AS department,
    DATE '{FIRST}' + CAST(i * {7 * WEEKS} // $rows AS INTEGER) AS day,
    CASE WHEN hash(i) % 3 = 0 THEN 'first' ELSE 'follow_up' END AS segment,
    CAST(i % {DEPARTMENTS} < 8 AND i * {WEEKS} // $rows >= 60 AND hash(i + 1) % 4 > 0 AS TINYINT) AS exposed,
    'P' || (hash(i + 2) % 60000) AS patient,
    'C' || (i % {CLINICIANS}) AS clinician,
    TIMESTAMP '{FIRST} 08:00' + to_days(CAST(i * {7 * WEEKS} // $rows AS INTEGER)) AS moment,
    {UNIFORM.format(salt=3)} AS chance,
    sqrt(-2 * ln(1 - {UNIFORM.format(salt=4)})) * cos(2 * pi() * {UNIFORM.format(salt=5)}) AS normal"""

TABLES = {
    "NoteSession": """
        'N' || i AS note, 'E' || i AS encounter, patient, clinician, moment AS started_at,
        moment + INTERVAL 9 MINUTE AS ended_at, round(exp(5.6 + 0.6 * normal)) AS active_seconds,
        CASE WHEN chance < 0.01 THEN NULL ELSE 30 * exposed::DOUBLE END AS tool_seconds,
        CASE WHEN chance > 0.98 THEN NULL ELSE moment + INTERVAL 1 HOUR END AS signed_at,
        'standard' AS template, NULL::VARCHAR AS definition""",
    "Message": """
        'M' || i AS message, patient, clinician, moment AS received_at,
        moment + INTERVAL 5 HOUR AS replied_at,
        round(exp(3.7 + 0.5 * normal)) AS read_seconds, round(exp(4.8 + 0.7 * normal)) AS write_seconds,
        exposed AS draft_offered, CAST(exposed = 1 AND chance < 0.6 AS TINYINT) AS draft_used""",
}
KEYS = {"NoteSession": "note", "Message": "message"}


def fill(folder: Path, rows: int, tables: Sequence[str] = tuple(TABLES)) -> Workspace:
    """A workspace whose ledger lists `rows` rows over some tables, and the corrections of a later batch."""
    workspace = Workspace.open(folder)
    each = rows // len(tables)
    listed: list[dict[str, object]] = []
    with duckdb.connect() as connection:
        for table in tables:
            (workspace.root / "facts" / table).mkdir()
            listed += _facts(connection, workspace.root, table, each)
            listed += _corrections(connection, workspace.root, table, each)
    for batch in (1, 2):
        commit(workspace, batch, [row for row in listed if row["batch"] == batch])
    return workspace


def late_day(workspace: Workspace, table: str, batch: int, day: date, rows: int, of: int) -> None:
    """A batch with `rows` new rows of a day that has long passed. of: rows that the table began with."""
    first = of + batch * 1_000_000_000
    path = f"facts/{table}/{day:%Y-%m}-{batch:06d}-0.parquet"
    query = _rows(table, of, (first, first + rows), batch)
    shifted = f"SELECT * REPLACE (DATE '{day}' AS day) FROM ({query})"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({shifted}) TO {literal(workspace.root / path)} (FORMAT parquet)")
    commit(workspace, batch, [_listed(path, batch, table, "facts", rows)])


def commit(workspace: Workspace, batch: int, listed: Sequence[dict[str, object]]) -> None:
    """List files in the ledger under a batch that is done."""
    moment = "2026-01-01T00:00:00+00:00"
    row = {"id": batch, "fingerprint": str(batch), "file": "sample", "done": True, "report": "{}"}
    with writing(workspace.engine) as state:
        state.execute(sa.insert(batches).values(**row, started_at=moment, done_at=moment))
        state.execute(sa.insert(fact_files), list(listed))


def _facts(
    connection: duckdb.DuckDBPyConnection, root: Path, table: str, rows: int
) -> list[dict[str, object]]:
    """One file a month, as the intake writes them."""
    listed = []
    for number, month in enumerate(_months()):
        begin, end = (_first_row(day, rows) for day in (month.start, month.end + timedelta(days=1)))
        path = f"facts/{table}/{month.label}-000001-{number}.parquet"
        _copy(connection, _rows(table, rows, (begin, end), 1), root / path)
        listed.append(_listed(path, 1, table, "facts", end - begin))
    return listed


def _corrections(
    connection: duckdb.DuckDBPyConnection, root: Path, table: str, rows: int
) -> list[dict[str, object]]:
    """One row in so many again, and the list of the rows that these replace."""
    corrected = _rows(table, rows, (0, rows), 2, f"i % {CORRECTED} = 0")
    key = KEYS[table]
    older = f"SELECT {key}, 1::INTEGER AS batch, day AS old_day FROM ({corrected})"
    listed = []
    for kind, query in (("facts", corrected), ("superseded", older)):
        path = f"facts/{table}/{kind}-000002-0.parquet"
        _copy(connection, query, root / path)
        listed.append(_listed(path, 2, table, kind, rows // CORRECTED))
    return listed


def _rows(table: str, rows: int, span: tuple[int, int], batch: int, where: str = "true") -> str:
    common = COMMON.replace("$rows", str(rows))
    drawn = f"SELECT {common}, i FROM range({span[0]}, {span[1]}) t(i) WHERE {where}"
    return (
        f"SELECT department, day, segment, exposed, {TABLES[table]}, {batch}::INTEGER AS batch FROM ({drawn})"
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")


def _months() -> list[Period]:
    month, last = Period(FIRST, "month"), FIRST + timedelta(days=7 * WEEKS - 1)
    months = []
    while month.start <= last:
        months.append(month)
        month = month.next()
    return months


def _first_row(day: date, rows: int) -> int:
    """The number of the first row of a day."""
    days = min(max((day - FIRST).days, 0), 7 * WEEKS)
    return -(-days * rows // (7 * WEEKS))


def _listed(path: str, batch: int, table: str, kind: str, rows: int) -> dict[str, object]:
    return {"path": path, "batch": batch, "table_name": table, "kind": kind, "rows": rows}
