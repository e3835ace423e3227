"""Many processes that take files in at once: each waits its turn, and every file is in once.

    python -m tests.faults.crowd --rounds 50

Eight processes take the same eight files in, each in another order, again and again in new workspaces.
"""

import argparse
import json
import multiprocessing
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from governance.access import LOCAL_OPERATOR
from storage import ledger
from storage.workspace import Workspace
from tests.faults.killed_ingest import expected, held, write
from tests.intake_files import NOTES
from tests.simulation.evidence import FOLDER, stamp
from workflows.refresh import ingest

PROCESSES = 8
fork = multiprocessing.get_context("forkserver")
fork.set_forkserver_preload(["workflows.refresh"])


def take_all(root: str, mapping: str, paths: list[str]) -> None:
    """In a process of its own: every file, one after the other."""
    for path in paths:
        ingest(LOCAL_OPERATOR, Workspace.open(root), [Path(path)], mapping)


def crowd(folder: Path, processes: int, rng: random.Random) -> dict[str, Any]:
    """One round. The files have no rows in common, so that their order does not matter."""
    mapping = folder / "notes.toml"
    mapping.write_text(NOTES, "utf-8")
    workspace = Workspace.open(folder / "workspace")
    key = workspace.secret()
    paths = [str(_own(folder, number)) for number in range(processes)]
    begun = time.monotonic()
    working = []
    for _ in range(processes):
        order = rng.sample(paths, len(paths))
        working.append(fork.Process(target=take_all, args=(str(workspace.root), str(mapping), order)))
    for one in working:
        one.start()
    for one in working:
        one.join(120)
    wanted = {key.pseudonym("patient", f"p{name}"): m for name, m in _rows(processes).items()}
    return {
        "failed": sum(one.exitcode != 0 for one in working),
        "batches": ledger.position(workspace),
        "wrong_states": int(held(workspace) != wanted),
        "seconds": round(time.monotonic() - begun, 1),
    }


def _own(folder: Path, number: int) -> Path:
    """A file without the rows that correct others."""
    path = write(folder, number)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[:401]) + "\n", "utf-8")
    return path


def _rows(count: int) -> dict[str, float]:
    rows = expected(count)
    for number in range(count):
        rows |= {f"n{number * 400 + row}": float(1 + (number + row) % 50) for row in range(400)}
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    given, rng = parser.parse_args(), random.Random(1)
    rounds = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(crowd(Path(folder), PROCESSES, rng))
    report = {
        **stamp(
            f"python -m tests.faults.crowd --rounds {given.rounds}",
            f"{PROCESSES} processes that take the same {PROCESSES} files in at once",
        ),
        "rounds": len(rounds),
        "failed": sum(one["failed"] for one in rounds),
        "wrong_states": sum(one["wrong_states"] for one in rounds),
        "batches_beyond_one_per_file": sum(one["batches"] - PROCESSES for one in rounds),
        "longest_seconds": max(one["seconds"] for one in rounds),
    }
    (FOLDER / "crowd.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
