"""Shares, rates, ordinal scores and net scores against published values and other libraries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from kpis.statistics.net_score import from_sums, net_score
from kpis.statistics.ordinal import distribution, mean, top_box
from kpis.statistics.proportion import share, wilson
from kpis.statistics.rate import rate, rule_of_three

counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(counts, levels)
def test_wilson_is_that_of_statsmodels(count, level):
    found = wilson(*count, level)
    expected = proportion_confint(*count, alpha=1 - level, method="wilson")
    # both are a handful of double operations
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-12)


def test_wilson_of_newcombe_1998() -> None:
    """Newcombe, Statist. Med. 17:857-872, table I, method 3: 81 of 263 and 0 of 20."""
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    none = wilson(0, 20)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


@pytest.mark.parametrize(("part", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_none(part: int, n: int) -> None:
    assert share(part, n) is None
    assert wilson(part, n) is None


@given(st.integers(0, 500), st.floats(0.1, 1e4), levels)
def test_poisson_interval_leaves_the_tails_that_it_says(events, exposure, level):
    found = rate(events, exposure, level).interval
    tail = (1 - level) / 2
    # the defining equations of Garwood, by scipy's distribution; the inverse is good to about 1e-10
    assert stats.poisson.cdf(events, found.high * exposure) == pytest.approx(tail, rel=1e-8)
    if events:
        assert stats.poisson.sf(events - 1, found.low * exposure) == pytest.approx(tail, rel=1e-8)
    else:
        assert found.low == 0


def test_poisson_interval_of_the_published_table() -> None:
    """Garwood, Biometrika 1936, table of 95 % limits: 4.80 to 18.39 for 10 events."""
    found = rate(10, 1.0)
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (4.8, 18.39)
    assert found.upper_at_zero is None


def test_rule_of_three() -> None:
    """Hanley and Lippman-Hand 1983: none in 100 is compatible with 3 in 100."""
    found = rate(0, 100.0)
    assert found.upper_at_zero == pytest.approx(0.03, rel=0.002)
    assert np.exp(-rule_of_three(100.0, 0.99) * 100) == pytest.approx(0.01)
    assert rate(1, 0.0) is None
    assert rate(-1, 1.0) is None


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 30), min_size=1))
def test_ordinal_statistics_are_those_of_the_rows(rows):
    answers = np.repeat(list(rows), list(rows.values()))
    found = mean(rows)
    if len(answers) == 0:
        assert found is None
        assert top_box(rows, 4) is None
        assert distribution(rows, 1, 5) == {}
        return
    assert found.value == pytest.approx(answers.mean())
    if len(set(answers)) > 1:
        assert found.standard_error == pytest.approx(stats.sem(answers))
        low, high = stats.norm.interval(0.95, answers.mean(), stats.sem(answers))
        assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    else:
        assert found.standard_error is None
        assert found.interval is None
    top = top_box(rows, 4)
    assert top.value == np.mean(answers >= 4)
    assert top.standard_error == pytest.approx(np.std(answers >= 4) / np.sqrt(len(answers)))
    shares = distribution(rows, 1, 5)
    assert {answer: one.value for answer, one in shares.items()} == {
        answer: np.mean(answers == answer) for answer in range(1, 6)
    }


@given(st.lists(st.sampled_from([1, 0, -1]), min_size=1, max_size=200))
def test_net_score_is_the_mean_of_plus_and_minus_one(coded):
    x = np.asarray(coded)
    found = net_score(int((x > 0).sum()), int((x < 0).sum()), len(x))
    assert found == from_sums(len(x), int(x.sum()), int((x * x).sum()))
    assert found.value == pytest.approx(100 * x.mean())
    if len(set(coded)) > 1:
        assert found.standard_error == pytest.approx(100 * x.std() / np.sqrt(len(x)))
        ends = stats.norm.interval(0.95, 100 * x.mean(), 100 * x.std() / np.sqrt(len(x)))
        assert (found.interval.low, found.interval.high) == pytest.approx(np.clip(ends, -100, 100))
    else:
        assert found.standard_error is None
        assert found.interval is None


def test_net_score_error_is_that_of_many_draws() -> None:
    draws = np.random.default_rng(4).multinomial(200, [0.5, 0.3, 0.2], size=40_000)
    scores = 100 * (draws[:, 0] - draws[:, 2]) / 200
    # the error of a standard deviation over 40 000 draws is 0.35 %; four of those
    assert net_score(100, 40, 200).standard_error == pytest.approx(scores.std(), rel=0.014)


def test_net_score_refuses_what_cannot_be() -> None:
    assert net_score(0, 0, 0) is None
    assert net_score(6, 5, 10) is None
    assert net_score(-1, 0, 10) is None
