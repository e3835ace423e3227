"""Our own SQL in a PostgreSQL server that holds the current rows of a workspace."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from benchmarks.peers import Sums
from benchmarks.sample import KEYS
from core.quoting import literal
from kpis.gather import sums
from kpis.kpi import Kpi
from kpis.parts import parts
from kpis.row_values import source
from storage.facts import source_sql
from storage.workspace import Workspace
from tests.servers import postgresql

BLOCK = 1 << 20


@contextmanager
def in_postgresql(workspace: Workspace, kpis: Sequence[Kpi]) -> Iterator[Callable[[], Sums] | None]:
    """A call that runs the KPIs there; None where there is no PostgreSQL."""
    if postgresql.binaries() is None:
        yield None
        return
    made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True)
    place = Path(made.stdout.strip())
    with ExitStack() as after:
        after.callback(shutil.rmtree, place, ignore_errors=True)
        engine = sa.create_engine(after.enter_context(contextmanager(postgresql.start)(place)))
        after.callback(engine.dispose)
        for table in KEYS:
            _copy(workspace, engine, table, place / "rows.csv")
        yield lambda: _asked(engine, kpis)


def _copy(workspace: Workspace, engine: sa.Engine, table: str, file: Path) -> None:
    columns = source(table).c
    with duckdb.connect() as connection:
        held = connection.execute(f"DESCRIBE FROM {source_sql(workspace, table)}").fetchall()
        names = [row[0] for row in held if row[0] in columns]
        rows = f"SELECT {', '.join(names)} FROM {source_sql(workspace, table)}"
        connection.execute(f"COPY ({rows}) TO {literal(file)} (FORMAT csv, HEADER false)")
    sa.Table(table, sa.MetaData(), *(sa.Column(name, columns[name].type) for name in names)).create(engine)
    with engine.begin() as connection_:
        cursor = connection_.connection.cursor()
        with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT csv)') as into, file.open("rb") as text:
            while block := text.read(BLOCK):
                into.write(block)
        cursor.execute(f'ANALYZE "{table}"')


def _asked(engine: sa.Engine, kpis: Sequence[Kpi]) -> Sums:
    number = total = 0.0
    with engine.connect() as connection:
        for table in KEYS:
            for _, statement in sums(parts(kpis, table), table):
                rows = connection.execute(statement).mappings().all()
                number += sum(row.get("message_write_time__a_n") or 0 for row in rows)
                total += sum(row.get("message_write_time__a_sum") or 0.0 for row in rows)
    return number, total
