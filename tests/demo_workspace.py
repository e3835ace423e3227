"""A small demo hospital for other tests: the real road, fewer rows."""

from pathlib import Path

from workflows.demo import build_demo

ROWS = 60_000
SEED = 1


def small_demo(path: Path, rows: int = ROWS, seed: int = SEED) -> Path:
    """Build a small demo workspace in a folder and return the folder; for fixtures of session scope.

    At the default size weekly numbers are small: estimates exist, many single points are suppressed.
    """
    build_demo(path, rows=rows, seed=seed)
    return path
