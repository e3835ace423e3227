"""Pooling against metafor (R): the BCG trials and four small pilots."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from experiments.inference.random_effects import hartung_knapp, paule_mandel, random_effects

NUMBERS = json.loads((Path(__file__).parent / "r" / "random_effects.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["bcg", "small"])
def test_average_spread_and_shrinkage_are_those_of_metafor(name: str) -> None:
    r = NUMBERS[name]
    v = np.array(r["v"])
    found = random_effects(np.array(r["y"]), v, 0.95)
    # tau2 to the square root of the machine's precision: the likelihood is flat at its top.
    assert found.tau2 == pytest.approx(r["tau2"][0], rel=1e-6)
    assert found.average.effect == pytest.approx(r["mu"][0], rel=1e-7)
    assert (found.i2, found.q, found.q_p_value) == pytest.approx((r["i2"][0], *r["q"]), rel=1e-6)
    assert found.shrunk == pytest.approx(r["blup"], rel=1e-6)
    error, *interval, p_value = r["hk"]
    assert found.average.standard_error == pytest.approx(error, rel=1e-6)  # both q exceed 1
    assert (*found.average.interval, found.average.p_value) == pytest.approx((*interval, p_value), rel=1e-6)
    pull = v / (v + found.tau2)
    own = np.array(r["blup_se"]) ** 2 - (pull * r["wald_se"][0]) ** 2
    assert found.shrunk_errors**2 == pytest.approx(own + (pull * error) ** 2, rel=1e-6)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("method", ["pm", "pm_adhoc", "reml_knha"])
def test_paule_mandel_and_both_floors_are_those_of_metafor(name: str, method: str) -> None:
    """Among them studies that agree more than chance would make them, where the floor matters."""
    y, v = np.array(NUMBERS[name]["y"]), np.array(NUMBERS[name]["v"])
    tau2 = paule_mandel(y, v) if method.startswith("pm") else random_effects(y, v, 0.95).tau2
    found = hartung_knapp(y, v, tau2, 0.95, floor=1.0 if method == "pm_adhoc" else 0.0)
    assert [
        tau2,
        found.effect,
        found.standard_error,
        *found.interval,
        found.p_value,
    ] == pytest.approx(NUMBERS[name][method], rel=2e-6, abs=1e-9)


def test_the_vaccine_trials_are_those_of_the_handbooks() -> None:
    """BCG: tau2 0.3132, average -0.7145, Q 152.23 (Viechtbauer 2010, J Stat Softw 36(3), section 3.1)."""
    found = random_effects(np.array(NUMBERS["bcg"]["y"]), np.array(NUMBERS["bcg"]["v"]), 0.95)
    assert [round(found.tau2, 4), round(found.average.effect, 4), round(found.q, 2)] == [
        0.3132,
        -0.7145,
        152.23,
    ]


def test_the_prediction_is_wider_than_the_average_and_has_two_degrees_less() -> None:
    r = NUMBERS["small"]
    found = random_effects(np.array(r["y"]), np.array(r["v"]), 0.9)
    assert found.prediction is not None
    half = student.ppf(0.95, 2) * np.hypot(np.sqrt(found.tau2), found.average.standard_error)
    assert found.prediction == pytest.approx((found.average.effect - half, found.average.effect + half))


def test_studies_that_agree_are_never_made_surer_than_their_own_errors_allow() -> None:
    found = random_effects(np.array([0.1, 0.1, 0.1001]), np.full(3, 0.01), 0.95)
    assert found.tau2 == 0.0
    assert found.average.standard_error == pytest.approx(np.sqrt(0.01 / 3))
    assert found.shrunk == pytest.approx(np.full(3, found.average.effect), abs=1e-12)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=8), st.floats(0.1, 1000)
)
def test_units_and_order_do_not_matter(studies: list[tuple[float, float]], unit: float) -> None:
    y, v = np.array(studies).T
    plain, scaled = random_effects(y, v, 0.95), random_effects(y[::-1] * unit, v[::-1] * unit**2, 0.95)
    assert scaled.average.interval == pytest.approx(
        np.array(plain.average.interval) * unit, rel=1e-4, abs=1e-4 * unit
    )
    low, high = plain.average.interval
    assert (low <= 0 <= high) == (plain.average.p_value >= 0.05)


def test_one_study_is_refused() -> None:
    with pytest.raises(ValueError, match="one effect"):
        random_effects(np.array([1.0]), np.array([1.0]), 0.95)
