"""Whatever the family, season and panel: a broken line gives finite numbers or reasons."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.estimate import Estimate, NotEstimable
from experiments.estimators.comparative_its import fit as comparative
from experiments.estimators.interrupted_time_series import fit as alone
from experiments.options import Options
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from tests.hypothesis_profiles import examples
from tests.simulated_panels import weeks

options = st.builds(
    Options,
    inference=st.sampled_from(["auto", "auto", "waves-t", "blocks-t", "hac", "iid", "arima", "structural"]),
    scale=st.sampled_from(["absolute", "relative"]),
    run_in=st.sampled_from([0, 0, 4]),
    anticipation=st.sampled_from([0, 0, 3, 60]),
    family=st.sampled_from(["gaussian", "gaussian", "poisson", "binomial", "negative-binomial"]),
    its_model=st.sampled_from(["step", "slope", "both", "transfer", "forecast"]),
    season=st.sampled_from(["none", "none", "fourier:1", "fourier:6", "month"]),
    level=st.sampled_from([0.8, 0.95]),
)


@st.composite
def panels(draw):
    departments, periods = draw(st.integers(1, 4)), draw(st.integers(10, 130))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    exposure = rng.integers(1, 400, (departments, periods)).astype(float)
    cases = rng.binomial(exposure.astype(int), draw(st.sampled_from([0.0, 0.001, 0.3, 1.0]))).astype(float)
    kind = draw(st.sampled_from(["counts", "shares", "values"]))
    outcome = {"counts": cases, "shares": cases / exposure, "values": 5 + rng.normal(size=cases.shape)}[kind]
    outcome[rng.random(outcome.shape) < draw(st.sampled_from([0.0, 0.0, 0.02, 0.5]))] = np.nan
    start = st.sampled_from([NEVER, 1.0, periods // 2, periods // 2, periods // 2 + 3.0, periods - 1.0])
    return Panel(
        units=tuple(f"d{number}" for number in range(departments)),
        periods=draw(st.sampled_from([weeks(periods), tuple(map(str, range(periods)))])),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.array(
            draw(st.lists(start, min_size=departments, max_size=departments)), dtype=float
        ),
        exposure=draw(st.sampled_from([None, exposure, exposure])),
    )


@examples(200)
@given(panel=panels(), options=options, fit=st.sampled_from([alone, comparative]))
def test_a_result_or_reasons(panel, options, fit):
    found = fit(panel, options)
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    if isinstance(found, NotEstimable):
        assert found.reasons
        return
    assert isinstance(found, Estimate)
    lines = [(found.p_value, found.interval)]
    lines += [(line.p_value, line.interval) for line in found.also if line.interval is not None]
    for p_value, (low, high) in lines:
        # p and 1 - level can be equal to rounding.
        assert (
            p_value is None
            or abs(p_value - 1 + options.level) < 1e-9
            or ((low <= 0 <= high) == (p_value >= 1 - options.level))
        )


@examples(60)
@given(
    seed=st.integers(0, 2**20),
    factor=st.floats(0.01, 1000),
    shift=st.floats(-50, 50),
    model=st.sampled_from(["step", "slope", "both"]),
    inference=st.sampled_from(["waves-t", "blocks-t", "hac", "iid"]),
)
def test_units_levels_and_earlier_trends_do_not_matter(seed, factor, shift, model, inference):
    rng = np.random.default_rng(seed)
    outcome = rng.normal(size=(2, 50)).cumsum(axis=1) / 3
    panel = Panel(
        units=("a", "b"),
        periods=weeks(50),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.array([25.0, 25.0]),
    )
    asked = Options(its_model=model, inference=inference)
    moved = Panel(
        units=panel.units,
        periods=panel.periods,
        outcome=factor * (outcome + shift + 0.1 * shift * np.arange(50)),
        weights=panel.weights,
        first_treated=panel.first_treated,
    )
    plain, other = alone(panel, asked), alone(moved, asked)
    assert isinstance(plain, Estimate)
    assert isinstance(other, Estimate)
    # A trend of up to 250 is taken away from values of about 1: 1e-8 of what is left.
    assert abs(other.effect - factor * plain.effect) <= 1e-8 * factor * (1 + abs(plain.effect))
    assert abs(other.standard_error - factor * plain.standard_error) <= 1e-8 * factor * (
        1 + plain.standard_error
    )
