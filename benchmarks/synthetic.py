"""Synthetic control and synthetic DiD with all their placebos, beside diff-diff on the same panel."""

import warnings

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from experiments.inference.placebo_rank import placebo_rank
from experiments.inference.randomisation import assignments
from experiments.inference.synthetic_control import Series, gaps
from experiments.inference.synthetic_did import Cohort, penalty, placebo_effects, synthetic_did

DEPARTMENTS, WEEKS, BEFORE, TREATED = 20, 104, 52, 3
RUNS = 3
CONTROL, CONTROL_PEER = "synthetic control, 1,140 placebos", "diff-diff: one pilot, 19 placebos"
DID, DID_PEER = "synthetic DiD, 200 placebos", "diff-diff: synthetic DiD, 200 placebos"


def panel() -> np.ndarray:
    """Departments that follow two shared drifting factors, each in its own measure, and noise."""
    rng = np.random.default_rng(1)
    drift = rng.normal(size=(2, WEEKS)).cumsum(axis=1) / 2
    found = 20 + rng.normal(size=(DEPARTMENTS, 2)) @ drift + rng.normal(size=(DEPARTMENTS, WEEKS)) / 2
    return np.asarray(found)


def control(outcome: np.ndarray, treated: int) -> float:
    """The effect, with its rank among all choices of as many pilots."""
    chosen = np.arange(DEPARTMENTS) < treated
    series = Series(outcome=outcome, n_before=BEFORE, predictors=np.empty((DEPARTMENTS, 0)))
    return placebo_rank(gaps(series, assignments(chosen, 1)), 1.0, 0.95).inference.effect


def did(outcome: np.ndarray) -> float:
    """The effect, with the spread of placebo effects."""
    cohort = Cohort(controls=outcome[TREATED:], treated=outcome[:TREATED], n_before=BEFORE)
    placebo_effects([cohort], [penalty(cohort)], 1)
    return synthetic_did(cohort, penalty(cohort)).effect


def control_peer(frame: pd.DataFrame) -> float:
    """The same by diff-diff, which follows one treated department."""
    from diff_diff import SyntheticControl

    model = SyntheticControl(v_method="custom", custom_v=np.ones(BEFORE), standardize="none")
    kept = frame[~frame["unit"].between(1, TREATED - 1)]
    with warnings.catch_warnings(action="ignore"):
        found = model.fit(
            kept,
            outcome="y",
            treatment="on",
            unit="unit",
            time="week",
            pre_period_outcomes="all",
            treated_unit=0,
        )
        found.in_space_placebo()
    return float(found.att)


def did_peer(frame: pd.DataFrame) -> float:
    """The same by diff-diff."""
    from diff_diff import SyntheticDiD

    with warnings.catch_warnings(action="ignore"):
        found = SyntheticDiD(seed=1, n_bootstrap=200).fit(
            frame,
            outcome="y",
            treatment="ever",
            unit="unit",
            time="week",
            post_periods=list(range(BEFORE, WEEKS)),
        )
    return float(found.att)


def run(rows: int) -> Outcome:
    """Time them in turns; the rows behind the cells play no part."""
    outcome = panel()
    unit, week = np.repeat(np.arange(DEPARTMENTS), WEEKS), np.tile(np.arange(WEEKS), DEPARTMENTS)
    ever = (unit < TREATED).astype(int)
    frame = pd.DataFrame({"unit": unit, "week": week, "y": outcome.ravel(), "ever": ever})
    frame["on"] = ever * (week >= BEFORE)
    ours, theirs = did(outcome), did_peer(frame)
    # The peer stops its search early (docs of the tests); the noise is 0.5.
    np.testing.assert_allclose(ours, theirs, atol=0.05)
    timings = timed(
        {
            CONTROL: lambda: control(outcome, TREATED),
            DID: lambda: did(outcome),
            CONTROL_PEER: lambda: control_peer(frame),
            DID_PEER: lambda: did_peer(frame),
        },
        RUNS,
    )
    return Outcome(
        ratio=max(timings[CONTROL].median, timings[DID].median),
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"synthetic DiD {ours:.4f}, diff-diff {theirs:.4f}",
    )


BENCHMARK = Benchmark(
    name="synthetic",
    limits={0: 1.0},
    side="at most",
    ratio_of="seconds of the slower of the two, 3 of 20 departments treated, 104 weeks, with all placebos",
    run=run,
)
