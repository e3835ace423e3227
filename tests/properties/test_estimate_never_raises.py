"""Whatever the panel: a result with finite numbers, or reasons; never an exception, never NaN."""

import json
from typing import get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.options import InferenceName, Options, Violations
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.simulated_panels import weeks

DEPARTURES = (
    Violations(kind="relative-magnitudes", sizes=(0.0, 1.0)),
    Violations(kind="smoothness", sizes=(0.0, 0.1)),
)

options = st.builds(
    Options,
    design=st.sampled_from(["auto", *ESTIMATORS]),
    inference=st.sampled_from([name for name in get_args(InferenceName) if name != "hac"]),
    scale=st.sampled_from(["absolute", "relative"]),
    run_in=st.sampled_from([0, 0, 3, 50]),
    weighting=st.sampled_from(["departments", "departments", "encounters"]),
    violations=st.sampled_from([(), (), DEPARTURES]),
)


@st.composite
def panels(draw):
    departments, periods = draw(st.integers(1, 9)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    outcome = draw(st.sampled_from([10.0, 0.0])) + rng.normal(size=(departments, periods))
    kind = draw(st.sampled_from(["noisy", "noisy", "constant", "rounded", "huge", "tiny"]))
    shaped = {
        "noisy": outcome,
        "constant": np.full_like(outcome, 3.0),
        "rounded": np.round(outcome),
        "huge": outcome * 1e12,
        "tiny": outcome * 1e-12,
    }[kind]
    missing = rng.random(outcome.shape) < draw(st.sampled_from([0.0, 0.0, 0.01, 0.3, 1.0]))
    start = st.sampled_from([NEVER, NEVER, -2.0, 0.0, 1.0, periods / 2 // 1, periods - 1.0, periods + 3.0])
    first = np.array(draw(st.lists(start, min_size=departments, max_size=departments)))
    outcome = np.where(missing, np.nan, shaped)
    return Panel(
        units=tuple(f"d{i}" for i in range(departments)),
        periods=weeks(periods),
        outcome=outcome,
        weights=np.where(missing, 0.0, rng.integers(1, 30, outcome.shape)),
        first_treated=first,
    )


@settings(max_examples=300, deadline=None)
@given(panel=panels(), options=options)
def test_a_result_or_reasons(panel, options):
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
