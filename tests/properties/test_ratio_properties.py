"""Counts and shares: p and interval agree, what should not matter does not, and bad data get reasons."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import ESTIMATORS, estimate
from experiments.options import Options, Violations
from experiments.panel import NEVER, Panel
from experiments.ratio_result import INFERENCES
from reports.estimate_json import estimate_json
from reports.estimate_text import estimate_text
from tests.hypothesis_profiles import examples
from tests.simulated_panels import weeks

TRENDS = (Violations(kind="smoothness", sizes=(0.1,)),)
families = st.sampled_from(["poisson", "binomial"])
seeds = st.integers(0, 2**20)


def counted(family: str, seed: int, *, effect: float = 0.2, ours: int = 3, others: int = 5) -> Panel:
    """Counts out of 5 to 60 cases; a share of them where the family is binomial."""
    rng = np.random.default_rng(seed)
    shape, start = (ours + others, 20), 10
    on = np.outer(np.arange(shape[0]) < ours, np.arange(shape[1]) >= start)
    cases = rng.integers(5, 60, shape).astype(float)
    odds = np.exp(-0.7 + 0.3 * rng.normal(size=(shape[0], 1)) + 0.2 * rng.normal(size=shape[1]) + effect * on)
    events = rng.binomial(cases.astype(int), odds / (1 + odds)).astype(float)
    return Panel(
        units=tuple(f"d{number}" for number in range(shape[0])),
        periods=weeks(shape[1]),
        outcome=events / cases if family == "binomial" else events,
        weights=np.ones(shape),
        first_treated=np.where(np.arange(shape[0]) < ours, float(start), NEVER),
        exposure=cases,
    )


def fitted(panel: Panel, family: str, inference: str = "auto", level: float = 0.95) -> Estimate:
    options = Options(family=family, inference=inference, level=level)  # type: ignore[arg-type]
    found = ESTIMATORS["difference-in-differences"].fit(panel, options)
    assert isinstance(found, Estimate), found
    return found


def refused(panel: Panel, family: str, **options) -> tuple[str, ...]:
    found = estimate(panel, Options(design="difference-in-differences", family=family, **options))
    assert isinstance(found, NotEstimable), found
    return tuple(reason.code for reason in found.reasons)


@examples(60)
@given(
    family=families,
    seed=seeds,
    effect=st.floats(-0.6, 0.6),
    inference=st.sampled_from(list(INFERENCES)),
    level=st.sampled_from([0.8, 0.95]),
)
def test_zero_is_inside_exactly_when_p_is_at_least_alpha(family, seed, effect, inference, level):
    found = fitted(counted(family, seed, effect=effect), family, inference, level)
    for line in (found, *found.also):
        low, high = line.interval
        assert low <= line.effect <= high
        assert (low <= 0 <= high) == (line.p_value >= 1 - level)


@examples(25)
@given(
    family=families, seed=seeds, order=st.permutations(range(8)), factor=st.sampled_from([0.01, 7.0, 1000.0])
)
def test_order_names_and_the_unit_of_exposure_do_not_matter(family, seed, order, factor):
    panel, kept = counted(family, seed), list(order)
    other = replace(panel.only(np.ones(8, dtype=bool)), units=tuple(f"x{number}" for number in order))
    for name in ("outcome", "exposure", "first_treated"):
        other = replace(other, **{name: getattr(panel, name)[kept]})
    if family == "poisson":
        other = replace(other, exposure=factor * other.exposure)
    for inference in INFERENCES:
        plain, moved = fitted(panel, family, inference), fitted(other, family, inference)
        assert moved.effect == pytest.approx(plain.effect, rel=1e-7)
        assert moved.standard_error == pytest.approx(plain.standard_error, rel=1e-7)
        assert moved.p_value == pytest.approx(plain.p_value, rel=1e-6)


@examples(20)
@given(seed=seeds)
def test_twice_the_shares_turned_around_is_the_odds_turned_around(seed):
    panel = counted("binomial", seed)
    plain = fitted(panel, "binomial")
    turned = fitted(replace(panel, outcome=1 - panel.outcome), "binomial")
    assert np.log1p(turned.effect) == pytest.approx(-np.log1p(plain.effect), rel=1e-7)
    assert turned.p_value == pytest.approx(plain.p_value, rel=1e-6)
    cases = replace(panel, exposure=2 * panel.exposure)
    # Twice the cases with the same shares: the same ratio, and the same error by department.
    assert fitted(cases, "binomial").standard_error == pytest.approx(plain.standard_error, rel=1e-7)


@examples(60)
@given(
    family=families,
    seed=seeds,
    inference=st.sampled_from(["auto", "wild-bootstrap", *INFERENCES]),
    kind=st.sampled_from(["rare", "none", "all", "gaps", "no exposure", "negative", "one start late"]),
    ours=st.integers(0, 4),
    others=st.integers(0, 5),
)
def test_a_result_or_reasons(family, seed, inference, kind, ours, others):
    panel = counted(family, seed, ours=ours, others=max(others, 1 - ours))
    rng = np.random.default_rng(seed)
    outcome, exposure, first = panel.outcome.copy(), panel.exposure, panel.first_treated.copy()
    if kind == "rare":
        outcome = np.where(rng.random(outcome.shape) < 0.03, np.round(outcome), 0.0)
    elif kind in ("none", "all"):
        outcome = np.full_like(outcome, float(kind == "all"))
    elif kind == "gaps":
        outcome = np.where(rng.random(outcome.shape) < 0.4, np.nan, outcome)
    elif kind == "no exposure":
        exposure = np.where(rng.random(outcome.shape) < 0.3, 0.0, exposure)
    elif kind == "negative":
        outcome = -outcome
    elif ours > 1:
        first[0] = 15.0
    options = Options(family=family, inference=inference, design="difference-in-differences")
    found = estimate(replace(panel, outcome=outcome, exposure=exposure, first_treated=first), options)
    json.dumps(estimate_json(found, "nl"), allow_nan=False)
    assert estimate_text(found, "en")
    if isinstance(found, NotEstimable):
        assert found.reasons
    else:
        assert np.isfinite([found.effect, found.standard_error, *found.interval, found.p_value]).all()


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_what_has_no_ratio_is_refused_with_its_reason(family):
    panel = counted(family, 1)
    pilots, after = np.arange(8)[:, None] < 3, np.arange(20) >= 10
    silent = replace(panel, outcome=np.where(np.arange(8)[:, None] == 0, 0.0, panel.outcome))
    assert refused(silent, family) == ("no_events",)
    gone = replace(panel, outcome=np.where(pilots & after, 0.0, panel.outcome))
    assert refused(gone, family) == ("separation",)
    later = np.where(np.arange(8) == 0, 14.0, panel.first_treated)
    assert refused(replace(panel, first_treated=later), family) == ("several_starts",)
    assert refused(panel.only(np.arange(8) < 5), family) == ("too_few_controls",)
    assert refused(panel.only(np.arange(8) > 1), family) == ("too_few_treated",)
    assert refused(panel, family, inference="hac") == ("inference_not_available",)
    assert refused(panel, family, violations=TRENDS) == ("setting_not_available",)
    assert refused(replace(panel, outcome=-panel.outcome), family)[0] in ("not_a_count", "not_a_share")


def test_comparison_departments_without_events_say_nothing_and_are_named():
    panel = counted("poisson", 3, others=7)
    silent = replace(panel, outcome=np.where(np.arange(10)[:, None] == 9, 0.0, panel.outcome))
    found, without = fitted(silent, "poisson"), fitted(panel.only(np.arange(10) < 9), "poisson")
    assert found.effect == pytest.approx(without.effect, rel=1e-9)
    assert found.standard_error == pytest.approx(without.standard_error, rel=1e-9)
    assert any("d9" in warning.render("en") for warning in found.warnings)


def test_a_complete_panel_without_exposure_is_the_ratio_of_ratios_of_sums():
    panel = replace(counted("poisson", 5), exposure=None)
    y = panel.outcome
    ours, others = (y[group] for group in (panel.treated, ~panel.treated))
    ratios = [side[:, 10:].sum() / side[:, :10].sum() for side in (ours, others)]
    assert fitted(panel, "poisson").effect == pytest.approx(ratios[0] / ratios[1] - 1, rel=1e-9)
