"""A disk that fills up: a file that does not fit is refused, and everything from before stays as it was.

    python -m tests.faults.full_disk --levels 20

A workspace on a small tmpfs takes files in until one no longer fits, at many sizes of the disk; then the disk
grows and the same file goes in. Needs the right to mount (root).
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from tests.faults.killed_ingest import expected, held, write
from tests.intake_files import NOTES
from tests.simulation.evidence import FOLDER, stamp
from workflows.refresh import ingest

SMALLEST, STEP = 640, 32
"""KiB of the smallest disk, and how much larger the next is."""
MOST_FILES = 40


@contextmanager
def disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """A small disk at a place."""
    place.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def may_mount() -> bool:
    """Whether this machine lets us."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True)
        return done.returncode == 0 and subprocess.run(["umount", place]).returncode == 0


def fill(folder: Path, kilobytes: int) -> dict[str, Any]:
    """What a disk of a size did. folder: elsewhere, for the files that come in."""
    mapping = folder / "notes.toml"
    mapping.write_text(NOTES, "utf-8")
    with disk(folder / f"disk-{kilobytes}", kilobytes) as place:
        try:
            workspace = Workspace.open(place / "workspace")
            key = workspace.secret()
        except ConfigurationError:
            return {
                "kilobytes": kilobytes,
                "files_before": 0,
                "refused": True,
                "intact": True,
                "recovered": True,
            }
        done, refused = 0, False
        while done < MOST_FILES and not refused:
            try:
                ingest(LOCAL_OPERATOR, workspace, [write(folder, done)], str(mapping))
                done += 1
            except ConfigurationError:
                refused = True

        def right(count: int) -> bool:
            wanted = {key.pseudonym("patient", f"p{name}"): m for name, m in expected(count).items()}
            return held(Workspace.open(workspace.root)) == wanted

        intact = right(done)
        _mount("-o", f"remount,size={10 * kilobytes}k", str(place))
        ingest(LOCAL_OPERATOR, Workspace.open(workspace.root), [write(folder, done)], str(mapping))
        recovered = right(done + 1)
        workspace.engine.dispose()
    return {
        "kilobytes": kilobytes,
        "files_before": done,
        "refused": refused,
        "intact": intact,
        "recovered": recovered,
    }


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cells = [fill(Path(folder), SMALLEST + STEP * level) for level in range(given.levels)]
    report = {
        **stamp(
            f"python -m tests.faults.full_disk --levels {given.levels}",
            "workspaces on disks that fill up: files taken in before one did not fit, and what was left",
        ),
        "cells": cells,
    }
    (FOLDER / "full_disk.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(cells))


if __name__ == "__main__":
    main()
