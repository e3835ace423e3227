"""The choice of a kind, the draw, the verdict, several arms, clusters and missing values."""

import numpy as np
import pytest
from scipy import stats

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.non_inferiority import non_inferiority
from experiments.comparison.result import Compared, ComparisonOptions, Line
from experiments.comparison.sample_ratio import sample_ratio

RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def the_same_numbers_in_whatever_order_tests_run():
    global RNG
    RNG = np.random.default_rng(5)


def experiment(*values, given=(), **columns) -> Experiment:
    names = ("usual", "tool", "other")
    arms = [
        arm_of_rows(
            name, np.asarray(one, dtype=float), **{key: column[at] for key, column in columns.items()}
        )
        for at, (name, one) in enumerate(zip(names, values, strict=False))
    ]
    return Experiment(arms=tuple(arms), given=frozenset({*columns} - {"missing"}))


def exposure(n=100):
    return np.ones(n) + np.arange(n) % 3


KINDS = [
    ("proportion", lambda: experiment(RNG.integers(0, 2, 50), RNG.integers(0, 2, 50))),
    ("ordinal", lambda: experiment(RNG.integers(1, 6, 50), RNG.integers(1, 6, 50))),
    ("ordinal", lambda: experiment(np.arange(50) % 11, np.arange(50) % 11)),
    ("mean", lambda: experiment(np.arange(50) % 12, np.arange(50) % 12)),
    ("mean", lambda: experiment(RNG.normal(size=50), RNG.normal(size=50))),
    ("mean", lambda: experiment(RNG.integers(1, 6, 6), RNG.integers(1, 6, 6), cluster=[list("aabbcc")] * 2)),
    (
        "mean",
        lambda: experiment(RNG.integers(0, 2, 50), RNG.integers(0, 2, 50), covariate=[np.arange(50.0)] * 2),
    ),
    ("rate", lambda: experiment(*RNG.poisson(exposure(), (2, 100)), denominator=[exposure()] * 2)),
    ("ratio", lambda: experiment(*RNG.negative_binomial(1, 0.2, (2, 100)), denominator=[exposure()] * 2)),
    ("ratio", lambda: experiment(*RNG.gamma(2, 2, (2, 100)), denominator=[exposure()] * 2)),
    (
        "ratio",
        lambda: experiment(
            [1, 2, 3, 4], [2, 2, 3, 3], denominator=[exposure(4)] * 2, cluster=[list("abcd")] * 2
        ),
    ),
]


@pytest.mark.parametrize(("kind", "made"), KINDS)
def test_the_kind_of_outcome_is_chosen_by_its_values_and_says_why(kind, made):
    found = compare(made(), ComparisonOptions())
    assert found.type == kind
    assert found.why.render("nl") != found.why.render("en")


def test_counts_that_vary_more_than_poisson_are_warned_about():
    made = experiment(*RNG.negative_binomial(1, 0.2, (2, 100)), denominator=[exposure()] * 2)
    (one,) = compare(made, ComparisonOptions(type="rate")).results
    assert one.details["dispersion"] > 2
    assert "too narrow" in one.warnings[0].render("en")
    exact, by_rows = one.main, one.also[0]
    assert by_rows.estimand == exact.estimand
    assert by_rows.interval[1] - by_rows.interval[0] > exact.interval[1] - exact.interval[0]


def test_the_draw_is_tested_with_rows_that_have_no_value_and_by_its_parts():
    made = experiment([1, 2] * 40, [2, 3] * 60, missing=[10, 0])
    found = sample_ratio(made, {})
    assert found.chi2 == pytest.approx(stats.chisquare([90, 120]).statistic)
    assert found.p_value == pytest.approx(stats.chisquare([90, 120]).pvalue)
    assert found.passed
    assert sample_ratio(made, {"usual": 3, "tool": 4}).chi2 == pytest.approx(0)
    lost = compare(experiment([1, 2] * 100, [2, 3] * 50), ComparisonOptions(type="mean"))
    assert lost.sample_ratio.passed is False
    assert "rows are" in lost.warnings[0].render("en")


def test_whole_clusters_are_what_was_drawn():
    apart = experiment([1, 2, 3] * 9, [1, 2, 4, 5], cluster=[list("aab") * 9, list("ccdd")])
    both = experiment([1, 2, 3] * 9, [1, 2, 4, 5], cluster=[list("aab") * 9, list("aabb")])
    assert (sample_ratio(apart, {}).counted, sample_ratio(apart, {}).chi2) == ("clusters", 0)
    assert sample_ratio(both, {}).counted == "rows"


def test_values_that_are_missing_in_one_arm_are_warned_about():
    made = experiment([1, 2] * 40, [2, 3] * 40, missing=[0, 20])
    texts = [text.render("en") for text in compare(made, ComparisonOptions(type="mean")).warnings]
    assert any("missing more often" in text for text in texts)


VERDICTS = [
    ("lower", 1.0, (-3.0, -0.1), "superior"),
    ("lower", 1.0, (-3.0, 0.0), "non_inferior"),
    ("lower", 1.0, (0.1, 0.9), "non_inferior"),
    ("lower", 1.0, (-3.0, 1.0), "inconclusive"),
    ("lower", 1.0, (0.5, 3.0), "inconclusive"),
    ("lower", 1.0, (1.1, 3.0), "inferior"),
    ("higher", 1.0, (0.1, 3.0), "superior"),
    ("higher", 1.0, (-0.9, 3.0), "non_inferior"),
    ("higher", 1.0, (-1.1, 3.0), "inconclusive"),
    ("higher", 1.0, (-3.0, -1.1), "inferior"),
]


@pytest.mark.parametrize(("better", "margin", "interval", "verdict"), VERDICTS)
@pytest.mark.parametrize(("estimand", "none", "size"), [("difference", 0.0, 1.0), ("rate ratio", 1.0, 0.1)])
def test_the_verdict_is_where_the_interval_lies(better, margin, interval, verdict, estimand, none, size):
    low, high = (none + size * bound for bound in interval)
    line = Line(
        estimand=estimand, inference="", effect=low, standard_error=None, interval=(low, high), p_value=0.5
    )
    found = non_inferiority(line, ComparisonOptions(margin=size * margin, better=better))
    assert found.verdict == verdict
    assert found.limit == pytest.approx(none + size * margin * (1 if better == "lower" else -1))


def test_several_arms_are_each_compared_with_the_control_and_counted_together():
    found = compare(
        experiment(RNG.normal(0, 1, 80), RNG.normal(0.5, 1, 80), RNG.normal(0.1, 1, 80)), ComparisonOptions()
    )
    first, second = found.results
    assert isinstance(first, Compared)
    assert isinstance(second, Compared)
    assert (first.arm, second.arm) == ("tool", "other")
    values = sorted([(first.main.p_value, first.p_holm), (second.main.p_value, second.p_holm)])
    assert values[0][1] == pytest.approx(2 * values[0][0])
    assert values[1][1] == pytest.approx(max(values[1][0], values[0][1]))


def test_few_clusters_are_said():
    made = experiment(
        RNG.normal(size=40), RNG.normal(size=40), cluster=[list("abcd") * 10, list("efgh") * 10]
    )
    (one,) = compare(made, ComparisonOptions(type="mean")).results
    assert "4 clusters" in one.warnings[0].render("en")


@pytest.mark.parametrize(("n", "warned"), [(19, True), (20, False)])
def test_few_answers_on_a_scale_are_said(n, warned):
    made = experiment(RNG.integers(1, 6, n), RNG.integers(1, 6, 40))
    (one,) = compare(made, ComparisonOptions(type="ordinal")).results
    assert any(f"{n} rows" in text.render("en") for text in one.warnings) == warned


def test_shares_in_clusters_have_a_difference_and_a_ratio_that_agree():
    clusters = [[f"a{k % 8}" for k in range(160)], [f"b{k % 8}" for k in range(160)]]
    made = experiment(RNG.integers(0, 2, 160), (RNG.random(160) < 0.7), cluster=clusters)
    difference, ratio = (
        compare(made, ComparisonOptions(relative=relative)).results[0].main for relative in (False, True)
    )
    assert (difference.estimand, ratio.estimand) == ("risk difference", "risk ratio")
    assert ratio.p_value == pytest.approx(difference.p_value)


def test_a_covariate_from_before_narrows_the_interval():
    before = RNG.normal(10, 3, (2, 80))
    values = before + RNG.normal(0, 1, (2, 80))
    (one,) = compare(experiment(*values, covariate=[*before]), ComparisonOptions()).results
    plain = one.also[0]
    assert plain.inference == "welch"
    assert one.main.standard_error < plain.standard_error / 2
    assert one.details["covariate_coefficient"] == pytest.approx(1, abs=0.1)
    assert one.details["variance_reduction"] > 0.75
