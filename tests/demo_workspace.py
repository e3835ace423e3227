"""A small demo hospital for other tests: the real road, fewer rows."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from workflows.demo import build_demo

ROWS = 60_000
SEED = 1


def small_demo(path: Path, rows: int = ROWS, seed: int = SEED) -> Path:
    """A small demo workspace in a new folder of the caller's own; returns the folder.

    Built once per test run and then copied. At the default size weekly numbers are small: estimates exist,
    many single points are suppressed.
    """
    shutil.copytree(_built(rows, seed), path, dirs_exist_ok=True)
    return path


@cache
def _built(rows: int, seed: int) -> Path:
    folder = Path(mkdtemp(prefix="small-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build_demo(folder, rows=rows, seed=seed)
    return folder
