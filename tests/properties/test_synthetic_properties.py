"""Synthetic designs on large panels: finite numbers or reasons, and what follows from them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.options import Options
from experiments.panel import NEVER, Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.hypothesis_profiles import examples
from tests.simulated_panels import weeks

DESIGNS = ("synthetic-control", "synthetic-did")


@st.composite
def panels(draw):
    """10 to 24 departments, one or two pilots, few to many weeks; noisy, coarse, huge, tiny, with twins."""
    departments, periods = draw(st.integers(10, 24)), draw(st.integers(26, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    outcome = draw(st.sampled_from([10.0, 10.0, 0.0])) + rng.normal(size=(departments, periods))
    kind = draw(st.sampled_from(["noisy", "rounded", "huge", "tiny", "walk", "twins", "counts"]))
    shaped = {
        "noisy": outcome,
        "rounded": np.round(outcome),
        "huge": outcome * 1e12,
        "tiny": outcome * 1e-12,
        "walk": np.cumsum(outcome, axis=1),
        "twins": outcome[np.arange(departments) // 2],
        "counts": rng.poisson(0.3, outcome.shape).astype(float),
    }[kind]
    missing = rng.random(outcome.shape) < draw(st.sampled_from([0.0, 0.0, 0.003]))
    starts = [periods // 2, 12, periods - 1]
    first = np.full(departments, NEVER)
    first[0] = draw(st.sampled_from(starts))
    first[1] = draw(st.sampled_from([first[0], first[0], first[0], NEVER, *starts]))
    covariates = draw(st.integers(0, 9)) == 9
    return Panel(
        units=tuple(f"d{i}" for i in range(departments)),
        periods=weeks(periods),
        outcome=np.where(missing, np.nan, shaped),
        weights=np.where(missing, 0.0, 5.0),
        first_treated=first,
        covariates={"trait": rng.normal(size=outcome.shape)} if covariates else {},
    )


options = st.builds(
    Options,
    design=st.sampled_from(DESIGNS),
    scale=st.sampled_from(["absolute", "absolute", "relative"]),
    run_in=st.sampled_from([0, 0, 2]),
    level=st.sampled_from([0.95, 0.9, 0.5]),
)


@examples(35)
@given(panel=panels(), options=options)
def test_finite_numbers_or_reasons(panel, options):
    found = estimate(panel, options)
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    assert estimate_text(found, "en")
    if isinstance(found, NotEstimable):
        assert found.reasons
        return
    assert isinstance(found, Estimate)
    low, high = found.interval
    assert np.isfinite([found.effect, low, high]).all()
    assert low <= found.effect <= high
    assert found.standard_error > 0
    assert (found.p_value >= round(1 - found.level, 12)) == (low <= 0 <= high)
    assert sum(one.weight for one in found.details.units) == pytest.approx(1, abs=1e-4)


@examples(20)
@given(panel=panels(), options=options, seed=st.integers(0, 100))
def test_order_of_departments_does_not_matter(panel, options, seed):
    order = np.random.default_rng(seed).permutation(len(panel.units))
    turned = replace(
        panel.only(np.ones(len(panel.units), dtype=bool)),
        units=tuple(panel.units[i] for i in order),
        outcome=panel.outcome[order],
        weights=panel.weights[order],
        first_treated=panel.first_treated[order],
        covariates={name: values[order] for name, values in panel.covariates.items()},
    )
    ours, theirs = estimate(panel, options), estimate(turned, options)
    if isinstance(ours, Estimate) and isinstance(theirs, Estimate):
        # Twins share their weight within 1e-5 only, and their outcomes after the start differ in nothing.
        assert theirs.effect == pytest.approx(ours.effect, rel=1e-4, abs=1e-4 * ours.standard_error)
    else:
        assert isinstance(ours, NotEstimable) == isinstance(theirs, NotEstimable)
