"""A hundred analyses of one panel: pretended starts, every department left out, event studies."""

from collections.abc import Iterator

import numpy as np

from benchmarks.benchmark import Benchmark, Outcome, timed
from experiments.estimate import Estimate, Result
from experiments.estimating import event_study, fitted
from experiments.options import DesignName, Options
from experiments.panel import NEVER, Panel

LIMIT, RUNS = 3.0, 5
DEPARTMENTS, PILOTS, WEEKS, START = 20, 3, 104, 52
PLACEBOS, STUDIES = 60, 20
DESIGN: DesignName = "difference-in-differences"


def panel() -> Panel:
    """Twenty departments over two years with AR(1) noise."""
    rng = np.random.default_rng(7)
    outcome = rng.normal(size=(DEPARTMENTS, WEEKS))
    for week in range(1, WEEKS):
        outcome[:, week] += 0.5 * outcome[:, week - 1]
    return Panel(
        units=tuple(f"d{number}" for number in range(DEPARTMENTS)),
        periods=tuple(str(week) for week in range(WEEKS)),
        outcome=20 + outcome,
        weights=np.ones_like(outcome),
        first_treated=np.where(np.arange(DEPARTMENTS) < PILOTS, float(START), NEVER),
    )


def analyses(one: Panel) -> Iterator[Result | tuple[object, ...]]:
    """Sixty pretended starts, twenty departments left out, twenty event studies."""
    options = Options(design=DESIGN)
    for number in range(PLACEBOS):
        start = 12.0 + number % 80
        moved = np.where(np.isfinite(one.first_treated), start, NEVER)
        yield fitted(_started(one, moved), options, DESIGN)
    for number in range(DEPARTMENTS):
        yield fitted(one.only(np.arange(DEPARTMENTS) != number), options, DESIGN)
    for number in range(STUDIES):
        yield event_study(one, Options(design=DESIGN, run_in=number % 8))


def _started(one: Panel, first: np.ndarray) -> Panel:
    return Panel(
        units=one.units,
        periods=one.periods,
        outcome=one.outcome,
        weights=one.weights,
        first_treated=first,
    )


def run(rows: int) -> Outcome:
    """Time all of them; the panel stands for any number of rows, which the cube has summed."""
    one = panel()
    found = list(analyses(one))
    estimated = sum(isinstance(result, Estimate) for result in found)
    assert len(found) == PLACEBOS + DEPARTMENTS + STUDIES
    timings = timed({"a hundred analyses": lambda: list(analyses(one))}, RUNS)
    return Outcome(
        ratio=timings["a hundred analyses"].median / LIMIT,
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"{estimated} estimates with all their inferences, {STUDIES} event studies",
    )


BENCHMARK = Benchmark(
    name="hundred_analyses",
    limits={0: 1.0},
    side="at most",
    ratio_of=f"time of a hundred analyses over {LIMIT:.0f} s",
    run=run,
)
