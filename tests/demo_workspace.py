"""A small demo hospital for other tests: the real road, fewer rows."""

from functools import partial
from pathlib import Path

from governance.access import LOCAL_OPERATOR
from tests.built_once import copy_of
from workflows.demo import build_demo
from workflows.opening import open_workspace
from workflows.overview import portfolio

ROWS = 60_000
SEED = 1


def small_demo(path: Path, rows: int = ROWS, seed: int = SEED) -> Path:
    """A small demo workspace in a new folder of the caller's own; returns the folder.

    At the default size weekly numbers are small: estimates exist, many single points are suppressed. The
    pilots are evaluated, as they are where somebody looked before.
    """
    return copy_of(f"small-demo-{rows}-{seed}", partial(_build, rows=rows, seed=seed), path)


def _build(path: Path, rows: int, seed: int) -> None:
    build_demo(path, rows=rows, seed=seed)
    workspace = open_workspace(path)
    portfolio(LOCAL_OPERATOR, workspace)
    workspace.engine.dispose()
