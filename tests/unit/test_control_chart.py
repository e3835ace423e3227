"""Control charts: limits of every type, gaps, parts, choices, icons, autocorrelation and refusals."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.signal import lfilter
from statsmodels.tsa.stattools import acf

from core.errors import InputError
from experiments.monitoring.anhoej import crossings_min, longest_run_max, runs
from experiments.monitoring.attributes import attribute_limits
from experiments.monitoring.autocorrelation import autocorrelation, lag_1, residuals
from experiments.monitoring.chart_result import ControlChart, NoChart
from experiments.monitoring.choice import choose
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.icons import variation
from experiments.monitoring.rare_events import g_limits, t_limits
from experiments.monitoring.rules import trend_ends, whole_runs
from experiments.monitoring.series import Series

EXACT = 1e-12
"""Relative; both sides are the same few additions in another order."""


def series(values, denominators=None, every=None) -> Series:
    sizes = None if denominators is None else np.array(denominators, dtype=float)
    order = tuple(str(at) for at in range(1, len(values) + 1))
    return Series(order=order, values=np.array(values, dtype=float), denominators=sizes, every=every)


def charted(values, denominators=None, **options) -> ControlChart:
    every = options.pop("every", None)
    found = control_chart(series(values, denominators, every), ChartOptions(**options))
    assert isinstance(found, ControlChart)
    return found


def all_used(values) -> np.ndarray:
    return np.ones(len(values), dtype=bool)


def test_c_limits_are_those_of_montgomery():
    """Montgomery 2013, example 7.3: 516 nonconformities on 26 circuit boards; 6.48, 19.85, 33.22.

    The book rounds c before it adds, so its upper limit is 0.01 higher.
    """
    printed = "21 24 16 12 15 5 28 20 31 25 20 24 16 19 10 17 13 22 18 39 30 24 16 19 17 15"
    counts = [int(number) for number in printed.split()]
    chart = charted(counts, type="c")
    assert sum(counts) == 516
    assert round(chart.centre, 2) == 19.85
    assert (round(chart.last.lower, 2), round(chart.last.upper, 2)) == (6.48, 33.21)
    assert [at for at, point in enumerate(chart.points, 1) if point.special_cause == "outside_limits"] == [
        6,
        20,
    ]


def test_p_and_u_limits_follow_their_denominator_and_stay_where_shares_are():
    chart = charted([0, 1, 1, 2, 5], [2, 30, 40, 50, 60], type="p")
    centre = 9 / 182
    assert chart.centre == pytest.approx(centre, rel=EXACT)
    first, last = chart.points[0], chart.points[-1]
    assert first.lower == 0
    assert first.upper == pytest.approx(centre + 3 * math.sqrt(centre * (1 - centre) / 2), rel=EXACT)
    assert last.upper == pytest.approx(centre + 3 * math.sqrt(centre * (1 - centre) / 60), rel=EXACT)
    assert charted([2, 29, 39, 49, 60], [2, 30, 40, 50, 60], type="p").points[0].upper == 1
    rate = charted([4, 6, 8], [2, 3, 1], type="u")
    assert rate.points[2].upper == pytest.approx(3 + 3 * math.sqrt(3), rel=EXACT)
    assert rate.points[2].lower == 0


def test_laney_widens_p_limits_by_the_spread_of_z():
    counts, sizes = np.array([310.0, 290, 350, 260, 330]), np.array([1000.0, 1000, 1000, 1000, 1000])
    share, centre = counts / sizes, counts.sum() / sizes.sum()
    z = (share - centre) / np.sqrt(centre * (1 - centre) / sizes)
    sigma_z = np.abs(np.diff(z)).mean() / 1.128
    found = attribute_limits("p", counts, sizes, all_used(counts), laney=True, screen=False)
    reach = 3 * np.sqrt(centre * (1 - centre) / sizes) * sigma_z
    assert found.upper == pytest.approx(centre + reach, rel=EXACT)
    assert sigma_z > 1
    plain = attribute_limits("p", counts, sizes, all_used(counts), laney=False, screen=False)
    assert (found.upper > plain.upper).all()


def test_a_p_prime_chart_of_binomial_counts_has_nearly_the_limits_of_a_p_chart():
    rng = np.random.default_rng(4)
    sizes = rng.integers(400, 700, 2000).astype(float)
    counts = rng.binomial(sizes.astype(int), 0.3).astype(float)
    plain, prime = (
        attribute_limits("p", counts, sizes, all_used(counts), laney=laney, screen=False)
        for laney in (False, True)
    )
    # The mean moving range of 2000 values has a standard error below 2 %.
    ratio = (prime.upper - prime.centre) / (plain.upper - plain.centre)
    assert ratio == pytest.approx(np.ones(2000), abs=0.06)


def test_g_limits_lie_around_the_mean_and_the_centre_is_the_median():
    cases = np.array([3.0, 10, 0, 7, 25, 4, 6])
    found, mean = g_limits(cases, all_used(cases)), 55 / 7
    assert found.centre[0] == 6
    assert found.upper[0] == pytest.approx(mean + 3 * math.sqrt(mean * (mean + 1)), rel=EXACT)
    assert found.lower[0] == 0


def test_t_limits_are_those_of_the_root_taken_back():
    times = np.array([5.0, 12, 3, 30, 8, 14, 22, 2, 17, 9])
    roots = times ** (1 / 3.6)
    reach = 3 * np.abs(np.diff(roots)).mean() / 1.128
    found = t_limits(times, all_used(times), screen=False)
    assert found.centre[0] == pytest.approx(roots.mean() ** 3.6, rel=EXACT)
    assert found.upper[0] == pytest.approx((roots.mean() + reach) ** 3.6, rel=EXACT)
    assert found.lower[0] == pytest.approx(max(roots.mean() - reach, 0) ** 3.6, rel=EXACT)


def test_a_run_chart_has_a_median_and_no_limits():
    chart = charted([5, 1, 2, 9, 3, 4, 8], type="run", target=3, better="lower")
    assert chart.centre == 4
    assert {point.upper for point in chart.points} == {None}
    assert chart.assurance == "none"
    assert charted([1, 2, 3, 4, 5, 6, 7], type="run").last.special_cause == "trend"


def test_no_moving_range_is_taken_across_a_gap():
    chart = charted([1, 2, math.nan, 12, 13], type="xmr", screen=False)
    # Ranges 1 and 1; across the gap it would have been 10.
    assert chart.last.upper == pytest.approx(7 + 2.66, rel=EXACT)
    assert chart.points[2].value is None
    assert [warned.code for warned in chart.warnings] == ["short_part", "missing_points"]


def test_a_gap_breaks_a_shift_a_trend_and_a_run():
    low = [9, 10, 11, 10, 9, 11, 10, 12, 8] * 2 + [8, 8.1] * 3
    assert charted([*low, 8], type="xmr", baseline=18).last.special_cause == "shift"
    broken = charted([*low, math.nan, 8], type="xmr", baseline=18)
    assert broken.last.special_cause is None
    assert charted([1, 2, 3, math.nan, 4, 5, 6, 7], type="run").last.special_cause is None
    values = np.array([1.0, 1, 1, math.nan, 1, 1, -1, -1])
    found = runs(values, np.zeros(8))
    assert (found.longest_run, found.crossings, found.n_useful) == (3, 1, 7)


def test_a_denominator_of_zero_is_a_gap_and_no_number():
    chart = charted([3, 0, 4, 5], [30, 0, 40, 50], type="p")
    assert chart.points[1].value is None
    assert chart.points[1].upper is None
    assert "zero_denominators" in [warned.code for warned in chart.warnings]


def test_points_left_out_of_the_limits_are_still_judged():
    values = [10, 11, 10, 9, 10, 30, 10, 11, 9, 10]
    chart = charted(values, type="xmr", excluded=(5,), screen=False)
    assert chart.centre == pytest.approx(10, rel=EXACT)
    assert chart.points[5].special_cause == "outside_limits"
    assert [point.in_limits for point in chart.points].count(False) == 1


def test_a_frozen_baseline_may_be_named_point_by_point():
    values = [50, 10, 11, 10, 9, 10, 30]
    first = charted(values[1:], type="xmr", baseline=5)
    named = charted(values, type="xmr", baseline=(1, 2, 3, 4, 5))
    assert (named.last.lower, named.last.upper) == (first.last.lower, first.last.upper)


def test_values_that_never_change_are_no_signal():
    chart = charted([0.1] * 30, type="xmr")
    assert {point.special_cause for point in chart.points} == {None}
    assert chart.last.upper == chart.centre == 0.1
    assert chart.autocorrelation is None


@pytest.mark.parametrize(
    ("values", "sizes", "type_", "code"),
    [
        ([1.5, 2.5], None, "xmr", "no_denominator"),
        ([3, 4], [30, 299], "p", "small_denominators"),
        ([3, 4], [30, 300], "p-prime", "large_denominators"),
        ([3, 400], [30, 300], "u-prime", "not_a_share"),
        ([3.5, 4], [30, 300], "u-prime", "not_a_share"),
        ([-3, 4], [30, 300], "xmr", "negative_numerator"),
        ([math.nan, 3, 4], [3, 30, 299], "p", "small_denominators"),
        ([5, 3, 4], [0, 30, 299], "p", "small_denominators"),
    ],
)
def test_the_chart_is_chosen_from_the_numbers(values, sizes, type_, code):
    found = choose(series(values, sizes))
    assert (found.type, found.code) == (type_, code)


@pytest.mark.parametrize(
    ("better", "low", "high"),
    [
        ("lower", "improvement_low", "concern_high"),
        ("higher", "concern_low", "improvement_high"),
        ("neutral", "neutral_low", "neutral_high"),
    ],
)
def test_the_variation_icon_follows_the_direction(better, low, high):
    assert variation("shift", -1, better) == low
    assert variation("shift", 1, better) == high
    assert variation(None, 0, better) == "common_cause"


def test_icons_speak_of_the_last_point_that_has_a_value():
    values = [10, 11, 10, 9, 10, 11, 9, 10, 11, 10, 9, 10, 11, 30]
    assert charted(values, better="lower", baseline=13).variation == "concern_high"
    assert charted([*values, math.nan], better="lower", baseline=13).variation == "concern_high"
    assert charted([*values, 10], better="lower", baseline=13).variation == "common_cause"


def test_where_a_rise_and_a_fall_meet_the_first_run_to_be_complete_names_the_point():
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    assert whole_runs(trend_ends(values)).tolist() == [1] * 7 + [-1] * 6


@pytest.mark.parametrize(
    ("n", "longest", "fewest"), [(10, 6, 2), (20, 7, 6), (24, 8, 8), (40, 8, 14), (64, 9, 25)]
)
def test_limits_of_runs_are_the_published_ones(n, longest, fewest):
    """Anhøj and Olesen 2014, table 1 for 10, 20, 24; qicharts2 printed the others."""
    assert longest_run_max(n) == longest
    assert crossings_min(n - 1) == fewest
    assert stats.binom.cdf(fewest - 1, n - 1, 0.5) < 0.05 <= stats.binom.cdf(fewest, n - 1, 0.5)


def test_one_rule_set_at_a_time():
    values = [1, 2] * 10 + [3] * 12
    ours = charted(values, type="run", rules="making-data-count")
    theirs = charted(values, type="run", rules="anhoej")
    assert theirs.runs[0].longest_run > theirs.runs[0].longest_run_max
    assert {point.special_cause for point in theirs.points} == {None, "shift"}
    slow = charted([1, 1, 1, 2, 1, 1, 3, 3, 2, 4, 5, 4, 6, 5], type="run", rules="anhoej")
    assert "too_few_crossings" in [warned.code for warned in slow.warnings]
    assert "too_few_crossings" not in [warned.code for warned in ours.warnings]


def ar1(rho: float, length: int, rng: np.random.Generator) -> np.ndarray:
    return lfilter([math.sqrt(1 - rho**2)], [1.0, -rho], rng.normal(size=length + 100))[100:]


def test_the_autocorrelation_is_that_of_statsmodels_before_its_correction():
    values = ar1(0.4, 60, np.random.default_rng(3))
    r1 = float(acf(values, nlags=1, fft=False)[1])
    assert lag_1(values) == pytest.approx(r1, rel=1e-10)
    found = autocorrelation(values)
    assert found is not None
    assert found.value == pytest.approx((60 * r1 + 1) / 56, rel=1e-10)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("length", [26, 52])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(rho, length):
    rng = np.random.default_rng([8, length, round(10 * rho)])
    found = [autocorrelation(ar1(rho, length, rng)) for _ in range(1500)]
    known = [one for one in found if one is not None]
    inside = np.mean([one.interval[0] <= rho <= one.interval[1] for one in known])
    # Monte-Carlo error 0.6 %; the approximation itself is good to a few percent at these lengths.
    assert 0.92 <= inside <= 0.98
    assert np.mean([one.value for one in known]) == pytest.approx(rho, abs=0.03)


def test_autocorrelated_weeks_are_flagged_and_their_residuals_are_not():
    values = 10 + ar1(0.7, 104, np.random.default_rng(5))
    plain = charted(values, every="week", type="xmr")
    assert plain.autocorrelation is not None
    assert plain.autocorrelation.flagged
    assert plain.warnings[0].code == "autocorrelated"
    assert plain.false_signals is not None
    assert plain.false_signals.measured > plain.false_signals.independent
    rest = charted(values, every="week", type="xmr", residual=True, target=10, better="lower")
    assert "autocorrelated" not in [warned.code for warned in rest.warnings]
    assert rest.assurance == "none"
    shown = np.array([math.nan if point.value is None else point.value for point in rest.points])
    assert abs(lag_1(shown)) < 0.2
    signals = [sum(point.special_cause is not None for point in chart.points) for chart in (plain, rest)]
    assert signals[1] < signals[0]
    assert rest.points[3].observed == pytest.approx(values[3], rel=EXACT)


def test_residuals_are_what_the_value_before_does_not_predict():
    found = residuals(np.array([12.0, 11, math.nan, 9, 10]), 10.0, 0.5)
    assert found.tolist()[1] == 0.0
    assert found.tolist()[4] == 0.5
    assert np.isnan(found[[0, 2, 3]]).all()


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ([math.nan] * 5, {}, "no_values"),
        ([math.nan, 3.0, math.nan], {}, "too_few_points"),
        ([1, math.nan, 2, math.nan, 3], {}, "no_limits"),
        ([1, 2, 3, 4, 5], {"residual": True, "type": "xmr"}, "residuals_need_points"),
    ],
)
def test_what_cannot_be_charted_has_a_reason_and_no_number(values, options, code):
    found = control_chart(series(values), ChartOptions(**options))
    assert isinstance(found, NoChart)
    assert found.code == code


@pytest.mark.parametrize(
    ("values", "sizes", "options", "words"),
    [
        ([1, 2, 3], None, {"baseline": 4}, "go beyond the 3 points"),
        ([1, 2, 3], None, {"baseline": 3, "rebase": (2,)}, "first part, which has 2 points"),
        ([1, 2, 3], None, {"rebase": (3,)}, "must begin after the first point"),
        ([1, 2, 3], None, {"rebase": (2, 2)}, "must begin after the first point"),
        ([1, 2, 3], None, {"type": "p"}, "needs a denominator"),
        ([1, 2, 3], [9, 9, 9], {"type": "c"}, "takes no denominator"),
        ([1, 20, 3], [9, 9, 9], {"type": "p"}, "2: On a p chart the value may not exceed"),
        ([1, 2.5, 3], None, {"type": "c"}, "whole counts, found 2.5"),
        ([1, 2.5, 3], None, {"type": "g"}, "whole counts, found 2.5"),
        ([1, 2.5, 3], [9, 9, 9], {"type": "p-prime"}, "whole counts, found 2.5"),
        ([1, 2e15, 3], None, {}, "beyond 1e15"),
        ([1, 2, 3], [9, 1e-18, 9], {}, "beyond 1e15"),
        ([1, -2, 3], None, {"type": "t"}, "no values below zero, found -2"),
        ([1, 2, 3], [9, 9, 9], {"type": "p", "residual": True}, "on an xmr chart only"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(values, sizes, options, words):
    with pytest.raises(InputError, match=words):
        control_chart(series(values, sizes), ChartOptions(**options))
