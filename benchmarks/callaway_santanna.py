"""Callaway and Sant'Anna on up to 2,000 departments and 104 weeks, beside diff-diff."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from experiments.details import StaggeredDetails
from experiments.estimate import Estimate
from experiments.estimators.callaway_santanna import ESTIMATOR
from experiments.options import Options
from experiments.panel import NEVER, Panel

DEPARTMENTS, WEEKS, STARTS = 2000, 104, tuple(range(20, 90, 7))
RUNS = 5
LIMIT_SECONDS = 0.5
OURS = "every cell and average, bands and bootstrap beside"
ANALYTIC, BOOTSTRAP = "diff-diff, analytic errors", "diff-diff, 999 draws"
SEED = 1


def panel(departments: int) -> Panel:
    """Random walks around a level; half of the departments start, in ten groups, and then improve by one."""
    rng = np.random.default_rng(SEED)
    number = np.arange(departments)
    first = np.where(number % 2, np.take(STARTS, number // 2, mode="wrap"), NEVER)
    on = np.arange(WEEKS) >= first[:, None]
    outcome = 50 + 0.3 * rng.normal(size=(departments, WEEKS)).cumsum(axis=1) - on
    return Panel(
        units=tuple(f"department {one}" for one in number),
        periods=tuple(str(week) for week in range(WEEKS)),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
    )


def ours(data: Panel) -> Estimate:
    """The whole answer, as the command line gives it."""
    found = ESTIMATOR.fit(data, Options(design="callaway-santanna", inference="analytic"))
    assert isinstance(found, Estimate)
    return found


def rows_of(data: Panel) -> pd.DataFrame:
    """The panel as the peer reads it."""
    departments, weeks = data.outcome.shape
    return pd.DataFrame(
        {
            "department": np.repeat(np.arange(departments), weeks),
            "week": np.tile(np.arange(weeks), departments),
            "outcome": data.outcome.ravel(),
            "first": np.repeat(np.where(np.isfinite(data.first_treated), data.first_treated, 0), weeks),
        }
    )


def theirs(rows: pd.DataFrame, draws: int = 0) -> Any:
    """The same effects and averages by diff-diff."""
    from diff_diff import CallawaySantAnna

    fit = CallawaySantAnna(base_period="universal", n_bootstrap=draws, seed=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit.fit(
            rows, outcome="outcome", unit="department", time="week", first_treat="first", aggregate="all"
        )


def agree(found: Estimate, peer: Any) -> None:
    """Every effect and error of the peer is ours to 1e-9."""
    assert isinstance(found.details, StaggeredDetails)
    cells = {(int(one.cohort), int(one.period)): one for one in found.details.group_time}
    for key, other in peer.group_time_effects.items():
        if np.isfinite(other["se"]):
            same(cells[int(key[0]), int(key[1])], other)
    averages = {one.name: one for one in found.details.aggregates}
    for name, effects in (("dynamic", peer.event_study_effects), ("group", peer.group_effects)):
        parts = {int(part.label): part for part in averages[name].parts}
        for label, other in effects.items():
            if np.isfinite(other["se"]):
                same(parts[int(label)], other)
    same(found, {"effect": peer.overall_att, "se": peer.overall_se})


def same(one: Any, other: Any) -> None:
    """Effect and error of one number."""
    np.testing.assert_allclose(
        [one.effect, one.standard_error], [other["effect"], other["se"]], rtol=1e-9, atol=1e-12
    )


def run(rows: int) -> Outcome:
    """Time ours and the peer in turns, on as many departments as there are rows for, at most 2,000."""
    data = panel(min(DEPARTMENTS, max(len(STARTS) * 8, rows // WEEKS)))
    frame = rows_of(data)
    found = ours(data)
    agree(found, theirs(frame))
    timings = timed(
        {
            OURS: lambda: ours(data),
            ANALYTIC: lambda: theirs(frame),
            BOOTSTRAP: lambda: theirs(frame, 999),
        },
        RUNS,
    )
    assert isinstance(found.details, StaggeredDetails)
    cells = len(found.details.group_time)
    return Outcome(
        ratio=timings[OURS].median / LIMIT_SECONDS,
        rows=rows,
        timings=tuple(timings.values()),
        checked=f"{len(data.units)} departments, {cells} effects: all agree with diff-diff to 1e-9",
    )


BENCHMARK = Benchmark(
    name="callaway_santanna",
    limits={0: 1.0},
    side="at most",
    ratio_of="time of all effects and averages of at most 2,000 departments and 104 weeks over 0.5 s",
    run=run,
)
