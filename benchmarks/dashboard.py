"""What a department's page asks of the cube: its cells of 26 weeks, by week."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from benchmarks.sample import FIRST, WEEKS, fill
from kpis.catalogue import load
from kpis.measurements import MEASURES
from kpis.roll_up import Slice, rolled_up
from storage.cube import current
from storage.cube_build import build

RUNS = 15
LIMIT_SECONDS = 0.01
DEPARTMENT = "department 3"
LAST = FIRST + timedelta(weeks=WEEKS) - timedelta(days=1)
SINCE = LAST - timedelta(weeks=26) + timedelta(days=1)


def run(rows: int) -> Outcome:
    """Time the query of one department, and check its sums against all cells."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows)
        build(workspace)
        cube = current(workspace)
        assert cube is not None

        def asked() -> pd.DataFrame:
            return cube.read("cells", departments=[DEPARTMENT], first=SINCE, last=LAST)

        everything = cube.read("cells")
        mine = everything[
            (everything["department"] == DEPARTMENT) & (everything["day"] >= pd.Timestamp(SINCE))
        ]
        assert abs(asked()["total"].sum() / mine["total"].sum() - 1) < 1e-12
        weekly = Slice(every="week", first=SINCE, last=LAST)
        timings = timed(
            {
                "cells of one department, 26 weeks": asked,
                "the same, summed to weeks": lambda: rolled_up(asked(), weekly, MEASURES),
            },
            RUNS,
        )
        workspace.engine.dispose()
    query, summed = timings.values()
    return Outcome(
        ratio=query.median / LIMIT_SECONDS,
        rows=rows,
        timings=(query, summed),
        checked=f"sums of {len(mine)} cells of {len(load())} KPIs agree with those of the whole cube",
    )


BENCHMARK = Benchmark(
    name="dashboard",
    limits={0: 1.0},
    side="at most",
    ratio_of="time of the query of a department's page over 10 ms",
    run=run,
)
