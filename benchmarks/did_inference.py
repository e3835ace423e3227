"""A two-way fit with every inference on the weekly cells of the cube, beside pyfixest and statsmodels."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from benchmarks.did import KPI, TABLE, weekly
from benchmarks.sample import fill
from experiments.fixed_effects import REGRESSION, fixed_effects
from experiments.options import Options
from experiments.panel import NEVER, Floats, Panel
from storage import cube, cube_build

RUNS = 7
OPTIONS = Options(design="difference-in-differences", weighting="encounters")
CR1_PEER, CR3_PEER = "pyfixest: cr1 on the same cells", "pyfixest: cr3 on the same cells"
DUMMIES = "statsmodels: cr1 with dummies on the same cells"


def panel_of(outcome: Floats, on: Floats, weights: Floats) -> Panel:
    """The weekly cells as a panel."""
    departments, weeks = outcome.shape
    start = float(np.argmax(on.any(axis=0)))
    return Panel(
        units=tuple(f"d{number}" for number in range(departments)),
        periods=tuple(str(number) for number in range(weeks)),
        outcome=outcome,
        weights=weights,
        first_treated=np.where(on.any(axis=1), start, NEVER),
    )


def by_pyfixest(cells: pd.DataFrame, kind: str) -> float:
    """The error without a small-sample factor, with the rows as frequency weights."""
    import pyfixest

    fit = pyfixest.feols(
        "y ~ d | unit + week",
        cells,
        vcov={kind: "unit"},
        weights="n",
        weights_type="fweights",
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12),
    )
    return float(fit.se()["d"])


def by_dummies(cells: pd.DataFrame) -> float:
    """The same as a weighted regression on a dummy for every department and week."""
    import statsmodels.api as sm

    effects = pd.get_dummies(cells[["unit", "week"]].astype("category"), drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([cells["d"], effects], axis=1))
    clusters = {"groups": cells["unit"], "use_correction": False}
    fit = sm.WLS(cells["y"], x, weights=cells["n"]).fit(cov_type="cluster", cov_kwds=clusters)
    return float(fit.bse["d"])


def run(rows: int) -> Outcome:
    """Time every inference and its peers in turns; CR1 and CR3 must agree to 1e-8."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows, [TABLE])
        cube_build.build(workspace)
        outcome, on, weights = weekly(cube.content(workspace, kpis=[KPI], details=False).cells)
        workspace.engine.dispose()
    panel = panel_of(outcome, on, weights)
    unit, week = np.nonzero(weights > 0)
    cells = pd.DataFrame({"unit": unit, "week": week, "y": outcome[unit, week], "n": weights[unit, week]})
    cells["d"] = on[unit, week]
    first = fixed_effects(panel, OPTIONS, "cr1")
    bare = first.inference.standard_error / np.sqrt(first.factor or 1.0)
    np.testing.assert_allclose(bare, by_pyfixest(cells, "CRV1"), rtol=1e-8)
    np.testing.assert_allclose(bare, by_dummies(cells), rtol=1e-8)
    departments = len(panel.units)
    jackknife = fixed_effects(panel, OPTIONS, "cr3").inference.standard_error
    share = (departments - 1) / departments
    np.testing.assert_allclose(jackknife / np.sqrt(share), by_pyfixest(cells, "CRV3"), rtol=1e-8)
    work: dict[str, Callable[[], object]] = {
        name: partial(fixed_effects, panel, OPTIONS, name) for name in REGRESSION
    }
    peers: dict[str, Callable[[], object]] = {
        CR1_PEER: lambda: by_pyfixest(cells, "CRV1"),
        CR3_PEER: lambda: by_pyfixest(cells, "CRV3"),
        DUMMIES: lambda: by_dummies(cells),
    }
    timings = timed(work | peers, RUNS)
    return Outcome(
        ratio=1000 * max(timings[name].median for name in REGRESSION),
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"{departments} departments x {outcome.shape[1]} weeks: cr1 and cr3 agree with peers to 1e-8",
    )


BENCHMARK = Benchmark(
    name="did_inference",
    limits={0: 30.0},
    side="at most",
    ratio_of="milliseconds of a two-way fit on the cube's weekly cells with the slowest inference",
    run=run,
)
