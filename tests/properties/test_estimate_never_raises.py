"""Whatever the panel: a result with finite numbers, or reasons; never an exception, never NaN."""

import json
from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.options import (
    Aggregation,
    BasePeriod,
    Comparison,
    Family,
    InferenceName,
    Options,
    SegmentedModel,
    Violations,
)
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.hypothesis_profiles import examples
from tests.simulated_panels import weeks

DEPARTURES = (
    Violations(kind="relative-magnitudes", sizes=(0.0, 1.0)),
    Violations(kind="smoothness", sizes=(0.0, 0.1)),
)

SEASONS = ("none", "none", "month", "fourier:1", "fourier:6")


def asked(design: str) -> st.SearchStrategy[Options]:
    """Options for one design: its own inferences and settings mostly, sometimes those of others.

    A setting that a design does not read is refused before anything is computed, so that most options of one
    that is not its own would try nothing.
    """
    estimator = ESTIMATORS.get(design)
    own = ("auto", *estimator.inferences) if estimator else ("auto",)
    reads = estimator.settings if estimator else ()

    def chosen(setting: str, values: Sequence[object]) -> st.SearchStrategy[object]:
        default = getattr(Options(), setting)
        return st.sampled_from([default, *values]) if setting in reads else st.just(default)

    return st.builds(
        Options,
        design=st.just(design),
        inference=st.one_of(*3 * [st.sampled_from(own)], st.sampled_from(get_args(InferenceName))),
        scale=st.sampled_from(["absolute", "relative"]),
        run_in=st.sampled_from([0, 0, 3, 50]),
        weighting=st.sampled_from(["departments", "departments", "encounters"]),
        level=st.sampled_from([0.95, 0.95, 0.5, 0.999]),
        seed=st.sampled_from([1, 0, 2**40]),
        violations=chosen("violations", [(), DEPARTURES]),
        family=chosen("family", get_args(Family)),
        its_model=chosen("its_model", get_args(SegmentedModel)),
        season=chosen("season", SEASONS),
        comparison=chosen("comparison", get_args(Comparison)),
        base=chosen("base", get_args(BasePeriod)),
        anticipation=chosen("anticipation", [0, 1, 4, 60]),
        aggregate=chosen("aggregate", get_args(Aggregation)),
    )


SHAPES: dict[str, Callable[[np.random.Generator, np.ndarray], np.ndarray]] = {
    "noisy": lambda _, outcome: outcome,
    "constant": lambda _, outcome: np.full_like(outcome, 3.0),
    "still departments": lambda _, outcome: np.where(np.arange(len(outcome))[:, None] < 2, 3.0, outcome),
    "rounded": lambda _, outcome: np.round(outcome),
    "huge": lambda _, outcome: outcome * 1e12,
    "tiny": lambda _, outcome: outcome * 1e-12,
    "counts": lambda rng, outcome: rng.poisson(3.0, outcome.shape).astype(float),
    "rare": lambda rng, outcome: rng.poisson(0.05, outcome.shape).astype(float),
    "shares": lambda rng, outcome: rng.integers(0, 6, outcome.shape) / 5,
    "outliers": lambda rng, outcome: np.exp(6 * rng.normal(size=outcome.shape)),
    "infinite": lambda rng, outcome: np.where(rng.random(outcome.shape) < 0.05, np.inf, outcome),
}


@st.composite
def panels(draw: st.DrawFn, reads: Sequence[str]) -> Panel:
    """From one department and period on, with what the design reads beside the outcome."""
    departments, periods = draw(st.integers(1, 14)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    noise = draw(st.sampled_from([10.0, 0.0])) + rng.normal(size=(departments, periods))
    outcome = SHAPES[draw(st.sampled_from([*3 * ["noisy"], *SHAPES]))](rng, noise)
    missing = rng.random(outcome.shape) < draw(st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0]))
    middle = periods // 2
    start = st.sampled_from([NEVER, NEVER, NEVER, middle, middle, middle + 2, -2.0, 0.0, 1.0, periods - 1.0])
    first = np.array(draw(st.lists(start, min_size=departments, max_size=departments)), dtype=float)
    weights = rng.integers(draw(st.sampled_from([0, 1, 1])), 30, outcome.shape) + 0.0
    size = outcome.shape

    def beside(setting: str, values: Sequence[np.ndarray]) -> np.ndarray | None:
        return draw(st.sampled_from([None, *values])) if setting in reads else None

    holes = np.where(rng.random(size) < 0.1, np.nan, rng.normal(size=size))
    covariate = beside("covariates", [rng.normal(size=size), holes, np.ones(size), np.indices(size)[1] + 0.0])
    on = np.arange(periods) >= first[:, None]
    grouped = "cluster" in reads and draw(st.booleans())
    kinds = "subgroup" in reads and draw(st.sampled_from([False, False, True]))
    return Panel(
        units=tuple(f"d{i}" for i in range(departments)),
        periods=draw(st.sampled_from([weeks(periods), tuple(map(str, range(periods)))])),
        outcome=np.where(missing, np.nan, outcome),
        weights=np.where(missing, 0.0, weights),
        first_treated=first,
        clusters=tuple(f"c{i // 2}" for i in range(departments)) if grouped else (),
        subgroups=tuple(f"k{i % 3}" for i in range(departments)) if kinds else (),
        exposure=beside("exposure", [np.full(size, 5.0), rng.integers(0, 400, size) + 0.0]),
        dose=beside("dose", [on * rng.random(size), on * 1.0, rng.random(size)]),
        covariates={} if covariate is None else {"age": covariate},
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Panel, Options]:
    design = draw(st.sampled_from(["auto", *ESTIMATORS]))
    reads = ESTIMATORS[design].settings if design in ESTIMATORS else ()
    return draw(panels(reads)), draw(asked(design))


@examples(300)
@given(case=cases())
def test_a_result_or_reasons(case):
    panel, options = case
    found = estimate(panel, options)
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    assert estimate_text(found, "en")
    if isinstance(found, NotEstimable):
        assert found.reasons
        return
    assert isinstance(found, Estimate)
    assert np.isfinite([found.effect, found.standard_error, *found.interval]).all()
    assert 0 <= found.p_value <= 1
    assert found.interval[0] <= found.effect <= found.interval[1]
    assert found.standard_error > 0
