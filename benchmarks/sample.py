"""A workspace of simulated notes and messages for the benchmarks, corrections included."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import sqlalchemy as sa

from core.quoting import literal
from storage.database import writing
from storage.schema import batches, fact_files
from storage.workspace import Workspace

DEPARTMENTS, WEEKS, CLINICIANS = 40, 104, 2000
CORRECTED = 100
"""One row in so many was corrected by a later batch."""

COMMON = f"""
    'department ' || (i % {DEPARTMENTS}) AS department,
    DATE '2024-07-01' + CAST(i * {7 * WEEKS} // $rows AS INTEGER) AS day,
    CASE WHEN hash(i) % 3 = 0 THEN 'first' ELSE 'follow_up' END AS segment,
    CAST(i % {DEPARTMENTS} < 8 AND i * {WEEKS} // $rows >= 60 AND hash(i + 1) % 4 > 0 AS TINYINT) AS exposed,
    'P' || (hash(i + 2) % 60000) AS patient,
    'C' || (i % {CLINICIANS}) AS clinician,
    TIMESTAMP '2024-07-01 08:00' + to_days(CAST(i * {7 * WEEKS} // $rows AS INTEGER)) AS moment,
    random() AS chance, sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS normal"""

TABLES = {
    "NoteSession": """
        'N' || i AS note, 'E' || i AS encounter, patient, clinician, moment AS started_at,
        moment + INTERVAL 9 MINUTE AS ended_at, round(exp(5.6 + 0.6 * normal)) AS active_seconds,
        CASE WHEN chance < 0.01 THEN NULL ELSE 30.0 * exposed END AS tool_seconds,
        CASE WHEN chance > 0.98 THEN NULL ELSE moment + INTERVAL 1 HOUR END AS signed_at,
        'standard' AS template""",
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
    listed = []
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.2026)")
        for table in tables:
            listed += _write(connection, workspace.root, table, TABLES[table], each)
    with writing(workspace.engine) as state:
        moment = "2026-01-01T00:00:00+00:00"
        state.execute(
            sa.insert(batches),
            [
                {"id": batch, "fingerprint": str(batch), "file": "sample", "done": True, "report": "{}"}
                | {"started_at": moment, "done_at": moment}
                for batch in (1, 2)
            ],
        )
        state.execute(sa.insert(fact_files), listed)
    return workspace


def _write(
    connection: duckdb.DuckDBPyConnection, root: Path, table: str, columns: str, rows: int
) -> list[dict[str, object]]:
    common = COMMON.replace("$rows", str(rows))
    select = f"SELECT department, day, segment, exposed, {columns}, {{batch}}::INTEGER AS batch"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE drawn AS SELECT {common}, i FROM range({rows}) t(i)")
    files = {
        ("facts", 1): select.format(batch=1) + " FROM drawn",
        ("facts", 2): select.format(batch=2) + f" FROM drawn WHERE i % {CORRECTED} = 0",
        ("superseded", 2): f"SELECT '{KEYS[table][0].upper()}' || i AS {KEYS[table]}, 1 AS batch FROM drawn "
        f"WHERE i % {CORRECTED} = 0",
    }
    listed: list[dict[str, object]] = []
    for (kind, batch), query in files.items():
        path = f"facts/{table}-{kind}-{batch}.parquet"
        connection.execute(f"COPY ({query}) TO {literal(root / path)} (FORMAT parquet, COMPRESSION zstd)")
        listed.append({"path": path, "batch": batch, "table_name": table, "kind": kind, "rows": rows})
    return listed
