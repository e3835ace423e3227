"""Killed at random moments while files come in: no row lost, doubled or half in.

    python -m tests.faults.killed_ingest --kills 500

Files of known rows, some of which correct rows of earlier files, come in one after the other; the process
that takes them in is killed (SIGKILL) at a random moment and started again, until everything is in. After
every kill the rows that count are those of whole files, up to the one that was at work. On SQLite and on
PostgreSQL; there also through a proxy that drops the line right after it passed COMMIT on, so that nobody
knows whether it took place.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from data_connectors import filling, text_encoding
from governance.access import LOCAL_OPERATOR
from storage import facts
from storage.duck import connect
from storage.working_folder import NAME
from storage.workspace import Workspace
from tests.faults.commit_proxy import CommitProxy
from tests.intake_files import HEADER, NOTES
from tests.servers.postgresql import start
from tests.simulation.evidence import FOLDER, stamp
from workflows.refresh import ingest

ROWS, CORRECTED = 400, 40
COMMITS = 3
"""Of one intake: the key, the beginning of the batch, the batch."""
BLOCK = 4_000
"""Bytes; a file has about five."""
FIRST_WAIT = 2.0
LONGER, SHORTER = 1.03, 0.94
"""The longest wait follows the machine, so that about one file in three comes in before its process is
killed, and every moment of its way, the commit included, is hit alike.
"""

Values = dict[str, float]
fork = multiprocessing.get_context("forkserver")
fork.set_forkserver_preload(["workflows.refresh"])


@dataclass
class Outcome:
    """What was seen. runs: processes that were started; kills: of those that were at work.

    After the last run, orphans: files of facts that nothing lists; left_over: what was put down for a moment.
    """

    runs: int = 0
    kills: int = 0
    files: int = 0
    wrong_states: int = 0
    orphans: int = 0
    left_over: int = 0
    unclear_commits: int = 0
    notes: list[str] = field(default_factory=list)


def contents(number: int) -> Values:
    """Minutes by key of file `number`: rows of its own, and new values for the last of the one before."""
    own = {f"n{number * ROWS + row}": float(1 + (number + row) % 50) for row in range(ROWS)}
    again = {
        f"n{number * ROWS - 1 - row}": float(60 + number % 30) for row in range(CORRECTED if number else 0)
    }
    return own | again


def write(folder: Path, number: int) -> Path:
    """The file as CSV."""
    lines = [
        f"{key};CHI;E;p{key};a1;{1 + number % 28:02d}-03-2026 10:00;;{minutes:.1f}".replace(".", ",")
        for key, minutes in contents(number).items()
    ]
    path = folder / f"{number}.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return path


def expected(done: int) -> Values:
    """What counts when the first `done` files are in."""
    found: Values = {}
    for number in range(done):
        found |= contents(number)
    return found


def held(workspace: Workspace) -> Values:
    """What counts now; a key that stands twice is a mistake that the caller sees by its number of rows."""
    with connect() as connection:
        source = facts.source_sql(workspace, "NoteSession")
        rows = connection.sql(f"SELECT patient, active_seconds / 60 FROM {source}").fetchall()
    found = {patient: round(minutes, 6) for patient, minutes in rows}
    return found if len(found) == len(rows) else {**found, "twice": float(len(rows))}


def take(root: str, mapping: str, path: str) -> None:
    """In a process of its own: take one file in, every second one by the block as large files are."""
    if int(Path(path).stem) % 2:
        filling.LARGE, text_encoding.BLOCK = 0, BLOCK
    ingest(LOCAL_OPERATOR, Workspace.open(root), [Path(path)], mapping)


def run(folder: Path, kills: int, rng: random.Random) -> Outcome:
    """Kill so many processes that are at work, then finish; the workspace stands in `folder`."""
    mapping = folder / "notes.toml"
    mapping.write_text(NOTES, "utf-8")
    workspace = Workspace.open(folder / "workspace")
    key, seen, done = workspace.secret(), Outcome(), 0
    path, longest = write(folder, 0), FIRST_WAIT

    def state(count: int) -> Values:
        return {key.pseudonym("patient", f"p{name}"): minutes for name, minutes in expected(count).items()}

    before, after = state(0), state(1)
    while seen.kills < kills:
        process = fork.Process(target=take, args=(str(workspace.root), str(mapping), str(path)))
        process.start()
        process.join(rng.uniform(0.02, longest))
        seen.runs += 1
        if process.is_alive():
            process.kill()
            seen.kills += 1
        process.join()
        now = held(workspace)
        if now == after:
            done += 1
            seen.files += 1
            path, before, after = write(folder, done), after, state(done + 1)
            longest *= SHORTER
        elif now == before:
            longest *= LONGER
        else:
            seen.wrong_states += 1
            seen.notes.append(f"kill {seen.kills}: {len(now)} rows, {len(before)} or {len(after)} expected")
    ingest(LOCAL_OPERATOR, workspace, [path], str(mapping))
    if held(workspace) != after:
        seen.wrong_states += 1
        seen.notes.append("the last state is not that of all files")
    seen.orphans = len(_orphans(workspace))
    seen.left_over = len([*(workspace.root / NAME).iterdir()])
    return seen


def _orphans(workspace: Workspace) -> set[Path]:
    """Files of facts that nothing lists once a run went through."""
    listed = {path for kind in ("facts", "superseded", "quarantine") for path in _listed(workspace, kind)}
    return set((workspace.root / "facts").rglob("*.parquet")) - listed


def _listed(workspace: Workspace, kind: str) -> tuple[Path, ...]:
    return facts.listed(workspace, "NoteSession", kind)


def unclear(folder: Path, url: str, times: int) -> Outcome:
    """Commits whose answer never came: the next run must know whether they took place."""
    folder.mkdir()
    mapping = folder / "notes.toml"
    mapping.write_text(NOTES, "utf-8")
    seen = Outcome()
    with CommitProxy(url) as proxy:
        settings = folder / "workspace" / "meetlat.toml"
        settings.parent.mkdir()
        settings.write_text(f'database_url = "{proxy.url}"\n', "utf-8")
        workspace = Workspace.open(settings.parent)
        key = workspace.secret()
        mine = (LOCAL_OPERATOR, workspace)
        for number in range(times):
            path = write(folder, number)
            proxy.drop_commit(number % COMMITS)
            for _ in range(4):  # the line may drop at an earlier commit of the same run
                try:
                    reports = ingest(*mine, [path], str(mapping))
                except Exception as error:
                    seen.notes.append(type(error).__name__)
                    continue
                if reports[0].status in ("loaded", "unchanged"):
                    break
            seen.files += 1
            wanted = {key.pseudonym("patient", f"p{name}"): m for name, m in expected(number + 1).items()}
            seen.wrong_states += held(workspace) != wanted
            workspace.engine.dispose()
        seen.unclear_commits = proxy.dropped
    seen.notes = sorted(set(seen.notes))
    return seen


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a server of our own."""
    place = Path(tempfile.mkdtemp())
    try:
        yield from start(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def database(url: str, name: str) -> str:
    """A new database on a server."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--unclear", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(1) as at_once, postgresql() as url:
        names = ("sqlite", "postgresql", "unclear")
        sqlite, postgres, lost = (Path(place) / name for name in names)
        sqlite.mkdir()
        seeds = (random.Random(given.seed), random.Random(given.seed + 1))
        working = {
            "sqlite": at_once.submit(run, sqlite, given.kills, seeds[0]),
            "postgresql": at_once.submit(_on, database(url, "killed"), postgres, given.kills, seeds[1]),
            "postgresql, line dropped after commit": at_once.submit(
                unclear, lost, database(url, "unclear"), given.unclear
            ),
        }
        found = {name: one.result() for name, one in working.items()}
    report = {
        **stamp(
            f"python -m tests.faults.killed_ingest --kills {given.kills} --unclear {given.unclear} "
            f"--seed {given.seed}",
            "processes killed while files come in; wrong_states: rows that are not those of whole files",
        ),
        "seconds": round(time.monotonic() - begun),
        "cells": [
            {"on": name, **{k: v for k, v in vars(one).items() if k != "notes"}}
            for name, one in found.items()
        ],
    }
    (FOLDER / "killed_ingest.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report["cells"], indent=1))


def _on(url: str, folder: Path, kills: int, rng: random.Random) -> Outcome:
    root = folder / "workspace"
    root.mkdir(parents=True)
    (root / "meetlat.toml").write_text(f'database_url = "{url}"\n', "utf-8")
    return run(folder, kills, rng)


if __name__ == "__main__":
    main()
