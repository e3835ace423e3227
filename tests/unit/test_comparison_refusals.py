"""Never a number for what cannot be estimated: each refusal with its code."""

import numpy as np
import pytest
from scipy.stats import binomtest

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, Comparison, ComparisonOptions, NotCompared
from kpis.statistics.proportion import rows_without_event, share_at_zero

USUAL, TOOL = [1.0, 2.0, 3.0, 4.0, 2.5, 3.5], [2.0, 3.0, 4.0, 5.0, 3.2, 4.4]
BINARY = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]


def found(usual, tool, given=(), denominator=None, covariate=None, cluster=None, **options) -> Comparison:
    """usual, tool: outcomes; the columns hold the values of both arms."""
    arms = [
        arm_of_rows(
            name,
            np.array(values, dtype=float),
            denominator=None if denominator is None else np.array(denominator[at], dtype=float),
            covariate=None if covariate is None else np.array(covariate[at], dtype=float),
            cluster=() if cluster is None else cluster[at],
        )
        for at, (name, values) in enumerate((("usual", usual), ("tool", tool)))
        if len(values)
    ]
    named = {"denominator": denominator, "covariate": covariate, "cluster": cluster}
    given = frozenset(name for name, column in named.items() if column is not None)
    return compare(Experiment(arms=tuple(arms), given=given), ComparisonOptions(**options))


ONES = [[1] * 6, [1] * 6]
TWO = [list("aabbcc"), list("ddeeff")]

REFUSED = [
    ("one_arm", (USUAL, []), {}),
    ("too_few_rows", (USUAL, [2.0]), {}),
    ("too_few_rows", (USUAL, TOOL[:4]), {"type": "median"}),
    ("no_variation", ([3.3] * 6, [3.3] * 6), {"type": "mean"}),
    ("no_variation", ([3.3] * 6, [4.3] * 6), {"type": "mean"}),
    ("no_variation", ([3.3] * 6, [4.3] * 6), {"type": "median"}),
    ("no_overlap", ([3.3] * 6, [3.3] * 6), {"type": "ordinal"}),
    ("no_overlap", ([1, 2, 1, 2], [5, 4, 5, 4]), {"type": "ordinal"}),
    ("no_events", ([0] * 6, [0] * 6), {"type": "proportion"}),
    ("no_events", ([0] * 6, [0] * 6), {"type": "rate", "denominator": ONES}),
    ("all_events", ([1] * 6, [1] * 6), {"type": "proportion"}),
    ("no_events_in_control", ([0] * 6, BINARY), {"type": "proportion", "relative": True}),
    ("no_events_in_control", ([0] * 6, BINARY), {"type": "rate", "denominator": ONES}),
    ("not_binary", (BINARY, [0, 1, 2, 1, 0, 1]), {"type": "proportion"}),
    ("not_counts", ([0.5] * 6, BINARY), {"type": "rate", "denominator": ONES}),
    ("not_counts", ([-1.0] * 6, BINARY), {"type": "rate", "denominator": ONES}),
    ("denominator_not_positive", (USUAL, TOOL), {"type": "ratio", "denominator": [[0] * 6, [1] * 6]}),
    ("baseline_covers_zero", ([-1, 1, 2, -2, 0.5, 0], TOOL), {"type": "mean", "relative": True}),
    ("baseline_covers_zero", ([-9, -8, -9, -8, -9, -7], TOOL), {"type": "mean", "relative": True}),
    ("non_positive_values", ([0, *USUAL], TOOL), {"type": "median", "relative": True}),
    ("too_few_clusters", (USUAL, TOOL), {"type": "mean", "cluster": [list("aabbcc"), ["d"] * 6]}),
    ("setting_not_available", (USUAL, TOOL), {"type": "median", "cluster": TWO}),
    ("setting_not_available", (BINARY, BINARY), {"type": "rate", "denominator": ONES, "cluster": TWO}),
    ("setting_not_available", (USUAL, TOOL), {"type": "mean", "cluster": TWO, "covariate": [TOOL, USUAL]}),
    ("setting_not_available", (BINARY, BINARY), {"type": "proportion", "denominator": ONES}),
    ("setting_missing", (USUAL, TOOL), {"type": "ratio"}),
    ("covariate_constant", (USUAL, TOOL), {"type": "mean", "covariate": [[2] * 6, [3] * 6]}),
    ("no_variation", (USUAL, TOOL), {"type": "mean", "covariate": [USUAL, TOOL]}),
    ("margin_too_wide", (BINARY, BINARY), {"type": "proportion", "margin": 1.0, "better": "higher"}),
]


@pytest.mark.parametrize(("code", "arms", "asked"), REFUSED)
def test_what_cannot_be_estimated_has_a_reason_and_no_number(code, arms, asked):
    (one,) = found(*arms, **asked).results
    assert isinstance(one, NotCompared)
    assert [reason.code for reason in one.reasons] == [code]
    for language in ("en", "nl"):
        assert one.reasons[0].message.render(language)
        assert one.reasons[0].remedy.render(language)


def test_where_nothing_was_seen_the_exact_bound_stands_beside_the_rule_of_three():
    (one,) = found([0] * 300, [0] * 100, type="proportion", margin=0.005, better="lower").results
    assert isinstance(one, NotCompared)
    exact = {"usual": binomtest(0, 300).proportion_ci(0.90).high, "tool": 1 - 0.05**0.01}
    assert one.upper_bounds == pytest.approx(exact, rel=1e-9)
    said = one.reasons[0].message.render("en")
    assert "2.95% (exact; rule of three: 3.00%)" in said.replace("\N{NO-BREAK SPACE}", "").replace(" %", "%")
    assert "598" in said  # log(0.05) / log(1 - 0.005) = 597.6


def test_the_bound_of_a_share_never_passes_one():
    (one,) = found([0, 0], [0, 0], type="proportion").results
    assert isinstance(one, NotCompared)
    assert max(one.upper_bounds.values()) < 1


def test_the_rows_that_settle_a_margin_are_the_fewest():
    for limit in (0.001, 0.01, 0.05, 0.5):
        rows = rows_without_event(limit)
        assert share_at_zero(rows) <= limit < share_at_zero(rows - 1)


@pytest.mark.parametrize("asked", [{"type": "proportion"}, {"type": "ratio", "denominator": ONES}])
def test_no_event_in_the_control_still_has_a_difference(asked):
    (one,) = found([0] * 6, BINARY, **asked).results
    assert isinstance(one, Compared)
    assert one.main.effect == pytest.approx(1 / 3)


def test_one_arm_without_spread_is_welch_with_the_spread_of_the_other():
    (one,) = found([3.0] * 6, TOOL, type="mean").results
    assert isinstance(one, Compared)
    assert one.main.degrees_of_freedom == pytest.approx(5)
