"""One late day in the cube, beside building the whole cube anew; both must give the same."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, Timing
from benchmarks.kpis import TABLES
from benchmarks.sample import FIRST, fill, late_day
from storage.cube import FRAMES, Cube, current
from storage.cube_build import build
from storage.workspace import Workspace

RUNS = 5
LATE = FIRST + timedelta(days=400)
ROWS_OF_A_LATE_DAY = 2000


def run(rows: int) -> Outcome:
    """Time the whole cube, then batches of one late day each; the last must agree with a whole one."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows)
        whole = [_seconds(lambda: _anew(workspace))]
        batch = count(3)
        days = []
        for _ in range(RUNS):
            late_day(workspace, TABLES[1], next(batch), LATE, ROWS_OF_A_LATE_DAY, rows // len(TABLES))
            days.append(_seconds(lambda: build(workspace)))
        changed = _frames(workspace)
        whole.append(_seconds(lambda: _anew(workspace)))
        _assert_same(changed, _frames(workspace))
        workspace.engine.dispose()
    full, day = (
        Timing(name=name, median=median(found), fastest=min(found), runs=len(found))
        for name, found in (("the whole cube", whole), ("one late day", days))
    )
    return Outcome(
        ratio=full.median / day.median,
        rows=rows,
        timings=(full, day),
        checked=f"every frame of {len(FRAMES)} agrees with a cube built whole, to 1e-12",
    )


def _anew(workspace: Workspace) -> None:
    for version in (workspace.root / "cube").iterdir():
        rmtree(version)
    build(workspace)


def _seconds(call: Callable[[], object]) -> float:
    begin = perf_counter()
    call()
    return perf_counter() - begin


def _frames(workspace: Workspace) -> dict[str, pd.DataFrame]:
    cube = current(workspace)
    assert cube is not None
    return {name: _in_order(cube, name) for name in FRAMES}


def _in_order(cube: Cube, name: str) -> pd.DataFrame:
    frame = cube.read(name)
    keys = [str(name) for name in frame if not pd.api.types.is_float_dtype(frame[name])]
    return frame.sort_values(keys, ignore_index=True)


def _assert_same(changed: dict[str, pd.DataFrame], whole: dict[str, pd.DataFrame]) -> None:
    for name, frame in whole.items():
        pd.testing.assert_frame_equal(changed[name], frame, rtol=1e-12, atol=1e-12)


BENCHMARK = Benchmark(
    name="refresh",
    limits={0: 5, 10_000_000: 20, 100_000_000: 100},
    side="at least",
    ratio_of="time to build the whole cube over time to bring one late day into it",
    run=run,
)
