"""Days and months of a department beside weeks of its sub-groups: what margins of a table tell of cells."""

from datetime import date, timedelta

import pytest

from governance.disclosure_control import NOBODY, Policy
from governance.disclosure_control.margins import days_beside, weeks_beside
from governance.disclosure_control.periods import Series
from tests.counted_persons import APRIL, CUT, MARCH, MONDAY, days, people

POLICY = Policy()


def on_days(*patients: int) -> Series:
    return Series(weeks={}, days=days(MONDAY, *patients))


def three_days(start: date = MONDAY) -> frozenset[date]:
    return frozenset(start + timedelta(days=day) for day in range(3))


FEW, MANY = on_days(2, 30), on_days(40, 0, 40)
"""One on Monday and Tuesday, one on Monday and Wednesday: Wednesday off its week is its Monday."""


@pytest.mark.parametrize(
    ("sub_groups", "tells"),
    [
        ([(2, 30), (40, 0, 40)], True),
        ([(2, 30), (40, 40, 40)], False),
        ([(12, 30), (40, 0, 40)], False),
        ([(30, 2), (40, 40, 40)], False),
        ([(30, 3, 30), (30, 4, 30)], False),
        ([(30, 0, 40), (30, 30, 40), (0, 30, 2)], False),
        ([(30, 40), (30, 40), (0, 2, 30)], True),
    ],
)
def test_days_are_not_shown_where_sub_groups_do_not_meet_without_one_on_which_one_is_small(
    sub_groups: list[tuple[int, ...]], tells: bool
) -> None:
    found = days_beside([on_days(*patients) for patients in sub_groups], (), POLICY)
    assert found == (three_days() if tells else frozenset())


def test_a_day_that_is_not_shown_follows_from_its_week_like_another() -> None:
    assert days_beside([FEW, MANY], {MONDAY}, POLICY) == three_days()
    assert days_beside([FEW, MANY], {MONDAY, MONDAY + timedelta(days=1)}, POLICY) == frozenset()
    assert days_beside([FEW, MANY], three_days(), POLICY) == frozenset()
    assert days_beside([on_days(2, 3, 4), MANY], three_days(), POLICY) == frozenset()


def test_a_week_is_judged_by_itself() -> None:
    """The next week, in which both are there each day, does not cover this one and is shown."""
    later = MONDAY + timedelta(weeks=1)
    family = [
        Series(weeks={}, days={**FEW.days, **days(later, 30, 30, 30)}),
        Series(weeks={}, days={**MANY.days, **days(later, 40, 40, 40)}),
    ]
    assert days_beside(family, (), POLICY) == three_days()


def test_a_day_with_nobody_is_not_hidden_and_a_week_that_is_not_shown_is_judged_with_its_month() -> None:
    nobody = {MONDAY + timedelta(days=4): NOBODY}
    assert days_beside([Series(weeks={}, days=FEW.days | nobody), MANY], (), POLICY) == three_days()
    unseen = Series(weeks={MONDAY: people(9)}, days=FEW.days)
    assert days_beside([unseen, MANY], (), POLICY) == three_days()
    neither = Series(weeks={MONDAY: people(9)}, months={MARCH: people(9)}, days=FEW.days)
    assert days_beside([neither, MANY], (), POLICY) == frozenset()
    only_the_week = Series(weeks={MONDAY: people(32)}, months={MARCH: people(9)}, days=FEW.days)
    assert days_beside([only_the_week, MANY], (), POLICY) == three_days()


@pytest.mark.parametrize(
    ("sub_groups", "tells"),
    [
        ([(3, 4, 30), (40, 40)], True),
        ([(3, 14, 30), (40, 40)], False),
        ([(3, 30, 0), (0, 40, 30), (4, 0, 40)], False),
        ([(3, 30, 0), (4, 40, 0), (40, 0, 40)], True),
        ([(3, 30, 0), (14, 40, 0), (40, 0, 40)], False),
        ([(30, 30), (0, 0, 30)], False),
    ],
)
def test_a_few_days_and_a_few_sub_groups_are_looked_at_together(
    sub_groups: list[tuple[int, ...]], tells: bool
) -> None:
    """What some have on the days that they share with others, by the days that they have for themselves."""
    found = days_beside([on_days(*patients) for patients in sub_groups], (), POLICY)
    assert found == (three_days() if tells else frozenset())


FRIDAY, SATURDAY, SUNDAY = date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)
"""A month ends between the last two."""


def test_the_days_that_are_not_shown_are_known_by_month_as_well() -> None:
    """The first has Sunday with the second, who has few there and a day of their own before."""
    first = Series(weeks={}, days={SUNDAY: people(31), SATURDAY: people(12)})
    second = Series(weeks={}, days={SUNDAY: people(9), SATURDAY: people(13), FRIDAY: people(40)})
    family, hidden = [first, second], {SUNDAY, FRIDAY}
    assert days_beside(family, {SUNDAY}, POLICY) == frozenset()
    assert days_beside(family, hidden, POLICY, hidden) == {FRIDAY, SATURDAY, SUNDAY}


def test_the_days_that_are_not_shown_are_known_together() -> None:
    """Apart, the few of Sunday are nobody else's; together with Friday they are known of the first."""
    first = Series(weeks={}, days={SATURDAY: people(12), SUNDAY: people(1)})
    second = Series(weeks={}, days={FRIDAY: people(10), date(2026, 2, 23): people(39)})
    assert days_beside([first, second], {FRIDAY, SUNDAY}, POLICY) >= {SUNDAY, FRIDAY, SATURDAY}


def test_days_of_two_weeks_are_judged_with_their_month() -> None:
    """In its weeks the first has its days for itself; over the month the rest is shared, and few of it."""
    monday, tuesday, later = MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(weeks=1)
    first = Series(weeks={}, days={monday: people(20), later: people(4)})
    second = Series(weeks={}, days={tuesday: people(30)})
    assert days_beside([first, second], {tuesday, later}, POLICY) == {monday, tuesday, later}


def test_a_month_of_the_department_is_enough_and_all_sub_groups_in_both_pieces_cover_each_other() -> None:
    pieces = {(CUT, MARCH): people(10), (CUT, APRIL): people(12)}
    whole = Series(weeks={CUT: people(20)}, months={MARCH: people(10)}, pieces=pieces)
    one = Series(weeks={}, pieces={(CUT, MARCH): people(10), (CUT, APRIL): people(1)})
    other = Series(weeks={}, pieces={(CUT, APRIL): people(11)})
    assert weeks_beside([one, other], whole, POLICY) == {CUT}
    both = Series(weeks={}, pieces={(CUT, MARCH): people(3), (CUT, APRIL): people(4)})
    assert weeks_beside([one, both], whole, POLICY) == frozenset()


def test_a_week_that_lies_in_one_month_tells_nothing_beside_it() -> None:
    few, many = (Series(weeks={}, pieces={(MONDAY, MARCH): people(count)}) for count in (4, 40))
    whole = Series(weeks={MONDAY: people(44)}, months={MARCH: people(44)}, pieces=many.pieces)
    assert weeks_beside([few, many], whole, POLICY) == frozenset()


def test_a_week_of_sub_groups_is_not_shown_where_a_month_of_the_department_gives_a_small_piece_of_one() -> (
    None
):
    """Only one was there in March: the department's March gives it, and its week what it has in April."""

    def weeks_away(in_april: int, april: int = 12) -> frozenset[date]:
        one = {(CUT, MARCH): people(10), (CUT, APRIL): people(in_april)}
        other = {(CUT, APRIL): people(10)}
        whole = Series(
            weeks={CUT: people(20)},
            months={MARCH: people(10), APRIL: people(april)},
            pieces={(CUT, MARCH): people(10), (CUT, APRIL): people(april)},
        )
        return weeks_beside([Series(weeks={}, pieces=one), Series(weeks={}, pieces=other)], whole, POLICY)

    assert weeks_away(1) == {CUT}
    assert weeks_away(10) == frozenset()
    assert weeks_away(1, april=9) == frozenset()


def test_days_on_which_sub_groups_are_shown_do_not_cover_the_others() -> None:
    """Tuesday is shown of both: the second's week less Tuesday is its Monday, which gives the first's."""
    first, second = (
        Series(weeks={}, days=days(MONDAY, 1, 10, 10)),
        Series(weeks={}, days=days(MONDAY, 10, 10)),
    )
    monday, wednesday = MONDAY, MONDAY + timedelta(days=2)
    assert days_beside([first, second], (), POLICY) == frozenset()
    found = days_beside([first, second], (), POLICY, {monday, wednesday})
    assert found == {monday, MONDAY + timedelta(days=1), wednesday}
