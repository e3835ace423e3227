"""The comparisons inside two-way fixed effects: exact sums, names, refusals, and the warning they give."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.details import BaconDetails
from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.estimators.bacon import ESTIMATOR
from experiments.inference.bacon import bacon
from experiments.inference.two_way import two_way
from experiments.options import Options
from reports.estimate_text import estimate_text
from tests.hypothesis_profiles import examples
from tests.simulated_panels import simulated

STAGGERED = [6, 6, 10, 10]


@examples(100)
@given(
    starts=st.lists(st.sampled_from([-1.0, 0.0, 1.0, 3.0, 4.0, 7.0, 9.0, np.inf]), min_size=3, max_size=12),
    seed=st.integers(0, 2**20),
)
def test_the_weighted_sum_is_the_two_way_coefficient(starts, seed):
    first = np.array(starts)
    outcome = np.random.default_rng(seed).normal(size=(len(first), 8)).cumsum(axis=1)
    on = (np.arange(8) >= first[:, None]).astype(float)
    try:
        coefficient = two_way(outcome, on, np.ones_like(outcome)).effect
    except ValueError:
        # One group of starters alone: nothing to compare, for the regression and for the decomposition.
        with pytest.raises(ValueError, match="starts"):
            bacon(outcome, first)
        return
    found = bacon(outcome, first)
    # Two closed forms of one number: equal to rounding error.
    assert sum(one.weight * one.effect for one in found.pairs) == pytest.approx(
        coefficient, rel=1e-9, abs=1e-9
    )
    assert sum(one.weight for one in found.pairs) == pytest.approx(1, rel=1e-12)
    assert all(one.weight > 0 for one in found.pairs)


def fitted(panel, **options) -> Estimate:
    found = ESTIMATOR.fit(panel, Options(design="bacon", **options))
    assert isinstance(found, Estimate), found
    return found


def test_it_is_the_two_way_coefficient_with_a_warning():
    panel = simulated(12, 16, STAGGERED, effect=1.0)
    plain = estimate(panel, Options(design="difference-in-differences", inference="cr2"))
    found = fitted(panel)
    assert isinstance(plain, Estimate)
    assert (found.effect, found.standard_error) == pytest.approx(
        (plain.effect, plain.standard_error), rel=1e-12
    )
    assert found.interval == pytest.approx(plain.interval, rel=1e-12)
    assert plain.warnings == found.warnings
    share = found.diagnostics["already_treated_weight"]
    assert 0 < share < 0.5
    assert any(f"{round(100 * share)}% of the weight" in text.render("en") for text in plain.warnings)


def test_effects_that_grow_turn_forbidden_comparisons_around():
    panel = simulated(12, 16, [4] * 6 + [8] * 6, effect=0.0, noise=0.01)
    since = np.maximum(0, np.arange(16) - panel.first_treated[:, None] + 1)
    found = fitted(replace(panel, outcome=panel.outcome + since))
    assert isinstance(found.details, BaconDetails)
    forbidden = [one for one in found.details.comparisons if one.comparison == "later_vs_earlier"]
    assert [one.effect < 0 for one in forbidden] == [True]


def test_every_kind_of_comparison_has_its_name():
    panel = simulated(12, 16, [0, *STAGGERED])
    found = fitted(panel)
    assert isinstance(found.details, BaconDetails)
    kinds = {(one.comparison, one.treated, one.control) for one in found.details.comparisons}
    early, late = panel.periods[6], panel.periods[10]
    assert kinds == {
        ("treated_vs_always", early, "always"),
        ("treated_vs_always", late, "always"),
        ("treated_vs_never", early, "never"),
        ("treated_vs_never", late, "never"),
        ("earlier_vs_later", early, late),
        ("later_vs_earlier", late, early),
    }
    printed = estimate_text(found, "en")
    assert "Later starters against departments that already use the tool: " in printed
    assert "van het gewicht" in estimate_text(found, "nl")


def test_on_the_relative_scale_the_logarithms_add_up():
    panel = simulated(12, 16, STAGGERED, effect=1.0)
    found = fitted(panel, scale="relative")
    assert isinstance(found.details, BaconDetails)
    total = sum(one.weight * np.log1p(one.effect) for one in found.details.comparisons)
    assert np.expm1(total) == pytest.approx(found.effect, rel=1e-9)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"inference": "jackknife-t"}, "inference_not_available"),
        ({"run_in": 2}, "setting_not_available"),
        ({"comparison": "not-yet-treated"}, "setting_not_available"),
    ],
)
def test_what_it_cannot_do_is_refused(options, code):
    found = estimate(simulated(12, 16, STAGGERED), Options(design="bacon", **options))
    assert isinstance(found, NotEstimable)
    assert found.reasons[0].code == code


def test_gaps_are_refused_and_leave_the_warning_of_the_plain_regression_without_a_share():
    panel = simulated(12, 16, STAGGERED)
    holes = panel.outcome.copy()
    holes[3, 4] = np.nan
    found = estimate(replace(panel, outcome=holes), Options(design="bacon"))
    assert isinstance(found, NotEstimable)
    assert (found.design, found.reasons[0].code) == ("bacon", "unbalanced_panel")
    plain = estimate(
        replace(panel, outcome=holes), Options(design="difference-in-differences", inference="cr2")
    )
    assert isinstance(plain, Estimate)
    assert not any("of the weight" in text.render("en") for text in plain.warnings)


@pytest.mark.parametrize("starts", [[6], [6] * 12, [0] * 12])
def test_one_start_or_nobody_to_compare_with(starts):
    found = estimate(simulated(12, 16, starts), Options(design="bacon"))
    assert isinstance(found, NotEstimable)
    assert found.design == "bacon"
