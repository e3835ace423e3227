"""Medians of 104 weeks from stored histograms, beside the exact medians of the rows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from benchmarks.sample import DEPARTMENTS, WEEKS, fill
from kpis.catalogue import load
from kpis.statistics.histogram import merge, quantiles_by_group
from storage.cube import Cube, current
from storage.cube_build import build
from storage.scan import open_facts
from storage.workspace import Workspace

KPI = "message_write_time"
RUNS = 7
LIMIT_SECONDS = 0.05
HIGHEST_ERROR = 0.01

EXACT = """
    SELECT department, quantile_disc(write_seconds, 0.5) AS exact FROM "Message"
    WHERE write_seconds BETWEEN 1 AND 3600 GROUP BY department ORDER BY department"""


def run(rows: int) -> Outcome:
    """Time the median of every department over 104 weeks from its weekly histograms; check it on the rows."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows)
        build(workspace)
        cube = current(workspace)
        assert cube is not None
        weekly = _weekly(cube)
        error = _error(workspace, _medians(weekly))
        timings = timed({"104 weeks merged to a median per department": lambda: _medians(weekly)}, RUNS)
        exact = timed({"exact medians from the rows": lambda: _exact(workspace)}, 3)
        workspace.engine.dispose()
    (ours,), (peer,) = timings.values(), exact.values()
    return Outcome(
        ratio=ours.median / LIMIT_SECONDS,
        rows=rows,
        timings=(ours, peer),
        checked=f"{DEPARTMENTS} medians are exact to {error:.2%} (at most {HIGHEST_ERROR:.0%})",
    )


def _weekly(cube: Cube) -> pd.DataFrame:
    """The histograms per department and week, as a page holds them."""
    bins = cube.read("histogram", kpis=[KPI])
    week = bins["day"].to_numpy().astype("datetime64[D]").astype(np.int64) // 7
    weekly = merge(bins.assign(week=week - week.min()), ["department", "week"])
    assert weekly["week"].max() >= WEEKS - 1
    return weekly


def _medians(weekly: pd.DataFrame) -> pd.DataFrame:
    return quantiles_by_group(merge(weekly, ["department"]), ["department"], [0.5])


def _exact(workspace: Workspace) -> pd.DataFrame:
    with open_facts(workspace, ["Message"]) as connection:
        return connection.execute(EXACT).df()


def _error(workspace: Workspace, found: pd.DataFrame) -> float:
    both = found.merge(_exact(workspace), on="department")
    scale = load()[KPI].numerator.scale
    error = float((both["q0.5"] * scale / both["exact"] - 1).abs().max())
    assert len(both) == DEPARTMENTS
    assert error <= HIGHEST_ERROR
    return error


BENCHMARK = Benchmark(
    name="medians",
    limits={0: 1.0},
    side="at most",
    ratio_of="time of the medians of 104 merged weeks over 50 ms",
    run=run,
)
