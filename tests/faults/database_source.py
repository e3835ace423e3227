"""Pulls from a PostgreSQL whose backends are killed and whose line stalls, drips or is cut.

After every run what was kept must equal what the source held: nothing lost, doubled or half-delivered.
"""

import argparse
import json
import random
import shutil
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa

from core.errors import UserError
from data_connectors.databases.options import DatabaseOptions
from data_connectors.pulling import Delivered
from data_connectors.sources.database import pull
from tests.faults.line import Line
from tests.servers import postgresql
from tests.simulation.evidence import FOLDER, stamp
from tests.source_databases import STAYS, mapping_of, pulling, run

ROWS, CHUNK = 10_000, 500
BYTES = 1_000_000
SECONDS, STALLED, MARGIN = 60.0, 4.0, 4.0
"""What a run may take, what one may take whose line stalls, and how much later it may end."""

FAULTS = ("kill", "cut", "stall", "drip", "none")
KILL = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE usename = 'reader' AND backend_type = 'client backend'"
)
COLUMNS = "'W' AS ward, 'p' || n AS patient, '2026-01-01'::timestamp + n * interval '1 minute' AS admitted"


@dataclass(slots=True)
class Kept:
    """What a workspace would hold: rows by key, and the watermark they go with."""

    rows: dict[str, str] = field(default_factory=dict)
    watermark: str | None = None

    def take(self, found: Delivered) -> None:
        """Take a delivered file over; raises AssertionError for one that is not whole."""
        columns = pq.read_table(found.path, columns=["nr", "discharged"]).to_pydict()
        assert len(columns["nr"]) == len(set(columns["nr"])) == found.rows
        self.rows |= dict(zip(columns["nr"], columns["discharged"], strict=True))
        self.watermark = found.watermark


@dataclass(slots=True)
class Outcome:
    """Of all runs: how many of each fault ended how; of those that stalled, the longest."""

    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0


def prepare(owner: str) -> None:
    run(
        owner,
        f"CREATE TABLE stays AS SELECT n AS nr, {COLUMNS}, "
        "'2026-02-01'::timestamp + n * interval '1 second' AS discharged, "
        f"'2026-02-01'::timestamp + n * interval '1 second' AS changed FROM generate_series(1, {ROWS}) AS n",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON stays TO reader",
    )


def change(owner: str, chance: random.Random, number: int) -> None:
    """New rows, and a correction of old ones, as a source makes them between two runs."""
    moment = f"'2026-03-01'::timestamp + {number} * interval '1 minute'"
    first = ROWS + 1 + number * 1000
    run(
        owner,
        f"INSERT INTO stays SELECT n, {COLUMNS}, {moment}, {moment} "
        f"FROM generate_series({first}, {first + chance.randrange(200)}) AS n",
        f"UPDATE stays SET discharged = {moment}, changed = {moment} "
        f"WHERE mod(nr, 97) = {chance.randrange(97)}",
    )


def one_run(owner: str, kept: Kept, chance: random.Random, fault: str, outcome: Outcome) -> None:
    """A pull that meets a fault; every second one from the beginning."""
    since = {"Stay": kept.watermark} if kept.watermark and chance.random() < 0.5 else {}
    port = int(str(sa.make_url(owner).port))
    after = chance.randrange(BYTES) if chance.random() < 0.8 else chance.randrange(20_000)
    timer = Timer(chance.random() * 0.6, lambda: run(owner, KILL))
    begin = time.monotonic()
    with (
        TemporaryDirectory() as folder,
        Line(port, fault if fault in ("cut", "stall", "drip") else "", after) as line,
    ):
        if fault == "kill":
            timer.start()
        asked = pulling(Path(folder), mapping_of(STAYS), since, STALLED if fault == "stall" else SECONDS)
        options = DatabaseOptions(
            url=f"postgresql+psycopg://reader@127.0.0.1:{line.port}/postgres", chunk_rows=CHUNK
        )
        try:
            (found,) = pull(options, asked)
        except UserError:
            outcome.ended[f"{fault}: refused"] += 1
            if list(Path(folder).iterdir()):
                outcome.wrong.append(f"{fault}: a file was left")
        else:
            outcome.ended[f"{fault}: delivered"] += 1
            kept.take(found)
            if kept.rows != held(owner):
                outcome.wrong.append(f"{fault}: other rows than the source")
        timer.cancel()
    spent = time.monotonic() - begin
    if fault == "stall":
        outcome.longest = max(outcome.longest, spent)
        if spent > STALLED + MARGIN:
            outcome.wrong.append(f"{fault}: {spent:.1f} seconds")


def held(owner: str) -> dict[str, str]:
    """What the source holds, written as the connector writes it."""
    engine = sa.create_engine(owner, poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT nr::text, discharged FROM stays").all()
    return {number: moment.strftime("%Y-%m-%d %H:%M:%S.%f") for number, moment in found}


def faults(owner: str, runs: int, seed: int) -> Outcome:
    """Many runs after each other on one source."""
    chance, kept, outcome = random.Random(seed), Kept(), Outcome()
    prepare(owner)
    for number in range(runs):
        change(owner, chance, number)
        one_run(owner, kept, chance, FAULTS[number % len(FAULTS)], outcome)
    one_run(owner, kept, chance, "none", outcome)
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    command = f"python -m tests.faults.database_source --runs {asked.runs} --seed {asked.seed}"
    about = "a database that is killed, stalled, dripped or cut while it is read: runs that kept wrong rows"
    made: dict[str, Any] = stamp(command, about)
    place = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    try:
        with contextmanager(postgresql.start)(place) as owner:
            outcome = faults(owner, asked.runs, asked.seed)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    report = {
        **made,
        "rows_of_the_source": ROWS,
        "runs": sum(outcome.ended.values()),
        "ended": dict(sorted(outcome.ended.items())),
        "wrong": outcome.wrong,
        "seconds_allowed_when_stalled": STALLED,
        "longest_seconds_when_stalled": round(outcome.longest, 2),
    }
    (FOLDER / "database_source_faults.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
