"""What must hold for every panel with several starts, whatever its numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.details import StaggeredDetails
from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS
from experiments.options import Options
from experiments.panel import NEVER, Panel
from tests.hypothesis_profiles import examples
from tests.simulated_panels import simulated

DESIGNS = ("sun-abraham", "imputation", "two-stage", "etwfe")
PERIODS = 12


def fitted(design: str, panel: Panel) -> Estimate:
    found = ESTIMATORS[design].fit(panel, Options(inference="jackknife-t"))
    assert isinstance(found, Estimate)
    return found


@st.composite
def panels(draw, starts=(4, 5, 7, 9)):
    """Some departments that start, at two dates at least when there are two, and four that never do."""
    first = draw(st.lists(st.sampled_from(starts), min_size=4, max_size=8))
    return simulated(len(first) + 4, PERIODS, first, seed=draw(st.integers(0, 2**20)))


def with_gaps(panel: Panel, seed: int) -> Panel:
    """A twentieth of the cells without a value, never in the week before a start."""
    gone = np.random.default_rng(seed).random(panel.outcome.shape) < 0.05
    gone[:, 3] = False
    gone[np.arange(PERIODS) == panel.first_treated[:, None] - 1] = False
    gone[~panel.treated] = False
    return replace(panel, outcome=np.where(gone, np.nan, panel.outcome))


@examples(20)
@given(panel=panels(starts=(6,)))
def test_with_one_start_all_are_the_change_against_the_change(panel):
    """Sun and Abraham measure from the last week before the start, the others from all weeks before it."""
    ours, others = panel.outcome[panel.treated], panel.outcome[~panel.treated]

    def difference(after: np.ndarray, before: np.ndarray) -> float:
        changes = [group[:, after].mean() - group[:, before].mean() for group in (ours, others)]
        return float(changes[0] - changes[1])

    weeks = np.arange(PERIODS)
    all_before = difference(weeks >= 6, weeks < 6)
    for design in ("imputation", "two-stage", "etwfe"):
        assert fitted(design, panel).effect == pytest.approx(all_before, rel=1e-9, abs=1e-10)
    last = difference(weeks >= 6, weeks == 5)
    assert fitted("sun-abraham", panel).effect == pytest.approx(last, rel=1e-9, abs=1e-10)
    plain = ESTIMATORS["difference-in-differences"].fit(panel, Options(inference="jackknife-t"))
    assert isinstance(plain, Estimate)
    found = fitted("imputation", panel)
    assert found.effect == pytest.approx(plain.effect, rel=1e-9, abs=1e-10)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=1e-8)
    assert found.degrees_of_freedom == pytest.approx(plain.degrees_of_freedom, rel=1e-6)


@examples(15)
@given(panel=panels(), seed=st.integers(0, 2**20), design=st.sampled_from(DESIGNS))
def test_order_and_names_of_departments_do_not_matter(panel, seed, design):
    panel = with_gaps(panel, seed)
    order = np.random.default_rng(seed).permutation(len(panel.units))
    mixed = replace(panel.only(np.ones(len(order), dtype=bool)), units=tuple(f"x{i}" for i in order))
    mixed = replace(
        mixed,
        outcome=panel.outcome[order],
        weights=panel.weights[order],
        first_treated=panel.first_treated[order],
    )
    one, other = fitted(design, panel), fitted(design, mixed)
    assert other.effect == pytest.approx(one.effect, rel=1e-9, abs=1e-10)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-8)


@examples(15)
@given(panel=panels(), seed=st.integers(0, 2**20), design=st.sampled_from(DESIGNS))
def test_levels_of_departments_and_weeks_do_not_matter(panel, seed, design):
    panel = with_gaps(panel, seed)
    rng = np.random.default_rng(seed)
    shift = rng.normal(scale=20, size=(len(panel.units), 1)) + rng.normal(scale=20, size=PERIODS)
    one, other = fitted(design, panel), fitted(design, replace(panel, outcome=panel.outcome + shift))
    assert other.effect == pytest.approx(one.effect, rel=1e-8, abs=1e-9)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-7)


@examples(15)
@given(panel=panels(), factor=st.floats(0.01, 1000), design=st.sampled_from(DESIGNS))
def test_the_unit_of_measurement_scales_everything(panel, factor, design):
    one, other = fitted(design, panel), fitted(design, replace(panel, outcome=panel.outcome * factor))
    assert other.effect == pytest.approx(one.effect * factor, rel=1e-9, abs=1e-10)
    assert other.interval == pytest.approx([bound * factor for bound in one.interval], rel=1e-8, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-7)


@examples(15)
@given(panel=panels(), design=st.sampled_from(DESIGNS))
def test_no_effect_lies_in_the_interval_where_the_p_value_says_so(panel, design):
    found = fitted(design, panel)
    low, high = found.interval
    assert low < found.effect < high
    assert (low <= 0 <= high) == (found.p_value >= 0.05)
    assert isinstance(found.details, StaggeredDetails)


@examples(15)
@given(panel=panels(), size=st.floats(-5, 5), design=st.sampled_from(DESIGNS))
def test_a_lasting_effect_more_moves_the_estimate_by_as_much(panel, size, design):
    on = np.arange(PERIODS) >= np.where(panel.treated, panel.first_treated, NEVER)[:, None]
    one = fitted(design, panel)
    other = fitted(design, replace(panel, outcome=panel.outcome + size * on))
    assert other.effect == pytest.approx(one.effect + size, rel=1e-9, abs=1e-9)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-8)
