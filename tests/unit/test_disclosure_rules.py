"""The rules of disclosure control, each at its edge."""

from datetime import date, timedelta

import pytest

from governance.disclosure_control import NOBODY, Disclosed, Persons, Policy, release, too_few
from governance.disclosure_control.answers import all_alike
from governance.disclosure_control.periods import (
    Series,
    hidden,
    months_beside,
    piece_of,
    pieces_of,
    stretches,
)
from governance.disclosure_control.policy import at_least, fewest
from governance.disclosure_control.rounding import rounded
from tests.counted_persons import APRIL, CUT, MARCH, MAY, MONDAY, days, people, weeks

POLICY = Policy()


@pytest.mark.parametrize(
    ("persons", "small"),
    [
        (Persons(patients=10, staff=5, answers=5), False),
        (Persons(patients=9, staff=5), True),
        (Persons(patients=10, staff=4), True),
        (Persons(patients=None, staff=5, answers=4), True),
        (Persons(patients=1, staff=None), True),
        (Persons(patients=0, staff=0, answers=0), False),
        (Persons(patients=None, staff=None), False),
    ],
)
def test_a_group_is_small_below_the_minimum_of_any_kind_and_nobody_is_no_group(
    persons: Persons, small: bool
) -> None:
    assert too_few(persons, POLICY) is small
    found = release(4.2, persons, POLICY)
    assert (found.suppressed, found.value) == (small, None if small else 4.2)


def test_a_mark_names_the_minimum_that_is_not_reached() -> None:
    assert release(1, Persons(patients=9, staff=4), POLICY).mark == "< 10"
    assert release(1, Persons(patients=10, staff=4), POLICY).mark == "< 5"
    strict = Policy(minimum_answers=8)
    assert release(1, Persons(patients=None, staff=5, answers=7), strict).mark == "< 8"
    assert release(1, Persons(patients=10, staff=5), POLICY).mark == ""


def test_what_is_withheld_is_marked_like_what_is_small() -> None:
    found = release(1, Persons(patients=400, staff=40), POLICY, withheld=True)
    assert (found.suppressed, found.value, found.mark) == (True, None, "< 10")
    assert release(1, Persons(patients=None, staff=40), POLICY, withheld=True).mark == "< 5"
    assert release(1, Persons(patients=0, staff=40), POLICY, withheld=True).mark == "< 5"


def test_small_counts_that_were_taken_out_are_named_beside_what_is_shown_alone() -> None:
    shown = release(1, people(40), POLICY, few=("unsigned",))
    assert (shown.few, shown.few_mark) == (("unsigned",), "< 10")
    assert release(1, people(9), POLICY, few=("unsigned",)).few == ()


def test_what_stands_beside_a_number_goes_with_it() -> None:
    shown = release(1, people(40), POLICY)
    assert shown.beside("a").value == "a"
    assert (shown.beside("a").persons, shown.beside("a").policy) == (people(40), POLICY)
    away = release(1, people(40), POLICY, withheld=True)
    assert (away.beside("a").value, away.beside("a").suppressed) == (None, True)


def test_nothing_else_makes_a_disclosed() -> None:
    with pytest.raises(TypeError, match=r"^only release\(\) makes a Disclosed$"):
        Disclosed(1, suppressed=False, persons=people(40), policy=POLICY, gate=object())


def test_groups_that_may_share_persons_have_at_least_the_largest() -> None:
    groups = [people(4, None), people(7, 2), people(None, 3)]
    assert at_least(groups) == people(7, 3)
    assert fewest(groups) == people(4, 2)
    assert at_least([]) == fewest([]) == people(None, None)


@pytest.mark.parametrize(
    ("persons", "somebody"), [(people(1, 0), True), (people(0, 1), True), (NOBODY, False)]
)
def test_nobody_is_known_as_such(persons: Persons, somebody: bool) -> None:
    assert persons.anybody is somebody


def stretched(*patients: int) -> list[list[int]]:
    found = stretches([Series(weeks=weeks(*patients))], POLICY)
    return [[(week - MONDAY).days // 7 for week in stretch] for stretch in found]


@pytest.mark.parametrize(
    ("patients", "together"),
    [
        ((12, 10, 30), [[0], [1], [2]]),
        ((12, 9, 0, 10, 20), [[0], [1, 3], [4]]),
        ((9, 12, 30, 9, 8, 20), [[0, 1], [2], [3, 4, 5]]),
        ((12, 30, 9), [[0], [1, 2]]),
        ((12, 9, 30, 9), [[0], [1, 2, 3]]),
        ((12, 9), [[0, 1]]),
        ((12, 9, 9), []),
        ((9,), []),
        ((), []),
    ],
)
def test_small_weeks_go_with_those_that_follow(patients: tuple[int, ...], together: list[list[int]]) -> None:
    assert stretched(*patients) == together


def test_a_series_gives_its_persons_by_the_length_of_a_period() -> None:
    series = Series(weeks=weeks(12), months={MARCH: people(13)}, days=days(MONDAY, 14))
    assert series.of("week") == {MONDAY: people(12)}
    assert (series.of("month"), series.of("day")) == ({MARCH: people(13)}, {MONDAY: people(14)})


def test_weeks_that_are_taken_together_are_not_shown_by_themselves() -> None:
    series = Series(weeks=weeks(12, 9, 0, 10, 20))
    assert hidden([series], "week", POLICY) == {MONDAY + timedelta(weeks=week) for week in (1, 3)}
    few = Series(weeks=weeks(12, 9, 9))
    assert hidden([few], "week", POLICY) == set(few.weeks)


def test_a_week_without_a_sub_group_does_not_cover_it() -> None:
    first, other = Series(weeks=weeks(30, 30, 30, 30)), Series(weeks=weeks(3, 0, 40, 40))
    found = stretches([first, other], POLICY)
    assert found == (
        tuple(MONDAY + timedelta(weeks=week) for week in range(3)),
        (MONDAY + timedelta(weeks=3),),
    )
    away = Series(weeks=weeks(0, 0, 0, 3))
    assert stretches([first, away], POLICY) == ()


def test_a_family_is_shown_together_or_not_at_all() -> None:
    first, other = Series(weeks=weeks(12, 30, 11, 11)), Series(weeks=weeks(12, 3, 12, 0))
    assert hidden([first, other], "week", POLICY) == {MONDAY + timedelta(weeks=week) for week in (1, 2)}


def month_of_weeks(cut: tuple[int, int], week_patients: int = 20) -> Series:
    """Three whole weeks of March, the week that March and April share, and one week of April."""
    inside = weeks(20, 20, 20, week_patients)
    whole = inside | {CUT: people(20), CUT + timedelta(weeks=1): people(20)}
    pieces = {piece_of(week): persons for week, persons in whole.items() if week != CUT}
    pieces |= {(CUT, MARCH): people(cut[0]), (CUT, APRIL): people(cut[1])}
    return Series(weeks=whole, months={MARCH: people(90), APRIL: people(40), MAY: people(9)}, pieces=pieces)


@pytest.mark.parametrize(
    ("cut", "away"),
    [
        ((10, 10), {MAY}),
        ((9, 15), {MARCH, APRIL, MAY}),
        ((15, 9), {MARCH, APRIL, MAY}),
        ((0, 20), {MAY}),
        ((20, 0), {MAY}),
    ],
)
def test_months_that_leave_a_small_piece_of_a_week_are_not_shown(
    cut: tuple[int, int], away: set[date]
) -> None:
    assert hidden([month_of_weeks(cut)], "month", POLICY) == away


def test_a_month_stands_beside_weeks_that_are_taken_together_where_their_parts_are_large() -> None:
    """The small week of March goes with the one over the edge: 10 of its patients in March, 10 in April."""
    assert hidden([month_of_weeks((10, 10), week_patients=4)], "month", POLICY) == {MAY}
    assert hidden([month_of_weeks((9, 11), week_patients=4)], "month", POLICY) == {MARCH, APRIL, MAY}
    assert hidden([month_of_weeks((9, 11), week_patients=10)], "month", POLICY) == {MARCH, APRIL, MAY}


def test_a_month_in_which_a_stretch_has_nobody_is_not_hidden_for_its_small_part() -> None:
    """Two weeks taken together over February and March; the second has nobody in April."""
    first, later = date(2026, 2, 23), [CUT + timedelta(weeks=week) for week in range(1, 5)]
    february = date(2026, 2, 1)
    pieces = {(first, february): people(4), (first, MARCH): people(4), (CUT, MARCH): people(30)}
    series = Series(
        weeks={first: people(8), CUT: people(30)} | dict.fromkeys(later, people(30)),
        months={february: people(30), MARCH: people(30), APRIL: people(90)},
        pieces=pieces | {piece_of(week): people(30) for week in later[:3]},
    )
    assert hidden([series], "month", POLICY) == {february, MARCH}


def test_a_week_in_one_month_is_its_own_piece_and_a_cut_one_is_as_it_was_counted() -> None:
    counted = {(CUT, MARCH): people(7), (CUT, APRIL): people(12)}
    assert pieces_of({MONDAY: people(20), CUT: people(15)}, counted) == {
        (MONDAY, MARCH): people(20),
        **counted,
    }
    one_side = {(CUT, APRIL): people(15)}
    assert pieces_of({CUT: people(15)}, one_side) == one_side


def test_a_cut_week_of_which_nobody_counted_the_pieces_keeps_its_months() -> None:
    whole = {CUT: people(400), CUT - timedelta(weeks=1): people(400), CUT + timedelta(weeks=1): people(0, 0)}
    series = Series(
        weeks=whole,
        months={MARCH: people(400), APRIL: people(400)},
        pieces=pieces_of(whole, {}),
    )
    assert series.pieces.keys() == {(CUT, MARCH), (CUT, APRIL), (CUT - timedelta(weeks=1), MARCH)}
    assert hidden([series], "month", POLICY) == {MARCH, APRIL}


def test_a_sub_group_keeps_the_months_of_its_siblings() -> None:
    assert hidden([month_of_weeks((10, 10)), month_of_weeks((4, 16))], "month", POLICY) == {MARCH, APRIL, MAY}


def test_where_weeks_are_too_small_months_are_judged_by_themselves() -> None:
    small = weeks(4, 4, 4, 4)
    pieces = {piece_of(week): persons for week, persons in small.items()}
    series = Series(weeks=small, months={MARCH: people(14), APRIL: people(6)}, pieces=pieces)
    assert hidden([series], "month", POLICY) == {APRIL}
    assert hidden([series], "day", POLICY) == frozenset()


def test_days_of_weeks_that_are_not_shown_are_not_shown_either() -> None:
    series = Series(weeks=weeks(9), days=days(MONDAY, 30, 30))
    assert hidden([series], "day", POLICY) == {MONDAY, MONDAY + timedelta(days=1)}


@pytest.mark.parametrize(
    ("patients", "away"),
    [
        ((30, 20, 25), []),
        ((6, 30, 20, 0, 25), [0, 2]),
        ((6, 7, 20, 30), [0, 1, 2]),
        ((6, 7), [0, 1]),
        ((10, 9), [0, 1]),
        ((30, 30, 9), [0, 2]),
    ],
)
def test_small_days_take_the_smallest_others_with_them(patients: tuple[int, ...], away: list[int]) -> None:
    series = Series(weeks=weeks(40), days=days(MONDAY, *patients))
    assert hidden([series], "day", POLICY) == {MONDAY + timedelta(days=day) for day in away}


@pytest.mark.parametrize(
    ("counted", "away"),
    [
        ([(6, 9), (20, 12), (14, 5)], [0, 2]),
        ([(6, 9), (20, 5), (18, 12)], [0, 1]),
        ([(6, 9), (0, 16), (10, 6)], [0, 1, 2]),
        ([(6, 5), (20, 0), (14, 6)], [0, 1]),
        ([(6, None), (20, None), (12, None)], [0, 2]),
        ([(None, 3), (None, 8), (None, 6)], [0, 2]),
    ],
)
def test_the_smallest_day_is_that_of_fewest_patients_and_staff_together(
    counted: list[tuple[int | None, int | None]], away: list[int]
) -> None:
    on_days = {MONDAY + timedelta(days=day): people(*one) for day, one in enumerate(counted)}
    series = Series(weeks=weeks(60), days=on_days)
    assert hidden([series], "day", POLICY) == {MONDAY + timedelta(days=day) for day in away}


def test_days_are_covered_in_the_piece_of_the_week_that_lies_in_one_month() -> None:
    """The small Monday of March needs Tuesday of March; the days of April cannot cover it."""
    series = Series(weeks={CUT: people(60)}, days=days(CUT, 6, 50, 12, 30))
    assert hidden([series], "day", POLICY) == {CUT, CUT + timedelta(days=1)}


def test_a_day_that_is_a_whole_small_piece_is_covered_by_the_rest_of_its_week() -> None:
    sunday = date(2026, 3, 1)
    week = sunday - timedelta(days=6)
    series = Series(weeks={week: people(80)}, days=days(week, 30, 40, 20, 0, 0, 0, 2))
    assert hidden([series], "day", POLICY) == {sunday, week + timedelta(days=2)}


def test_a_sub_group_without_anybody_on_a_day_does_not_cover_it() -> None:
    first = Series(weeks=weeks(60), days=days(MONDAY, 30, 20, 40))
    other = Series(weeks=weeks(60), days=days(MONDAY, 3, 0, 40))
    assert hidden([first, other], "day", POLICY) == {MONDAY + timedelta(days=day) for day in range(3)}


@pytest.mark.parametrize(
    ("value", "error", "alike"),
    [
        (0.0, 0.0, True),
        (1.0, 0.0, True),
        (0.5, 0.1, False),
        (7.0, 6e-7, True),
        (7.0, 8e-7, False),
        (-1.0, 0.0, True),
        (0.2, 1e-7, True),
        (0.2, 1.5e-7, False),
        (None, 0.0, False),
        (3.0, None, False),
    ],
)
def test_answers_that_are_all_the_same_tell_what_each_said(
    value: float | None, error: float | None, alike: bool
) -> None:
    assert all_alike(value, error) is alike


def test_persons_are_counted_in_fives() -> None:
    assert [rounded(count) for count in (0, 2, 3, 7, 8, 12, 13, 100)] == [0, 0, 5, 5, 10, 10, 15, 100]


def test_a_month_of_sub_groups_is_not_shown_where_one_is_small_in_a_week_of_the_department() -> None:
    """The tool began in the second week: the department's week less its month gives who is without."""
    first, second, month = date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 1)
    with_tool = Series(weeks={second: people(16)}, pieces={(second, month): people(16)})
    few, enough = (
        Series(
            weeks={first: people(40), second: people(number)},
            pieces={(first, month): people(40), (second, month): people(number)},
        )
        for number in (2, 12)
    )
    shown = [(first,), (second,)]
    assert months_beside([with_tool, few], shown, POLICY) == {month}
    assert months_beside([with_tool, enough], shown, POLICY) == frozenset()
    assert months_beside([with_tool, few], [], POLICY) == frozenset()
