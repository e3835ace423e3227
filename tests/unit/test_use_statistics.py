"""Funnels, standardised values and sustained use."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from kpis.statistics.funnel import MORE_THAN_EARLIER, NOTHING_BEFORE, funnel
from kpis.statistics.standardisation import NO_REFERENCE, STRATUM_WITHOUT_ROWS, Stratum, standardise
from kpis.statistics.sustained_use import sustained_use
from tests.hypothesis_profiles import examples

NAMES = ("eligible", "offered", "opened", "edited", "signed")


def test_a_funnel_gives_each_stage_of_the_one_before_and_of_the_first() -> None:
    stages = funnel(list(zip(NAMES, (200, 100, 80, 20, 20), strict=True)))
    assert [stage.problem for stage in stages] == [None] * 5
    assert (stages[0].from_previous, stages[0].from_first) == (None, None)
    assert [stage.from_previous.value for stage in stages[1:]] == [0.5, 0.8, 0.25, 1.0]
    assert [stage.from_first.value for stage in stages[1:]] == [0.5, 0.4, 0.1, 0.1]
    expected = proportion_confint(20, 200, method="wilson")
    assert (stages[4].from_first.interval.low, stages[4].from_first.interval.high) == pytest.approx(expected)


def test_a_stage_larger_than_an_earlier_one_is_a_problem_and_no_share() -> None:
    stages = funnel([("eligible", 10), ("offered", 4), ("opened", 6), ("edited", 5), ("signed", 3)])
    assert [stage.problem for stage in stages] == [None, None, MORE_THAN_EARLIER, MORE_THAN_EARLIER, None]
    assert stages[2].from_previous.value is None
    assert stages[2].from_previous.interval is None
    assert stages[2].from_first.value == 0.6


def test_after_an_empty_stage_there_is_no_share() -> None:
    stages = funnel([("eligible", 3), ("offered", 0), ("opened", 0)])
    assert stages[2].problem == NOTHING_BEFORE
    assert stages[2].from_previous.value is None
    assert stages[2].from_first.value == 0.0
    assert funnel([]) == ()


def test_standardised_mortality_of_sweden() -> None:
    """The worked example of the IUSSP's Population Analysis for Policies and Programmes, session 6.

    Rates of Sweden per 1000 on the population of Ecuador: 42 560 / 11 459 000 = 3.7 per 1000.
    """
    rates = {"0-29": 0.45, "30-59": 2.4, "60+": 42.4}
    strata = {k: Stratum(n=1000, numerator=r, denominator=1000.0, variance=r / 1e6) for k, r in rates.items()}
    found = standardise(strata, {"0-29": 7_498_000, "30-59": 3_219_000, "60+": 742_000})
    assert found.value * 11_459_000 == pytest.approx(42_560, abs=1)  # its terms are rounded to whole deaths
    assert round(1000 * found.value, 1) == 3.7


shares = st.lists(st.floats(0.01, 10), min_size=1, max_size=5)


@given(shares, st.data())
def test_with_the_mix_of_the_reference_the_value_is_the_crude_one(mix, data):
    rates = data.draw(st.lists(st.floats(0, 100), min_size=len(mix), max_size=len(mix)))
    strata = {
        str(i): Stratum(n=5, numerator=w * r, denominator=w, variance=0.0)
        for i, (w, r) in enumerate(zip(mix, rates, strict=True))
    }
    found = standardise(strata, {str(i): 7 * w for i, w in enumerate(mix)})
    assert found.value == pytest.approx(found.crude, abs=1e-9)


@given(shares, st.data())
def test_a_change_of_mix_alone_changes_nothing(mix, data):
    size = st.lists(st.floats(0.01, 10), min_size=len(mix), max_size=len(mix))
    rates, other = data.draw(size), data.draw(size)
    reference = {str(i): w for i, w in enumerate(mix)}
    values = [
        standardise(
            {
                str(i): Stratum(n=5, numerator=w * r, denominator=w, variance=None)
                for i, (w, r) in enumerate(zip(weights, rates, strict=True))
            },
            reference,
        )
        for weights in (mix, other)
    ]
    assert values[0].value == pytest.approx(values[1].value, rel=1e-12)
    assert values[0].standard_error is None


def test_error_of_a_standardised_value_is_that_of_many_draws() -> None:
    chance = np.random.default_rng(2)
    n, p, w = np.array([40, 200]), np.array([0.3, 0.1]), np.array([3.0, 1.0])
    draws = (chance.binomial(n, p, size=(40_000, 2)) / n) @ w / w.sum()
    strata = {
        str(i): Stratum(
            n=int(n[i]), numerator=n[i] * p[i], denominator=n[i], variance=p[i] * (1 - p[i]) / n[i]
        )
        for i in range(2)
    }
    found = standardise(strata, {"0": 3.0, "1": 1.0})
    # the error of a standard deviation over 40 000 draws is 0.35 %; four of those
    assert found.standard_error == pytest.approx(draws.std(), rel=0.014)


def test_a_stratum_without_rows_is_no_reason_to_divide_its_weight() -> None:
    one = Stratum(n=4, numerator=2.0, denominator=4.0, variance=0.1)
    found = standardise({"a": one, "c": one}, {"a": 3.0, "b": 1.0})
    assert (found.value, found.standard_error, found.reason) == (None, None, STRATUM_WITHOUT_ROWS)
    assert (found.crude, found.missing_weight, found.rows_outside_reference) == (0.5, 0.25, 4)
    empty = standardise({}, {})
    assert (empty.value, empty.crude, empty.reason) == (None, None, NO_REFERENCE)


START = date(2026, 1, 5)
uses = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 60)), max_size=40)


def by_hand(use: list[tuple[str, int]], as_of: int) -> list[tuple[int, int, int]]:
    """One clinician and one week at a time."""
    days: dict[str, set[int]] = {}
    for who, day in use:
        if day <= as_of:
            days.setdefault(who, set()).add(day)
    lines = []
    for week in range(1, 20):
        at_risk = [own for own in days.values() if min(own) + 7 * week + 6 <= as_of]
        using = [own for own in at_risk if any((day - min(own)) // 7 == week for day in own)]
        if at_risk:
            lines.append((week, len(at_risk), len(using)))
    return lines


@examples(100)
@given(uses, st.integers(0, 60))
def test_sustained_use_is_that_of_each_clinician_and_week(use, as_of):
    table = pd.DataFrame(
        {"clinician": [who for who, _ in use], "day": [START + timedelta(day) for _, day in use]}
    )
    found = sustained_use(table, START + timedelta(as_of))
    expected = by_hand(use, as_of)
    assert list(found[["week", "at_risk", "using"]].itertuples(index=False, name=None)) == expected
    for line in found.itertuples():
        ends = proportion_confint(line.using, line.at_risk, method="wilson")
        assert line.share == line.using / line.at_risk
        assert (line.low, line.high) == pytest.approx(ends, abs=1e-12)


def test_one_who_started_last_week_did_not_stop() -> None:
    table = pd.DataFrame(
        {"clinician": ["a", "b", None, "a"], "day": [START, START + timedelta(14), START, None]}
    )
    found = sustained_use(table, START + timedelta(20))
    assert found["at_risk"].tolist() == [1, 1]
    assert found["share"].tolist() == [0.0, 0.0]
