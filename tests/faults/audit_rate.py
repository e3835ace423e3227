"""How many events the audit log takes in a second, and how fast it is verified.

    python -m tests.faults.audit_rate

One writer and several processes, one event to a transaction, on SQLite and on PostgreSQL with every commit
on disk (fsync); events in groups of 50; and 100,000 events verified. Every chain is verified afterwards.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from governance.access import LOCAL_OPERATOR
from storage.audit_log import append
from storage.database import writing
from storage.workspace import Workspace
from tests.audit_log import logged
from tests.servers.postgresql import start
from tests.simulation.evidence import FOLDER, stamp
from workflows.audit_log import verify
from workflows.auditing import record

SECONDS, PROCESSES, GROUP = 5.0, 4, 50
spawn = multiprocessing.get_context("spawn")


def single(root: str, seconds: float) -> int:
    """Events that one process wrote, each in a transaction of its own, as the app does."""
    workspace, count = Workspace.open(root), 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        record(LOCAL_OPERATOR, workspace, "viewed", "department", "cardiologie", page="this-week")
        count += 1
    workspace.engine.dispose()
    return count


def grouped(root: str, seconds: float) -> int:
    """Events that one process wrote in groups."""
    workspace, count = Workspace.open(root), 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with writing(workspace.engine) as connection:
            append(connection, *(logged() for _ in range(GROUP)))
        count += GROUP
    workspace.engine.dispose()
    return count


def rates(root: Path, on: str, seconds: float, processes: int, events: int) -> dict[str, Any]:
    """The figures on one database."""
    workspace = Workspace.open(root)
    cell: dict[str, Any] = {"on": on, "single": round(single(str(root), seconds) / seconds)}
    with spawn.Pool(processes) as pool:
        for name, work in (("single", single), ("grouped", grouped)):
            written = pool.starmap(work, [(str(root), seconds)] * processes)
            cell[f"{name}_{processes}_processes"] = round(sum(written) / seconds)
    while verify(LOCAL_OPERATOR, workspace).events < events:
        for _ in range(events // 20_000 + 1):
            with writing(workspace.engine) as connection:
                append(connection, *(logged() for _ in range(20_000)))
    began = time.perf_counter()
    found = verify(LOCAL_OPERATOR, workspace)
    took = time.perf_counter() - began
    workspace.engine.dispose()
    return cell | {
        "verified_events": found.events,
        "verify_seconds": round(took, 1),
        "verified_a_second": round(found.events / took),
        "intact": found.intact,
    }


@contextmanager
def postgresql(folder: Path) -> Iterator[Path]:
    """A workspace on a server of its own, with commits on disk."""
    folder.chmod(0o755)
    place = folder / "server"
    place.mkdir()
    for url in start(place):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = on"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        root = folder / "pg"
        root.mkdir()
        (root / "meetlat.toml").write_text(f'database_url = "{url}"\n', "utf-8")
        yield root


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--events", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells = [rates(folder / "sqlite", "sqlite", given.seconds, PROCESSES, given.events)]
        with postgresql(folder) as root:
            cells.append(rates(root, "postgresql", given.seconds, PROCESSES, given.events))
    report = {
        **stamp(
            f"python -m tests.faults.audit_rate --seconds {given.seconds:g} --events {given.events}",
            "events a second that the audit log takes and verifies, commits on disk",
        ),
        "processes": PROCESSES,
        "group": GROUP,
        "cells": cells,
    }
    (FOLDER / "audit_rate.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(cells))


if __name__ == "__main__":
    main()
