"""Designs about use, whatever the panel: a result or reasons; an effect of use that agrees with itself."""

import json
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.details import DoseDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.options import Options
from experiments.panel import Panel
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.hypothesis_profiles import examples
from tests.properties.test_estimate_never_raises import panels
from tests.simulated_panels import simulated

INFERENCES = ("auto", *ESTIMATORS["dose-response"].inferences)


def with_use(panel: Panel, rng: np.random.Generator, kind: str) -> Panel:
    shape = panel.outcome.shape
    after = np.arange(shape[1]) >= panel.first_treated[:, None]
    dose = {
        "shares": after * rng.random(shape),
        "yes or no": after * (rng.random((shape[0], 1)) < 0.6),
        "hardly": after * (rng.random(shape) < 0.02),
        "everywhere": rng.random(shape),
        "missing": np.where(rng.random(shape) < 0.1, np.nan, after * 0.5),
        "below zero": after * rng.normal(size=shape),
        "huge": after * rng.random(shape) * 1e9,
        "nobody": np.zeros(shape),
    }[kind]
    return replace(panel, dose=dose.astype(float))


KINDS = ("shares", "yes or no", "hardly", "everywhere", "missing", "below zero", "huge", "nobody")


@examples(150)
@given(
    panel=panels(()),
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 2**20),
    together=st.sampled_from([0, 0, 1, 2, 3]),
    options=st.builds(
        Options,
        design=st.sampled_from(["dose-response", "volunteers"]),
        inference=st.sampled_from(INFERENCES),
        scale=st.sampled_from(["absolute", "relative"]),
        run_in=st.sampled_from([0, 0, 3]),
    ),
)
def test_a_result_or_reasons(panel: Panel, kind: str, seed: int, together: int, options: Options) -> None:
    one = with_use(panel, np.random.default_rng(seed), kind)
    if together:
        one = replace(one, clusters=tuple(f"h{number // together}" for number in range(len(one.units))))
    found = estimate(one, options)
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    assert estimate_text(found, "en")
    assert isinstance(found, Estimate) or found.reasons


@examples(25)
@given(
    kind=st.sampled_from(["shares", "yes or no", "hardly", "below zero", "huge"]),
    seed=st.integers(0, 2**20),
    pilots=st.integers(1, 4),
    inference=st.sampled_from(["auto", "collapse-t", "pre-scaled-t"]),
    effect=st.sampled_from([0.0, 0.5, 3.0]),
    each=st.sampled_from([1, 3]),
)
def test_the_effect_of_use_agrees_with_intention_to_treat(
    kind: str, seed: int, pilots: int, inference: str, effect: float, each: int
) -> None:
    """One of its regions holds it, one holds zero exactly where p >= alpha, and p is that of the effect."""
    panel = simulated(9 * each, 40, [20] * pilots * each, effect=effect, seed=seed)
    one = with_use(panel, np.random.default_rng(seed), kind)
    if each > 1:
        one = replace(one, clusters=tuple(f"h{number // each}" for number in range(9 * each)))
    found = estimate(one, Options(design="dose-response", inference=inference))  # type: ignore[arg-type]
    if isinstance(found, NotEstimable):
        assert found.reasons[0].code in ("nobody_used", "use_alike")
        return
    assert isinstance(found.details, DoseDetails)
    use = found.details.effect_of_use
    assert np.isclose(use.p_value, found.p_value, rtol=1e-9)
    assert any(low <= use.effect <= high for low, high in use.regions)
    assert any(low <= 0 <= high for low, high in use.regions) == (use.p_value >= round(1 - 0.95, 12))
    ends = [end for region in use.regions for end in region]
    assert ends == sorted(ends)
