"""For every design and every inference: p-value and interval agree, and what must not matter does not.

Each pair is tried on the first kind of panel that it can judge; a pair that can judge none fails.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiments.estimate import Alternative, Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, WEIGHTED_BY_ENCOUNTERS
from experiments.fixed_effects import BY_CELL
from experiments.options import Options
from experiments.panel import Panel
from tests.design_panels import clinicians, panel_of
from tests.hypothesis_profiles import examples
from tests.simulated_panels import simulated

PAIRS = [(design, name) for design, one in sorted(ESTIMATORS.items()) for name in one.inferences]
SLOW = ("synthetic-control", "callaway-santanna", "sun-abraham", "etwfe", "stepped-wedge")
DRAWN = (
    "randomisation",
    "randomisation-t",
    "wild-bootstrap",
    "multiplier-bootstrap",
    "placebo-t",
    "placebo-rank",
)
"""Inferences that draw where there are too many assignments to go through: in another order, another draw."""
OF_COUNTS = ("rare-events",)
OF_MEANS = ("volunteers",)
"""A department's logarithm is that of the mean of its clinicians."""
pairs = st.sampled_from([pair for pair in PAIRS if pair[0] not in SLOW] * 4 + PAIRS)
seeds = st.integers(0, 2**20)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
scales = st.sampled_from(["absolute", "relative"])


def made(kind: str, design: str, seed: int) -> Panel:
    if kind == "one pilot":
        return simulated(28, 40, [20], seed=seed)
    if kind == "many":
        return simulated(40, 40, [10] * 9 + [15] * 9, seed=seed)
    if kind == "short":
        return simulated(12, 18, [9] * 3, seed=seed)
    if kind == "clinicians of one pilot":
        return clinicians(seed, ours=1, others=24)
    return panel_of(design, seed)


KINDS = ("its own", "one pilot", "many", "short", "clinicians of one pilot")


@cache
def kind_for(design: str, inference: str) -> str:
    """The first kind of panel that the inference can judge."""
    for kind in KINDS:
        try:
            found = fitted(made(kind, design, 1), design, inference)
        except Refused:
            continue
        return kind if isinstance(found, Estimate) else ""
    return ""


class Refused(Exception):
    """No estimate."""


def fitted(panel: Panel, design: str, inference: str, **asked: object) -> Estimate:
    options = Options(design=design, inference=inference, **asked)  # type: ignore[arg-type]
    found = ESTIMATORS[design].fit(panel, options)
    if isinstance(found, NotEstimable):
        raise Refused(found.reasons)
    return found


def tried(pair: tuple[str, str], seed: int, **asked: object) -> tuple[Panel, Estimate]:
    """A panel and its estimate; a seed whose data the inference refuses is passed over."""
    panel = made(kind_for(*pair), pair[0], seed)
    try:
        return panel, fitted(panel, *pair, **asked)
    except Refused:
        assume(False)
        raise


def lines(found: Estimate) -> Iterator[Estimate | Alternative]:
    yield found
    yield from (line for line in found.also if line.interval is not None and line.p_value is not None)


def assert_same(found: Estimate, plain: Estimate, inference: str, factor: float = 1.0) -> None:
    """The same effect, interval and p-value, in another unit of measurement."""
    size = factor * plain.standard_error
    assert found.effect == pytest.approx(factor * plain.effect, rel=1e-6, abs=1e-5 * size)
    drawn = inference in DRAWN
    # Five errors of a share out of the fewest draws there are, 499.
    slack = 5 * np.sqrt(plain.p_value * (1 - plain.p_value) / 499) if drawn else 1e-9
    assert found.p_value == pytest.approx(plain.p_value, rel=1e-4, abs=slack)
    ends = [factor * end for end in plain.interval]
    assert found.interval == pytest.approx(ends, rel=1e-5, abs=(0.5 if drawn else 1e-4) * size)


@pytest.mark.parametrize("pair", PAIRS, ids=" by ".join)
def test_every_inference_can_judge_something(pair):
    assert kind_for(*pair)


@examples(70)
@given(pair=pairs, seed=seeds, level=levels, scale=scales, shift=st.floats(-1, 1))
def test_the_estimate_is_inside_and_no_effect_where_the_p_value_says(pair, seed, level, scale, shift):
    asked = {} if pair[0] in OF_COUNTS else {"scale": scale}
    panel = made(kind_for(*pair), pair[0], seed)
    on = np.arange(len(panel.periods)) >= panel.first_treated[:, None]
    outcome = panel.outcome if pair[0] in OF_COUNTS else panel.outcome + on * (shift - 0.5)
    try:
        found = fitted(replace(panel, outcome=outcome), *pair, level=level, **asked)
    except Refused:
        assume(False)
        raise
    assert found.level == level
    for line in lines(found):
        low, high = line.interval
        assert low <= line.effect <= high
        assert found.scale == "absolute" or low >= -1
        # p and 1 - level can be equal to rounding.
        assert abs(line.p_value - 1 + level) < 1e-9 or (low <= 0 <= high) == (line.p_value >= 1 - level)


@examples(20)
@given(pair=pairs.filter(lambda pair: pair[0] not in (*OF_COUNTS, *OF_MEANS)), seed=seeds)
def test_relative_is_an_estimand_of_its_own_on_logarithms(pair, seed):
    """Its p-value and interval come from its own inversion, not from those of the absolute effect."""
    panel, relative = tried(pair, seed, scale="relative")
    logs = fitted(replace(panel, outcome=np.log(panel.outcome)), *pair)
    assert relative.p_value == logs.p_value
    assert relative.effect == pytest.approx(np.expm1(logs.effect), rel=1e-12)
    assert relative.interval == pytest.approx([np.expm1(end) for end in logs.interval], rel=1e-12)
    assert relative.standard_error == logs.standard_error


@examples(25)
@given(pair=pairs, seed=seeds, data=st.data())
def test_the_order_and_the_names_of_departments_do_not_matter(pair, seed, data):
    panel, plain = tried(pair, seed)
    order = data.draw(st.permutations(range(len(panel.units))))
    mixed = panel.only(np.ones(len(order), dtype=bool))
    for name in ("outcome", "weights", "first_treated", "exposure", "dose"):
        values = getattr(panel, name)
        mixed = replace(mixed, **{name: None if values is None else values[list(order)]})
    names = tuple(f"x{(7 * number) % 1009}" for number in order)
    clusters = tuple(f"y{panel.clusters[number]}" for number in order) if panel.clusters else ()
    found = fitted(replace(mixed, units=names, clusters=clusters), *pair)
    assert_same(found, plain, pair[1])


@examples(25)
@given(pair=pairs, seed=seeds, factor=st.floats(0.01, 1000), shift=st.floats(-20, 20))
def test_the_unit_of_measurement_does_not_matter(pair, seed, factor, shift):
    panel, plain = tried(pair, seed)
    if pair[0] in OF_COUNTS:
        found = fitted(replace(panel, exposure=factor * panel.exposure), *pair)
        assert_same(found, plain, pair[1])
        return
    found = fitted(replace(panel, outcome=factor * (panel.outcome + shift)), *pair)
    assert_same(found, plain, pair[1], factor)
    relative = fitted(panel, *pair, scale="relative")
    other = fitted(replace(panel, outcome=factor * panel.outcome), *pair, scale="relative")
    assert_same(other, relative, pair[1])


@examples(20)
@given(pair=pairs, seed=seeds)
def test_twice_the_rows_behind_every_cell_change_nothing_where_departments_count_equally(pair, seed):
    panel, plain = tried(pair, seed)
    twice = fitted(replace(panel, weights=2 * panel.weights), *pair)
    assert (twice.effect, twice.p_value, twice.interval) == (plain.effect, plain.p_value, plain.interval)
    one = panel.weights.copy()
    one[0] *= 2
    found = fitted(replace(panel, weights=one), *pair)
    assert (found.effect, found.p_value, found.interval) == (plain.effect, plain.p_value, plain.interval)


BY_ROWS = [pair for pair in PAIRS if pair[0] in WEIGHTED_BY_ENCOUNTERS]


@pytest.mark.parametrize("pair", BY_ROWS, ids=" by ".join)
def test_twice_the_rows_behind_every_cell_where_rows_count(pair):
    """The same effect. The error stays where departments are what is sampled, but for CR1's factor.

    Where every row is taken for a draw of its own (iid) twice as many rows are twice as much to go by. HC1 to
    HC3 take a cell for one draw, as weighted least squares does.
    """
    design, name = pair
    panel = made(kind_for(design, name) or "its own", design, 3)
    twice = replace(panel, weights=2 * panel.weights)
    try:
        plain = fitted(panel, design, name, weighting="encounters")
    except Refused:
        assert name not in (*BY_CELL, "cr1", "cr2", "cr3", "wild-bootstrap", "analytic")
        return
    found = fitted(twice, design, name, weighting="encounters")
    rows, effects, units = panel.weights.sum(), len(panel.periods), len(panel.units)
    factor = 1.0
    if name == "iid":
        factor = np.sqrt((rows - effects - units) / (2 * rows - effects - units))
    elif name in ("cr1", "wild-bootstrap"):
        small = [fitted(one, design, "cr1", weighting="encounters").diagnostics for one in (panel, twice)]
        factor = np.sqrt(small[1]["small_sample_factor"] / small[0]["small_sample_factor"])
    assert found.effect == pytest.approx(plain.effect, rel=1e-9)
    assert found.standard_error == pytest.approx(factor * plain.standard_error, rel=1e-7)
    if name != "iid" and plain.degrees_of_freedom is not None:
        assert found.degrees_of_freedom == pytest.approx(plain.degrees_of_freedom, rel=1e-6)


@pytest.mark.parametrize("pair", BY_ROWS, ids=" by ".join)
def test_twice_the_rows_of_one_pilot_department_move_the_effect_towards_its_own(pair):
    design, name = pair
    panel = made(kind_for(design, name) or "its own", design, 3)
    panel.outcome[0] += 5.0 * (np.arange(len(panel.periods)) >= panel.first_treated[0])
    one = panel.weights.copy()
    one[0] *= 2
    try:
        plain = fitted(panel, design, name, weighting="encounters")
    except Refused:
        assert name not in (*BY_CELL, "cr1", "cr2", "cr3", "wild-bootstrap", "analytic")
        return
    found = fitted(replace(panel, weights=one), design, name, weighting="encounters")
    assert found.effect > plain.effect + 0.01
