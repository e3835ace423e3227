"""A whole evaluation of one pilot of the demo hospital: every KPI of its plan with all checks.

The time holds the reading of the cube and the looking for changes of the ruler.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.benchmark import Benchmark, Outcome, timed
from storage import cube, repository
from workflows.demo import build_demo
from workflows.evaluate import computed
from workflows.opening import open_workspace

LIMIT = 5.0
RUNS = 3


def run(rows: int) -> Outcome:
    """Evaluate every pilot in turns, from the published cube; the slowest counts."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        build_demo(Path(folder), rows=rows)
        workspace = open_workspace(Path(folder))
        version = cube.current(workspace)
        pilots = {one.pilot.id: one for one in repository.registered(workspace)}
        work = {name: partial(computed, workspace, one, version, None) for name, one in pilots.items()}
        first = {name: call() for name, call in work.items()}
        timings = timed(work, RUNS)
        workspace.engine.dispose()
    slowest = max(timings.values(), key=lambda one: one.median)
    results = first[slowest.name].results
    checks = sum(len(one.result.checks) for one in results if one.result is not None)
    return Outcome(
        ratio=slowest.median / LIMIT,
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"slowest: {slowest.name} with {len(results)} KPIs and {checks} checks",
    )


BENCHMARK = Benchmark(
    name="evaluate",
    limits={0: 1.0},
    side="at most",
    ratio_of=f"time of evaluating the slowest pilot of the demo hospital over {LIMIT:.0f} s",
    run=run,
)
