"""Survival from counts against Freireich's trial, statsmodels and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from kpis.statistics.kaplan_meier import BEYOND_FOLLOW_UP, kaplan_meier, median, restricted_mean, share_within

# Freireich et al., Blood 1963;21:699: weeks of remission under 6-mercaptopurine, 9 relapses and 12 still well
WEEKS = [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35]
RELAPSES = [3, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0]
STILL_WELL = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 1]


def test_survival_of_freireich() -> None:
    """Curve and errors as in Kleinbaum and Klein 2012, chapter 2, and printed by R's survfit."""
    curve = kaplan_meier(WEEKS, RELAPSES, STILL_WELL)
    at = curve.events > 0
    assert curve.at_risk[at].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.survival[at].round(3).tolist() == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    errors = curve.survival * np.sqrt(curve.greenwood)
    assert errors[at].round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert median(curve) == 23


def test_restricted_mean_of_freireich() -> None:
    """23.29 with error 2.83 up to the longest time, as R's print(survfit, rmean="common") gives it."""
    found = restricted_mean(kaplan_meier(WEEKS, RELAPSES, STILL_WELL), 35)
    assert (round(found.value, 2), round(found.standard_error, 2)) == (23.29, 2.83)


rows = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=15)


@given(rows, st.integers(0, 14))
def test_survival_is_that_of_statsmodels(counts, until):
    times, events, censored = (np.array(column) for column in zip(*counts, strict=True))
    curve = kaplan_meier(times, events, censored)
    if (events + censored).sum() == 0:
        assert curve is None
        return
    each = np.repeat(np.concatenate([times, times]), np.concatenate([events, censored]))
    status = np.repeat([1, 0], [events.sum(), censored.sum()])
    found = share_within(curve, until)
    if until > each.max() and curve.survival[-1] > 0:
        assert (found.value, found.interval, found.reason) == (None, None, BEYOND_FOLLOW_UP)
        assert restricted_mean(curve, until) is None
        return
    left, error = brute_force(each, status, until)
    assert found.value == pytest.approx(1 - left, abs=1e-12)
    if found.standard_error is None:
        assert left in (0, 1)
        return
    assert found.standard_error == pytest.approx(error, rel=1e-9)
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1
    peer = SurvfuncRight(each.astype(float), status)
    at = np.searchsorted(peer.surv_times, until, side="right") - 1
    assert found.value == pytest.approx(1 - peer.surv_prob[at], abs=1e-12)
    assert found.standard_error == pytest.approx(peer.surv_prob_se[at], rel=1e-9)


def brute_force(each: np.ndarray, status: np.ndarray, until: int) -> tuple[float, float]:
    left, terms = 1.0, 0.0
    for time in sorted(set(each[(status == 1) & (each <= until)].tolist())):
        r, d = (each >= time).sum(), ((each == time) & (status == 1)).sum()
        left *= 1 - d / r
        terms += d / (r * (r - d)) if r > d else 0.0
    return left, left * terms**0.5


def test_log_log_interval_of_freireich() -> None:
    """0.620 to 0.952 at week 6 and 0.268 to 0.747 at week 22, by survfit(conf.type = "log-log")."""
    curve = kaplan_meier(WEEKS, RELAPSES, STILL_WELL)
    for week, low, high in ((6, 0.620, 0.952), (22, 0.268, 0.747)):
        found = share_within(curve, week).interval
        assert (1 - found.high, 1 - found.low) == pytest.approx((low, high), abs=0.0006)


@given(st.lists(st.integers(1, 20), min_size=2, max_size=40), st.integers(1, 25))
def test_without_open_ones_it_is_the_mean_and_the_median(times, until):
    curve = kaplan_meier(times, np.ones(len(times)), np.zeros(len(times)))
    cut = np.minimum(times, until)
    found = restricted_mean(curve, until)
    assert found.value == pytest.approx(cut.mean())
    assert found.standard_error == pytest.approx(cut.std() / np.sqrt(len(times)), abs=1e-9)
    assert median(curve) == np.quantile(times, 0.5, method="inverted_cdf")


def test_a_median_that_was_not_reached_is_none() -> None:
    curve = kaplan_meier([1, 2], [1, 0], [0, 5])
    assert median(curve) is None
    assert share_within(curve, 0.5).value == 0
    assert share_within(curve, 0.5).interval is None


def test_leaving_out_what_is_open_would_say_something_else() -> None:
    assert median(kaplan_meier(WEEKS, RELAPSES, [0] * len(WEEKS))) == 10
