"""Few events: against R's fisher.test and poisson.test, scipy, and enumeration of size and coverage."""

import json
from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2, nchypergeom_fisher, poisson
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.rates import test_poisson_2indep as statsmodels_rates

from experiments.estimate import Estimate, NotEstimable
from experiments.estimating import estimate
from experiments.event_counts import clustering, event_counts
from experiments.inference.exact_odds_ratio import exact_odds_ratio, exact_rate_ratio
from experiments.options import Options
from experiments.panel import NEVER, Panel
from tests.hypothesis_profiles import examples
from tests.simulated_panels import weeks

NUMBERS = json.loads((Path(__file__).parent / "r" / "rare_events.json").read_text("utf-8"))
DESIGN = Options(design="rare-events")


def panel(events: np.ndarray, ours: int, exposure: np.ndarray | float = 100.0) -> Panel:
    units, periods = events.shape
    return Panel(
        units=tuple(f"d{number}" for number in range(units)),
        periods=weeks(periods),
        outcome=events.astype(float),
        weights=np.ones_like(events, dtype=float),
        first_treated=np.where(np.arange(units) < ours, periods / 2, NEVER),
        exposure=np.broadcast_to(exposure, events.shape).astype(float),
    )


@pytest.mark.parametrize("case", NUMBERS["fisher"], ids=lambda case: str(case["table"]))
def test_the_interval_is_that_of_r_fisher(case: dict[str, list[float]]) -> None:
    found = exact_odds_ratio(np.reshape(case["table"], (2, 2)), 0.95)
    with np.errstate(over="ignore"):
        # R's root finder stops at eps^(1/4) = 1.2e-4 of the ratio or of its inverse.
        close = {"rel": 2e-3, "abs": 1.3e-4}
        assert np.exp(found.interval) == pytest.approx(case["interval"], **close)
        assert exp(found.effect) == pytest.approx(case["odds_ratio"][0], **close)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_scipy_gives_the_same_interval_and_p_and_interval_agree(cells: list[int], level: float) -> None:
    table = np.reshape(cells, (2, 2))
    assume(table.sum(axis=0).min() > 0 and table.sum(axis=1).min() > 0)
    found = exact_odds_ratio(table, level)
    other = odds_ratio(table, kind="conditional").confidence_interval(level)
    for mine, theirs in zip(np.exp(found.interval), (other.low, other.high), strict=True):
        assert mine == pytest.approx(theirs, rel=1e-6, abs=1e-9)
    assert (found.interval[0] <= 0 <= found.interval[1]) == (found.p_value >= 1 - level - 1e-9)


@examples(40)
@given(st.lists(st.integers(0, 25), min_size=4, max_size=4), st.floats(-1, 1))
def test_mid_p_counts_what_was_seen_for_half(cells: list[int], at: float) -> None:
    """Tails from scipy's noncentral hypergeometric distribution; p-value and bounds from the same tails."""
    (a, b), (c, d) = np.reshape(cells, (2, 2))
    assume(min(a + b, c + d, a + c, b + d) > 0)
    found = exact_odds_ratio(np.reshape(cells, (2, 2)), 0.95, at, mid=True)

    def tails(log_odds: float) -> tuple[float, float]:
        known = nchypergeom_fisher(a + b + c + d, a + c, a + b, exp(log_odds))
        half = 0.5 * known.pmf(a)
        return known.sf(a) + half, known.cdf(a) - half

    assert found.p_value == pytest.approx(min(1.0, 2 * min(tails(at))), rel=1e-6)
    low, high = found.interval
    assert low == -np.inf or tails(low + at)[0] == pytest.approx(0.025, rel=1e-5)
    assert high == np.inf or tails(high + at)[1] == pytest.approx(0.025, rel=1e-5)
    exact = exact_odds_ratio(np.reshape(cells, (2, 2)), 0.95, at)
    assert exact.interval[0] <= low
    assert high <= exact.interval[1]


@pytest.mark.parametrize(
    ("events", "exposure"), [((4, 11), (1200, 900)), ((7, 2), (100, 250)), ((0, 6), (9, 9))]
)
def test_two_rates_are_those_of_statsmodels(events, exposure) -> None:
    for mid, method in ((True, "cond-midp"), (False, "exact-cond")):
        found = exact_rate_ratio(events, exposure, 0.95, mid=mid)
        (x1, x0), (t1, t0) = events, exposure
        other = [
            statsmodels_rates(x1, t1, x0, t0, method=method, alternative=side).pvalue
            for side in ("smaller", "larger")
        ]
        assert found.p_value == pytest.approx(min(1.0, 2 * min(other)), rel=1e-9)
    assert exact_rate_ratio((4, 11), (1200, 900), 0.95).interval == pytest.approx(
        np.log(NUMBERS["poisson"]), rel=1e-6
    )


def test_mid_p_covers_what_it_says_on_average_and_the_exact_interval_more() -> None:
    """Two Poisson rates with 12 and 8 expected: every table, weighed by how likely it is."""
    counts = np.arange(40)
    likely = np.outer(poisson.pmf(counts, 12), poisson.pmf(counts, 8))
    covered = {True: 0.0, False: 0.0}
    for x1, x0 in zip(*np.nonzero(likely > 1e-5), strict=True):
        for mid in covered:
            low, high = exact_rate_ratio((int(x1), int(x0)), (1.0, 1.0), 0.95, mid=mid).interval
            covered[mid] += likely[x1, x0] * (low <= log(12 / 8) <= high)
    assert covered[True] == pytest.approx(0.95, abs=0.01)
    assert covered[False] > max(0.95, covered[True])


@pytest.mark.parametrize("ours", [2, 4])
def test_mid_p_stands_beside_the_exact_test_or_the_other_way_round(ours: int) -> None:
    one = panel(_spread(np.zeros((1, 20))).repeat(4, axis=0), ours)
    exact, mid = (estimate(one, replace(DESIGN, inference=name)) for name in ("auto", "mid-p-conditional"))
    assert isinstance(exact, Estimate)
    assert isinstance(mid, Estimate)
    assert (exact.inference, mid.inference) == ("exact-conditional", "mid-p-conditional")
    assert (exact.also[0].interval, mid.also[0].interval) == (mid.interval, exact.interval)
    assert exact.interval[0] < mid.interval[0] < mid.interval[1] < exact.interval[1]


def test_the_exact_interval_covers_at_least_what_it_says_over_every_table() -> None:
    """Enumeration over all tables of the same margins: 14 pilot events of 30, 12 after the start."""
    for odds in (0.3, 1.0, 2.5):
        covered = 0.0
        for a in range(13):
            found = exact_odds_ratio(np.array([[a, 14 - a], [12 - a, 4 + a]]), 0.9)
            inside = found.interval[0] <= log(odds) <= found.interval[1]
            covered += inside * nchypergeom_fisher.pmf(a, 30, 14, 12, odds)
        assert 0.9 <= covered <= 1.0 + 1e-12


def test_a_panel_gives_the_ratio_of_rates_with_exposure_taken_out() -> None:
    events = np.zeros((6, 20))
    events[0, [1, 3, 6, 8]] = [2, 1, 3, 1]
    events[1, [2, 4, 12]] = [1, 1, 1]
    events[3, [0, 5, 11, 15]] = [1, 2, 2, 1]
    events[5, [7, 9, 13, 18]] = [1, 1, 1, 2]
    exposure = np.where(np.arange(20) >= 10, 150.0, 100.0) * np.where(np.arange(6) < 2, 1.0, 2.0)[:, None]
    found = estimate(panel(events, 2, exposure), DESIGN)
    assert isinstance(found, Estimate)
    table = np.array([[1.0, 9.0], [6.0, 5.0]])
    own = exact_odds_ratio(table, 0.95)
    # Exposure after over before is 1.5 in both groups, so it drops out of the ratio of ratios.
    assert np.log1p(found.interval) == pytest.approx(own.interval, rel=1e-9)
    assert found.p_value == pytest.approx(own.p_value)
    assert found.diagnostics["rate_after"] == pytest.approx(1 / 3000)
    assert (found.inference, found.event_study) == ("exact-conditional", ())


def test_before_and_after_alone_is_r_poisson_test() -> None:
    events = np.zeros((1, 20))
    events[0, 3:5], events[0, 12:15] = [6, 5], [2, 1, 1]
    exposure = np.where(np.arange(20) >= 10, 120.0, 90.0)[None, :]
    found = estimate(panel(events, 1, exposure), replace(DESIGN, level=0.95))
    assert isinstance(found, NotEstimable | Estimate)
    spread = estimate(panel(_spread(events), 1, exposure), DESIGN)
    assert isinstance(spread, Estimate)
    assert np.add(spread.interval, 1) == pytest.approx(NUMBERS["poisson"], rel=1e-6)


def _spread(events: np.ndarray) -> np.ndarray:
    """The same 11 and 4 events, one by one."""
    single = np.zeros_like(events)
    single[0, :10], single[0, 4] = 1, 2
    single[0, [11, 13, 15, 18]] = 1
    return single


def test_no_event_after_the_start_has_an_upper_bound_and_none_at_all_a_rule_of_three() -> None:
    events = _spread(np.zeros((1, 20))).repeat(4, axis=0)
    events[0, 10:] = 0
    found = estimate(panel(events, 1), DESIGN)
    assert isinstance(found, Estimate)
    assert (found.effect, found.interval[0]) == (-1.0, -1.0)
    assert found.interval[1] < 1
    events[0] = 0
    refusal = estimate(panel(events, 1), DESIGN)
    assert isinstance(refusal, NotEstimable)
    assert refusal.reasons[0].code == "no_events"
    # -ln(0.05) / (10 weeks of 100): three in a thousand.
    assert "0.00300" in refusal.reasons[0].message.render("en")


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (
            np.r_["0,2", np.zeros((1, 20)), np.tile([1.0, 0.0], (3, 10))] + np.eye(4, 20, 15),
            "nothing_to_compare",
        ),
        (np.tile([0.0] * 9 + [30.0], (4, 2)), "events_cluster"),
        (np.full((4, 20), 0.5), "not_a_count"),
    ],
)
def test_what_has_no_ratio_says_so(events: np.ndarray, code: str) -> None:
    found = estimate(panel(events, 1), DESIGN)
    assert isinstance(found, NotEstimable)
    assert [reason.code for reason in found.reasons] == [code]


def test_events_without_exposure_and_several_starts_are_refused() -> None:
    plain = panel(_spread(np.zeros((1, 20))).repeat(4, axis=0), 2)
    without = estimate(replace(plain, exposure=None), DESIGN)
    assert isinstance(without, NotEstimable)
    assert without.reasons[0].code == "exposure_missing"
    later = estimate(replace(plain, first_treated=np.array([8.0, 10.0, NEVER, NEVER])), DESIGN)
    assert isinstance(later, NotEstimable)
    assert later.reasons[0].code == "several_starts"


def test_single_events_are_called_clustered_as_often_as_meant_and_bursts_are() -> None:
    rng = np.random.default_rng(5)
    single = [clustering(event_counts(panel(rng.poisson(0.15, (8, 60)), 3), 0)) for _ in range(600)]
    # Four Monte-Carlo errors around at most 5 %; the smaller of two p-values is doubled, so it may be less.
    assert np.mean(np.array(single) < 0.05) < 0.05 + 4 * (0.05 * 0.95 / 600) ** 0.5
    bursts = [clustering(event_counts(panel(3 * rng.poisson(0.1, (8, 60)), 3), 0)) for _ in range(40)]
    assert np.median(bursts) < 0.01


def test_departments_that_change_apart_are_clustered() -> None:
    events = np.zeros((6, 20))
    events[:3, :10], events[3:, 10:] = 1, 1
    counts = event_counts(panel(events, 2), 0)
    # Comparison: one department 10 before, three 10 after: Pearson's chi-square of that table by hand.
    after, total = np.array([0, 10, 10, 10]), np.full(4, 10)
    share = 30 / 40
    statistic = ((after - total * share) ** 2 / (total * share * (1 - share))).sum()
    assert clustering(counts) <= 2 * chi2.sf(statistic, 3) + 1e-12
