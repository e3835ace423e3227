"""A small demo hospital for other tests: the real road, fewer rows."""

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from storage.ingest_lock import only_one
from workflows.demo import build_demo

ROWS = 60_000
SEED = 1
TOGETHER = "MEETLAT_TESTS_TOGETHER"
"""A folder of the processes that run tests side by side: what one has built is there for all."""


def small_demo(path: Path, rows: int = ROWS, seed: int = SEED) -> Path:
    """A small demo workspace in a new folder of the caller's own; returns the folder.

    Built once per test run and then copied. At the default size weekly numbers are small: estimates exist,
    many single points are suppressed.
    """
    shutil.copytree(_built(rows, seed), path, dirs_exist_ok=True)
    return path


@cache
def _built(rows: int, seed: int) -> Path:
    folder = _together() / f"small-demo-{rows}-{seed}"
    with only_one(folder.parent, wait=600.0, name=folder.name):
        if not folder.exists():
            begun = folder.with_suffix(".begun")
            build_demo(begun, rows=rows, seed=seed)
            begun.rename(folder)
    return folder


@cache
def _together() -> Path:
    given = os.environ.get(TOGETHER)
    if given:
        return Path(given)
    own = Path(mkdtemp(prefix="tests-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own
