"""Post-stratification against R's regression with HC2 errors, and against every possible draw."""

import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, ComparisonOptions, NotCompared
from experiments.inference.moments import Moments
from experiments.inference.post_stratification import post_stratified
from experiments.inference.two_means import difference, independent, log_ratio

R = json.loads((Path(__file__).parent / "r" / "post_stratification.json").read_text("utf-8"))
Y, ARM, STRATUM = (np.array(R[name]) for name in ("y", "arm", "stratum"))


def parts(y: np.ndarray, stratum: np.ndarray) -> list[Moments]:
    return [Moments.of_rows(y[stratum == one][:, None]) for one in np.unique(stratum)]


def of_arms(y: np.ndarray, arm: np.ndarray, stratum: np.ndarray):
    return post_stratified(*(parts(y[arm == one], stratum[arm == one]) for one in (1, 0)))


def test_difference_and_error_are_those_of_r():
    two = of_arms(Y, ARM, STRATUM)
    found = difference(two, 0.95)
    assert [found.effect, found.standard_error] == pytest.approx(R["difference"], rel=1e-10)
    assert two.means == pytest.approx(R["means"], rel=1e-12)
    assert np.diag(two.covariance) == pytest.approx(R["variances"], rel=1e-10)
    ratio = log_ratio(two, 0.95)
    assert [ratio.effect, ratio.standard_error] == pytest.approx(R["log_ratio"], rel=1e-10)


def test_degrees_of_freedom_by_the_formula_of_satterthwaite():
    shares, parts_of_variance, degrees = [], [], []
    for one in (1, 2, 3):
        for arm in (1, 0):
            own = Y[(one == STRATUM) & (arm == ARM)]
            shares.append((one == STRATUM).mean())
            parts_of_variance.append(shares[-1] ** 2 * stats.sem(own) ** 2)
            degrees.append(len(own) - 1)
    squares = sum(part**2 / df for part, df in zip(parts_of_variance, degrees, strict=True))
    found = difference(of_arms(Y, ARM, STRATUM), 0.95)
    assert found.degrees_of_freedom == pytest.approx(sum(parts_of_variance) ** 2 / squares, rel=1e-12)


def test_one_stratum_is_welch():
    own, other = Y[ARM == 1], Y[ARM == 0]
    two = of_arms(Y, ARM, np.ones_like(Y))
    plain = independent(*(Moments.of_rows(np.column_stack([y, np.ones_like(y)])) for y in (own, other)))
    assert difference(two, 0.9).interval == pytest.approx(difference(plain, 0.9).interval, rel=1e-12)
    welch = stats.ttest_ind(own, other, equal_var=False)
    assert difference(two, 0.9).p_value == pytest.approx(welch.pvalue, rel=1e-10)


def test_over_every_draw_it_is_unbiased_and_its_variance_is_right():
    """Nine rows, an effect of -2 for all: every draw with so many of each stratum in the tool's arm."""
    before = np.array([3.0, 5.0, 4.5, 8.0, 9.0, 12.0, 10.5, 11.0, 7.5])
    stratum = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    rows = np.arange(9)
    found = []
    for first, second in product(combinations(rows[:4], 2), combinations(rows[4:], 3)):
        arm = np.isin(rows, [*first, *second]).astype(int)
        found.append(difference(of_arms(before - 2.0 * arm, arm, stratum), 0.95))
    effects = np.array([one.effect for one in found])
    assert len(effects) == 60
    assert effects.mean() == pytest.approx(-2.0, rel=1e-12)
    assert np.mean([one.standard_error**2 for one in found]) == pytest.approx(effects.var(), rel=1e-12)


def experiment(**changes) -> Experiment:
    names = [f"kind {one:.0f}" for one in STRATUM]
    arms = [
        arm_of_rows(
            name,
            Y[code == ARM],
            strata=[one for one, drawn in zip(names, ARM, strict=True) if drawn == code],
            **{what: values[code == ARM] for what, values in changes.items()},
        )
        for name, code in (("usual", 0), ("tool", 1))
    ]
    return Experiment(arms=tuple(arms), given=frozenset({"strata", *changes}))


@pytest.mark.parametrize("relative", [False, True])
def test_the_comparison_gives_it_with_welch_beside_it(relative):
    found = compare(experiment(), ComparisonOptions(relative=relative))
    result = found.results[0]
    assert isinstance(result, Compared)
    assert found.type == "mean"
    expected = R["means"][0] / R["means"][1] - 1 if relative else R["difference"][0]
    assert result.main.effect == pytest.approx(expected, rel=1e-10)
    assert result.details["strata"] == 3
    # The strata hold most of the spread in these data.
    assert result.details["variance_reduction"] > 0.5
    assert [line.inference for line in result.also] == (["delta"] if relative else ["welch"])


def test_a_stratum_with_one_row_in_an_arm_is_named():
    rare = arm_of_rows("tool", np.array([1.0, 2.0, 4.0]), strata=["a", "a", "b"])
    usual = arm_of_rows("usual", np.array([2.0, 3.0, 5.0, 6.0]), strata=["a", "a", "b", "b"])
    found = compare(Experiment(arms=(usual, rare), given=frozenset({"strata"})), ComparisonOptions())
    result = found.results[0]
    assert isinstance(result, NotCompared)
    assert [reason.code for reason in result.reasons] == ["stratum_too_small"]
    assert "'b' has 1 rows" in result.reasons[0].message.render("en")


def test_strata_stand_alone():
    other = compare(experiment(covariate=Y), ComparisonOptions()).results[0]
    assert isinstance(other, NotCompared)
    assert other.reasons[0].message.render("en") == "--strata and --covariate cannot be used together."
    median = compare(experiment(), ComparisonOptions(type="median")).results[0]
    assert isinstance(median, NotCompared)
    assert median.reasons[0].code == "setting_not_available"
