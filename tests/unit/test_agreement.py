"""Agreement of raters against statsmodels, Gwet's own package, published tables and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.inter_rater import cohens_kappa

from kpis.statistics import agreement as a
from kpis.statistics import intraclass as i
from kpis.statistics.agreement import cohen_kappa, gwet_ac, percent_agreement, weight_matrix
from kpis.statistics.intraclass import icc
from tests.hypothesis_profiles import examples

# Gwet 2014, table of 100 pregnant women by two abstractors: cont3x3abstractors of his package irrCAC
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])


def ratings(table: np.ndarray) -> tuple[list[int], list[int]]:
    rows, columns = np.indices(table.shape)
    counts = table.ravel()
    return np.repeat(rows.ravel(), counts).tolist(), np.repeat(columns.ravel(), counts).tolist()


@pytest.mark.parametrize(
    ("weights", "value", "error"),
    [
        ("unweighted", 0.8493305, 0.0432175),
        ("linear", 0.9000227, 0.0292756),
        ("quadratic", 0.9402369, 0.0179202),
        ("ordinal", 0.9251917, 0.0222178),
    ],
)
def test_ac_is_that_of_gwets_package(weights: str, value: float, error: float) -> None:
    """irrCAC 0.4.4; the unweighted value and its interval 0.764 to 0.935 also stand in its manual."""
    found = gwet_ac(*ratings(ABSTRACTORS), [0, 1, 2], weights)
    assert (found.value, found.standard_error) == pytest.approx((value, error), abs=5e-8)
    if weights == "unweighted":
        assert (round(found.interval.low, 5), round(found.interval.high, 5)) == (0.76358, 0.93508)
        assert (found.observed, found.expected) == pytest.approx((0.89, 0.269925))


WAYS = {"unweighted": None, "linear": "linear", "quadratic": "quadratic"}


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=40),
    st.sampled_from([*WAYS]),
)
def test_kappa_and_its_error_are_those_of_statsmodels(pairs, weights):
    first, second = [x for x, _ in pairs], [y for _, y in pairs]
    found = cohen_kappa(first, second, [1, 2, 3, 4], weights)
    if min(len(set(first)), len(set(second))) == 1:
        assert (found.value, found.reason) == (None, a.ONE_CATEGORY)
        return
    table = np.zeros((4, 4))
    np.add.at(table, (np.array(first) - 1, np.array(second) - 1), 1)
    with np.errstate(invalid="ignore", divide="ignore"):  # its test of no agreement, which is not compared
        peer = cohens_kappa(table, wt=WAYS[weights])
    assert found.value == pytest.approx(peer.kappa, abs=1e-12)
    if found.standard_error is None:
        assert peer.var_kappa == pytest.approx(0, abs=1e-12)
    else:
        assert found.standard_error == pytest.approx(peer.std_kappa, rel=1e-6)
        assert (found.interval.low, found.interval.high) == pytest.approx(
            (peer.kappa_low, peer.kappa_upp), abs=1e-6
        )


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=30))
def test_ac2_is_the_sum_over_pairs(pairs):
    first, second = [x for x, _ in pairs], [y for _, y in pairs]
    found = gwet_ac(first, second, [1, 2, 3, 4, 5], "quadratic")
    if len({*first, *second}) == 1:
        assert found.reason == a.ONE_CATEGORY
        return
    observed = np.mean([1 - ((x - y) / 4) ** 2 for x, y in pairs])
    weight = sum(1 - ((k - m) / 4) ** 2 for k in range(5) for m in range(5))
    used = [(first.count(k) + second.count(k)) / (2 * len(pairs)) for k in range(1, 6)]
    expected = weight * sum(p * (1 - p) for p in used) / 20
    assert found.value == pytest.approx((observed - expected) / (1 - expected))


def test_error_of_ac1_is_that_of_leaving_one_out() -> None:
    first, second = ratings(ABSTRACTORS)
    n = len(first)
    left = [
        gwet_ac(first[:j] + first[j + 1 :], second[:j] + second[j + 1 :], [0, 1, 2]).value for j in range(n)
    ]
    jackknife = np.sqrt((n - 1) * np.var(left))
    # the jackknife and the linear error differ by a term of order 1/n
    assert gwet_ac(first, second, [0, 1, 2]).standard_error == pytest.approx(jackknife, rel=0.03)


def test_ordinal_weights_of_three_categories_are_published() -> None:
    """Printed in the vignette of irrCAC: 1, 0.667 and 0."""
    assert weight_matrix(3, "ordinal")[0].round(3).tolist() == [1.0, 0.667, 0.0]


def test_percent_agreement_counts_the_same() -> None:
    found = percent_agreement(*ratings(ABSTRACTORS), [0, 1, 2])
    assert (found.value, found.expected, found.n) == (0.89, None, 100)
    assert found.interval.low < 0.89 < found.interval.high
    assert percent_agreement([1], [1], [1, 2]).reason == a.TOO_FEW_TEXTS


@pytest.mark.parametrize("coefficient", [cohen_kappa, gwet_ac])
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([1], [1], a.TOO_FEW_TEXTS),
        ([1, 2], [1], a.UNEQUAL_NUMBERS),
        ([1, 2], [1, 9], a.OUTSIDE_SCALE),
        ([2, 2], [2, 2], a.ONE_CATEGORY),
    ],
)
def test_no_coefficient_without_ratings(coefficient, first, second, reason) -> None:
    found = coefficient(first, second, [1, 2])
    assert (found.value, found.interval, found.reason) == (None, None, reason)


def test_full_agreement_has_no_error() -> None:
    for coefficient in (cohen_kappa, gwet_ac):
        found = coefficient([1, 2, 2, 1], [1, 2, 2, 1], [1, 2])
        assert found.value == pytest.approx(1)
        assert found.standard_error is None
        assert found.interval is None


def test_where_kappa_has_no_answer_ac1_has_one() -> None:
    first, second = [1] * 20, [1] * 19 + [2]
    assert cohen_kappa(first, second, [1, 2]).reason == a.ONE_CATEGORY
    assert gwet_ac(first, second, [1, 2]).value > 0.9


# Shrout and Fleiss 1979, table 2: six targets by four judges
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(
    ("form", "average", "value", "low", "high"),
    [
        ("ICC(1)", False, 0.17, -0.133, 0.72),
        ("ICC(2)", False, 0.29, 0.019, 0.76),
        ("ICC(3)", False, 0.71, 0.342, 0.95),
        ("ICC(1)", True, 0.44, -0.884, 0.91),
        ("ICC(2)", True, 0.62, 0.071, 0.93),
        ("ICC(3)", True, 0.91, 0.676, 0.99),
    ],
)
def test_icc_of_shrout_and_fleiss(form, average, value, low, high) -> None:
    """Values: their table 4. Intervals: printed by ICC() of the R package psych for the same data."""
    found = icc(JUDGES, form, average=average)
    assert round(found.value, 2) == value
    assert (round(found.interval.low, 3), round(found.interval.high, 2)) == (low, high)


@examples(60)
@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=3, max_size=12))
def test_icc_is_that_of_an_analysis_of_variance(scores):
    table = np.array(scores)
    if (np.ptp(table, axis=0) == 0).any():
        assert icc(table, "ICC(2)").value is None
        return
    long = pd.DataFrame(
        [(t, r, float(x)) for t, line in enumerate(scores) for r, x in enumerate(line)],
        columns=["text", "rater", "score"],
    )
    squares = anova_lm(ols("score ~ C(text) + C(rater)", long).fit())["mean_sq"]
    b, j, e = squares["C(text)"], squares["C(rater)"], squares["Residual"]
    n, k = table.shape
    if e < 1e-9:
        return
    assert icc(table, "ICC(3)").value == pytest.approx((b - e) / (b + (k - 1) * e))
    assert icc(table, "ICC(2)").value == pytest.approx((b - e) / (b + (k - 1) * e + k * (j - e) / n))
    for form in ("ICC(1)", "ICC(2)", "ICC(3)"):
        found = icc(table, form)
        assert found.interval.low - 1e-9 <= found.value <= found.interval.high + 1e-9


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([[1, 2]], a.TOO_FEW_TEXTS),
        ([[1], [2]], i.TOO_FEW_RATERS),
        ([[1, 2], [np.nan, 2]], i.MISSING_RATING),
        ([[2, 2], [2, 2]], i.NO_DIFFERENCE),
        ([[1, 2], [3, 2]], a.ONE_CATEGORY),
    ],
)
def test_no_icc_without_ratings(scores, reason) -> None:
    found = icc(scores, "ICC(1)")
    assert (found.value, found.interval, found.reason) == (None, None, reason)


def test_raters_who_always_agree() -> None:
    for form in ("ICC(1)", "ICC(2)", "ICC(3)"):
        found = icc([[1, 1], [2, 2], [5, 5]], form)
        assert (found.value, found.interval) == (1.0, None)
    apart = icc([[1, 2], [2, 3], [5, 6]], "ICC(3)", average=True)
    assert (apart.value, apart.interval) == (1.0, None)
