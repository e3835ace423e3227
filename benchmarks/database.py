"""Rows from a database to standard rows, beside fetching the same rows plainly: PostgreSQL and SQLite."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from benchmarks.benchmark import Benchmark, Outcome, timed
from data_connectors.databases.options import DatabaseOptions
from data_connectors.intake import take_in
from data_connectors.mapping_file import read
from data_connectors.pulling import Pulling
from data_connectors.sources.database import pull
from data_connectors.sources.parquet_file import open_parquet
from governance.pseudonymise import Key
from storage.duck import connect
from tests.servers import postgresql

RUNS = 3
STAYS = """
[[table]]
name = "Stay"
department = "ward"
columns = { stay = "nr", patient = "patient", admitted_at = "admitted", discharged_at = "discharged" }
origin = { from = "stays" }
"""


def run(rows: int) -> Outcome:
    """Time both on both; every row must be loaded."""
    with ExitStack() as after:
        folder = Path(
            subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip()
        )
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        work: dict[str, Callable[[], object]] = {}
        for name, url in _databases(folder, after):
            _fill(url, rows)
            work[f"{name}: plain fetch"] = _plain(url, rows)
            work[f"{name}: pull and intake"] = _taken_in(url, folder, rows)
        timings = timed(work, RUNS)
    names = {name.split(":")[0] for name in work}
    ratios = (
        timings[f"{name}: pull and intake"].median / timings[f"{name}: plain fetch"].median for name in names
    )
    return Outcome(
        ratio=max(ratios),
        rows=rows,
        timings=tuple(timings.values()),
        checked="every row of the source is loaded",
    )


def _databases(folder: Path, after: ExitStack) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'source.db'}"
    if postgresql.binaries() is not None:
        place = folder / "server"
        place.mkdir()
        folder.chmod(0o755)
        yield "PostgreSQL", after.enter_context(contextmanager(postgresql.start)(place))


def _fill(url: str, rows: int) -> None:
    columns = (sa.Column("nr", sa.BigInteger), sa.Column("ward", sa.Text), sa.Column("patient", sa.Text))
    times = (sa.Column("admitted", sa.DateTime), sa.Column("discharged", sa.DateTime))
    table = sa.Table("stays", sa.MetaData(), *columns, *times)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    begin = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with engine.begin() as connection:
        table.create(connection)
        row = {"ward": "A", "patient": "p", "admitted": begin, "discharged": begin}
        for first in range(0, rows, 10_000):
            last = min(first + 10_000, rows)
            connection.execute(table.insert(), [row | {"nr": number} for number in range(first, last)])


def _plain(url: str, rows: int) -> Callable[[], object]:
    def fetch() -> None:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            asked = sa.text("SELECT * FROM stays").execution_options(
                stream_results=True, max_row_buffer=50_000
            )
            assert sum(len(chunk) for chunk in connection.execute(asked).partitions(50_000)) == rows

    return fetch


def _taken_in(url: str, folder: Path, rows: int) -> Callable[[], object]:
    mapping, _ = read(STAYS, "stays.toml")
    assert mapping is not None
    options = DatabaseOptions(url=url, allow_writable=True)

    def load() -> None:
        asked = Pulling(
            tables=mapping.table,
            since={},
            folder=folder,
            deadline=time.monotonic() + 3600,
            secrets=lambda name: name,
        )
        (found,) = pull(options, asked)
        with connect() as connection:
            source = open_parquet(found.path, mapping.file)
            place = ("UTC", datetime.now(UTC).date())
            account = take_in(connection, source, mapping.table[0], mapping.file, Key(b"k" * 32), place)
        assert account.rows_loaded == rows

    return load


BENCHMARK = Benchmark(
    name="database",
    limits={0: 6.0},
    side="at most",
    ratio_of="pulling and taking in the rows of a database, over a plain fetch (the worse of both)",
    run=run,
)
