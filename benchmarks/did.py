"""Difference-in-differences: from the published cube, from the facts, or from the rows with pyfixest."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from benchmarks.sample import fill
from experiments.inference.cr1 import cr1
from experiments.inference.two_way import two_way
from experiments.panel import Floats
from kpis.catalogue import load
from kpis.gather import gather
from kpis.measurements import MEASURES
from kpis.roll_up import Slice, rolled_up
from storage import cube, cube_build
from storage.duck import connect
from storage.facts import source_sql
from storage.scan import open_facts, runner
from storage.workspace import Workspace

KPI, TABLE = "note_time_enc", "NoteSession"
TREATED = tuple(f"department {number}" for number in range(8))
START = np.datetime64("2025-08-25")
RUNS = 5
OURS, SCAN, PEER = "published cube, fitted", "facts scanned and fitted", "pyfixest on the rows"
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The effect and its cluster-robust error without a small-sample factor, which packages choose freely."""

    effect: float
    standard_error: float


def from_cube(workspace: Workspace) -> Answer:
    """What the app does: the published cells of the KPI, read and fitted."""
    return fitted(cube.content(workspace, kpis=[KPI], details=False).cells)


def from_facts(workspace: Workspace) -> Answer:
    """The same without a published cube: one scan of the rows to cells, then the fit."""
    with open_facts(workspace, [TABLE]) as connection:
        found = gather(runner(connection), [replace(load()[KPI], expected=None)], histograms=False)
    return fitted(found.cells)


def fitted(cells: pd.DataFrame) -> Answer:
    """Weighted two-way fixed effects with CR1 on the weekly cells."""
    fit = two_way(*weekly(cells))
    found, factor = cr1(fit, np.arange(fit.n_units), LEVEL)
    return Answer(effect=fit.effect, standard_error=found.standard_error / np.sqrt(factor))


def weekly(cells: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Cells summed to department × week: averages, use of the tool and rows, (U, T) each."""
    found = rolled_up(cells, Slice(every="week"), MEASURES)
    totals, rows = (found.pivot(index="unit", columns="start", values=name) for name in ("total", "n"))
    weights = rows.fillna(0.0).to_numpy()
    outcome = (totals / rows).to_numpy()
    exposed = np.outer(totals.index.isin(TREATED), totals.columns.to_numpy() >= START).astype(float)
    return outcome, exposed, weights


def row_by_row(workspace: Workspace) -> Answer:
    """The rows loaded by DuckDB and fitted by pyfixest."""
    import pyfixest

    with connect() as connection:
        rows = connection.execute(
            "SELECT department, date_trunc('week', day) AS week, "
            "(active_seconds + tool_seconds) / 60 AS minutes "
            f"FROM {source_sql(workspace, TABLE)} WHERE signed_at IS NOT NULL "
            "AND active_seconds + tool_seconds BETWEEN 3 AND 10800"
        ).df()
    rows["treated"] = (rows["department"].isin(TREATED) & (rows["week"] >= START)).astype(float)
    fit = pyfixest.feols(
        "minutes ~ treated | department + week",
        rows,
        vcov={"CRV1": "department"},
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12),
    )
    return Answer(effect=float(fit.coef()["treated"]), standard_error=float(fit.se()["treated"]))


def run(rows: int) -> Outcome:
    """Time both in turns; both must give the same effect and error to 1e-9."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows, [TABLE])
        cube_build.build(workspace)
        ours, scanned, theirs = from_cube(workspace), from_facts(workspace), row_by_row(workspace)
        for answer in (ours, scanned):
            np.testing.assert_allclose(answer.effect, theirs.effect, rtol=1e-9)
            np.testing.assert_allclose(answer.standard_error, theirs.standard_error, rtol=1e-9)
        timings = timed(
            {
                OURS: lambda: from_cube(workspace),
                SCAN: lambda: from_facts(workspace),
                PEER: lambda: row_by_row(workspace),
            },
            RUNS,
        )
        workspace.engine.dispose()
    return Outcome(
        ratio=timings[PEER].median / timings[OURS].median,
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"effect {ours.effect:.6f}, error {ours.standard_error:.6f}: both agree to 1e-9",
    )


BENCHMARK = Benchmark(
    name="did",
    limits={0: 10.0},
    side="at least",
    ratio_of="time of loading and fitting the rows with pyfixest over time of the answer from the cube",
    run=run,
)
