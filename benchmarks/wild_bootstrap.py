"""The exact wild cluster bootstrap with its interval, beside the same by diff-diff."""

import warnings

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from experiments.inference.two_way import two_way
from experiments.inference.wild_bootstrap import wild_bootstrap

DEPARTMENTS, WEEKS, START, TREATED = 12, 104, 52, 3
RUNS = 9
OURS, FITTED = "2,048 sign vectors, with interval", "the same, with the two-way fit before it"
PEER = "diff-diff: 4,096 sign vectors, with interval"


def panel() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, use of the tool and rows behind each cell."""
    rng = np.random.default_rng(1)
    shape = (DEPARTMENTS, WEEKS)
    on = np.outer(np.arange(DEPARTMENTS) < TREATED, np.arange(WEEKS) >= START).astype(float)
    outcome = 20 + rng.normal(size=(DEPARTMENTS, 1)) + rng.normal(size=shape) + 0.2 * on
    return outcome, on, rng.integers(50, 400, shape).astype(float)


def peer(outcome: np.ndarray, on: np.ndarray) -> float:
    """The p-value by diff-diff, unweighted."""
    from diff_diff import wild_bootstrap_se

    unit, week = (part.ravel() for part in np.indices(outcome.shape))
    effects = pd.get_dummies(pd.DataFrame({"unit": unit, "week": week}).astype("category"), drop_first=True)
    x = np.column_stack([on.ravel(), np.ones(on.size), effects.to_numpy(float)])
    y = outcome.ravel()
    with warnings.catch_warnings(action="ignore"):
        found = wild_bootstrap_se(x, y, y, unit, 0, n_bootstrap=2**DEPARTMENTS)
    return float(found.p_value)


def run(rows: int) -> Outcome:
    """Time them in turns; the rows behind the cells play no part."""
    outcome, on, weights = panel()
    own = np.arange(DEPARTMENTS)
    plain = two_way(outcome, on, np.ones_like(outcome))
    # It counts draws that exceed the actual one; ours also the two that are it, and its mirror image.
    ours, theirs = wild_bootstrap(plain, own, 0.95, 1).p_value, peer(outcome, on) + 2 / 2**DEPARTMENTS
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    weighted = two_way(outcome, on, weights)
    timings = timed(
        {
            OURS: lambda: wild_bootstrap(weighted, own, 0.95, 1),
            FITTED: lambda: wild_bootstrap(two_way(outcome, on, weights), own, 0.95, 1),
            PEER: lambda: peer(outcome, on),
        },
        RUNS,
    )
    return Outcome(
        ratio=1000 * timings[OURS].median,
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"p {ours:.6f}, unweighted: both agree to 1e-12",
    )


BENCHMARK = Benchmark(
    name="wild_bootstrap",
    limits={0: 20.0},
    side="at most",
    ratio_of="milliseconds of the exact bootstrap of 12 clusters x 104 weeks, p-value and interval",
    run=run,
)
