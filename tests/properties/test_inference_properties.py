"""0 in the interval exactly when p >= alpha, and the estimate ignores what it should ignore."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS
from experiments.fixed_effects import REGRESSION
from experiments.options import Options
from experiments.panel import Panel
from tests.hypothesis_profiles import examples
from tests.simulated_panels import simulated

ONE_START = (
    "scaled-ewc-t",
    "collapse-t",
    "jackknife-t",
    "randomisation",
    "randomisation-t",
    "pre-scaled-t",
    "blocks-t",
    "hac",
    *REGRESSION,
)

designs = st.sampled_from(
    [("difference-in-differences", name) for name in (*ONE_START, "placebo-rank")]
    + [("staggered", name) for name in ("randomisation-t", "randomisation", "jackknife-t")]
    + [("before-after", name) for name in ("blocks-t", "collapse-t")]
    + [("event-study", "auto")]
)
sizes = st.floats(-1.0, 1.0, allow_nan=False)
seeds = st.integers(0, 2**20)


def fitted(panel: Panel, design: str, inference: str, **options) -> Estimate:
    found = ESTIMATORS[design].fit(panel, Options(design=design, inference=inference, **options))
    assert isinstance(found, Estimate), found
    return found


DEPARTMENTS = {"placebo-rank": {"ours": 1, "others": 24}}


def made(design: str, effect: float, seed: int, ours: int = 3, others: int = 7) -> Panel:
    starts = [16 + 4 * (i % 3) for i in range(ours)] if design == "staggered" else [20] * ours
    return simulated(ours + others, 40, starts, effect=effect, seed=seed)


@examples(150)
@given(design=designs, effect=sizes, seed=seeds, level=st.sampled_from([0.8, 0.9, 0.95]))
def test_zero_is_inside_exactly_when_p_is_at_least_alpha(design, effect, seed, level):
    found = fitted(made(design[0], effect, seed, **DEPARTMENTS.get(design[1], {})), *design, level=level)
    lines = [(found.p_value, found.interval)]
    lines += [(line.p_value, line.interval) for line in found.also if line.interval is not None]
    for p_value, (low, high) in lines:
        # p and 1 - level can be equal for a randomisation test: compare with rounding error allowed.
        assert (low <= 0 <= high) == (p_value >= 1 - level - 1e-9)


@examples(60)
@given(design=designs, seed=seeds, factor=st.floats(0.01, 1000), shock=st.integers(0, 2**20))
def test_period_effects_department_levels_and_units_do_not_matter(design, seed, factor, shock):
    panel = made(design[0], 0.3, seed, **DEPARTMENTS.get(design[1], {}))
    rng = np.random.default_rng(shock)
    moved = panel.outcome + 5 * rng.normal(size=(len(panel.units), 1))
    if design[0] != "before-after":
        moved = moved + 3 * rng.normal(size=len(panel.periods))
    plain = fitted(panel, *design)
    other = fitted(replace(panel, outcome=factor * moved), *design)
    assert other.effect == pytest.approx(factor * plain.effect, rel=1e-6, abs=1e-9 * factor)
    assert other.p_value == pytest.approx(plain.p_value, rel=1e-5, abs=1e-12)
    assert other.standard_error == pytest.approx(factor * plain.standard_error, rel=1e-6)


@examples(40)
@given(design=designs, seed=seeds, shift=sizes)
def test_a_constant_effect_shifts_estimate_and_interval_and_leaves_the_error(design, seed, shift):
    plain = fitted(made(design[0], 0.0, seed, **DEPARTMENTS.get(design[1], {})), *design)
    moved = fitted(made(design[0], shift, seed, **DEPARTMENTS.get(design[1], {})), *design)
    assert moved.effect - plain.effect == pytest.approx(shift, abs=1e-9)
    assert moved.interval[0] - plain.interval[0] == pytest.approx(shift, abs=1e-6)
    assert moved.interval[1] - plain.interval[1] == pytest.approx(shift, abs=1e-6)


@examples(12)
@given(seed=seeds, order=st.permutations(range(10)))
def test_the_order_of_departments_does_not_matter(seed, order):
    panel = made("difference-in-differences", 0.4, seed)
    shuffled = Panel(
        units=tuple(panel.units[i] for i in order),
        periods=panel.periods,
        outcome=panel.outcome[list(order)],
        weights=panel.weights[list(order)],
        first_treated=panel.first_treated[list(order)],
    )
    for name in ONE_START:
        plain = fitted(panel, "difference-in-differences", name)
        other = fitted(shuffled, "difference-in-differences", name)
        assert other.effect == pytest.approx(plain.effect, rel=1e-9)
        assert other.p_value == pytest.approx(plain.p_value, rel=1e-7)
