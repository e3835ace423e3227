"""Questionnaires scored by their manuals, against published examples and each formula written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.statistics.survey_scale import SCALES, pem
from kpis.statistics.survey_scoring import (
    OUTSIDE_RANGE,
    TOO_MANY_UNANSWERED,
    UNANSWERED,
    UNKNOWN_ITEM,
    net_class,
    score,
    top_box,
)

SUS = SCALES["sus"]


def answered(scale, answers):
    return dict(zip(scale.items, answers, strict=True))


def test_sus_of_brooke_1996() -> None:
    """Brooke, SUS: a quick and dirty usability scale: the contributions add up to 22, so the score is 55.

    Also printed in Tullis and Albert, Measuring the User Experience, figure 6.8.
    """
    found = score(SUS, answered(SUS, [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]))
    assert (found.scale, found.value, found.answered, found.reason) == ("sus", 55.0, 10, None)


@given(st.lists(st.integers(1, 5), min_size=10, max_size=10))
def test_sus_is_odd_sum_less_5_and_25_less_even_sum(answers):
    """The second way in which it is taught: X = odd sum - 5, Y = 25 - even sum, (X + Y) times 2.5."""
    expected = (sum(answers[::2]) - 5 + 25 - sum(answers[1::2])) * 2.5
    assert score(SUS, answered(SUS, answers)).value == expected


def test_an_unanswered_item_of_sus_counts_as_the_centre_point() -> None:
    answers = answered(SUS, [5, 1] * 5)
    assert score(SUS, answers).value == 100
    assert score(SUS, {**answers, "sus_1": None}).value == 95
    assert score(SUS, {**answers, "sus_2": 3}).value == 95
    few = {item: answers[item] for item in SUS.items[:4]}
    assert (score(SUS, few).value, score(SUS, few).reason) == (None, TOO_MANY_UNANSWERED)
    assert score(SUS, {}).reason == TOO_MANY_UNANSWERED


ENDS = {
    "sus": (50, 50),
    "nasa_tlx_raw": (0, 100),
    "ptl_0_400": (0, 400),
    "ptl_0_100": (0, 100),
    "mini_z_2_total": (10, 50),
    "mini_z_burnout": (1, 5),
    "pfi_exhaustion_0_4": (0, 4),
    "pfi_exhaustion_0_10": (0, 10),
    "pfi_burnout_0_4": (0, 4),
    "pfi_burnout_0_10": (0, 10),
    "pdqi_9": (9, 45),
}


@pytest.mark.parametrize(("scale", "low", "high"), [(k, *v) for k, v in ENDS.items()])
def test_lowest_and_highest_answers_give_the_ends_of_the_published_range(scale, low, high) -> None:
    chosen = SCALES[scale]
    assert {*ENDS} == {*SCALES}
    for answer, expected in ((chosen.low, low), (chosen.high, high)):
        assert score(chosen, dict.fromkeys(chosen.items, answer)).value == pytest.approx(expected)


@given(st.lists(st.floats(0, 100), min_size=6, max_size=6))
def test_task_load_is_the_mean_of_six_and_the_sum_of_four(answers):
    mental, physical, temporal, _, effort, _ = answers
    tlx = SCALES["nasa_tlx_raw"]
    named = answered(tlx, answers)
    assert tlx.items == ("mental", "physical", "temporal", "performance", "effort", "frustration")
    assert score(tlx, named).value == pytest.approx(sum(answers) / 6)
    four = {item: named[item] for item in SCALES["ptl_0_400"].items}
    assert score(SCALES["ptl_0_400"], four).value == pytest.approx(mental + physical + temporal + effort)
    assert score(SCALES["ptl_0_100"], four).value == pytest.approx(
        (mental + physical + temporal + effort) / 4
    )


@given(st.lists(st.integers(0, 4), min_size=10, max_size=10))
def test_burnout_is_the_mean_of_ten_from_1_33_on_both_ranges(answers):
    small, large = SCALES["pfi_burnout_0_4"], SCALES["pfi_burnout_0_10"]
    found = score(small, answered(small, answers))
    assert found.value == pytest.approx(sum(answers) / 10)
    # means of ten whole numbers are tenths: 13 points are below 1.33 and 14 are above
    assert found.counts == (sum(answers) >= 14)
    assert score(large, answered(large, answers)).counts == found.counts
    four = SCALES["pfi_exhaustion_0_4"]
    exhausted = score(four, answered(four, answers[:4]))
    assert exhausted.value == pytest.approx(sum(answers[:4]) / 4)
    assert exhausted.counts is None


@pytest.mark.parametrize(("answer", "burned_out"), [(1, False), (2, False), (3, True), (4, True), (5, True)])
def test_single_item_burnout_starts_at_three(answer: int, burned_out: bool) -> None:
    assert score(SCALES["mini_z_burnout"], {"burnout": answer}).counts is burned_out


@pytest.mark.parametrize("scale", [name for name in SCALES if name != "sus"])
def test_without_an_item_there_is_no_score(scale: str) -> None:
    chosen = SCALES[scale]
    answers = dict.fromkeys(chosen.items, chosen.high)
    found = score(chosen, {**answers, chosen.items[0]: None})
    assert (found.value, found.counts, found.reason) == (None, None, UNANSWERED)


@pytest.mark.parametrize("answer", [0, 6, 2.5, -1, float("nan"), float("inf")])
def test_an_answer_outside_the_range_is_refused(answer: float) -> None:
    found = score(SUS, {**answered(SUS, [3] * 10), "sus_4": answer})
    assert (found.value, found.reason) == (None, OUTSIDE_RANGE)


def test_an_item_that_the_scale_has_not_is_refused() -> None:
    assert score(SUS, {**answered(SUS, [3] * 10), "sus_11": 3}).reason == UNKNOWN_ITEM


@given(st.lists(st.none() | st.integers(1, 10), min_size=4, max_size=4))
def test_patient_experience_is_the_mean_and_the_top_of_the_answered_items(answers):
    scale = pem(("a", "b", "c", "d"))
    given_ones = [answer for answer in answers if answer is not None]
    found, top = score(scale, answered(scale, answers)), top_box(scale, answered(scale, answers), 9)
    if len(given_ones) < 2:
        assert (found.value, top.value) == (None, None)
        assert found.reason == top.reason == TOO_MANY_UNANSWERED
        return
    assert found.value == pytest.approx(sum(given_ones) / len(given_ones))
    assert top.value == sum(answer in (9, 10) for answer in given_ones) / len(given_ones)
    assert (found.scale, top.scale) == ("pem_mean", "pem_mean_top_9")


def test_net_classes_of_reichheld() -> None:
    assert [net_class(answer) for answer in range(11)] == [-1] * 7 + [0, 0, 1, 1]
    assert [net_class(answer) for answer in (None, -1, 11, 8.5, float("nan"))] == [None] * 5
