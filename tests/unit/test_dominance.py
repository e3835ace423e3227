"""A sum that two persons make up is a small group, however many there are beside them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.disclosure_control import Persons, Policy, release, too_few
from governance.disclosure_control.periods import Series, hidden, stretches
from governance.disclosure_control.policy import at_least
from kpis.catalogue import load
from kpis.parts import parts
from kpis.person_amounts import is_amount
from tests.counted_persons import MONDAY, people, weeks

POLICY = Policy()


def brings_in(amount: float, largest_two: float) -> Persons:
    return replace(people(40), amount=amount, largest_two=largest_two)


@pytest.mark.parametrize(
    ("persons", "small"),
    [
        (brings_in(100.0, 90.0), False),
        (brings_in(100.0, 90.1), True),
        (brings_in(0.0, 0.0), False),
        (brings_in(1e-9, 1e-9), True),
        (people(40), False),
    ],
)
def test_two_persons_may_make_up_nine_tenths_of_a_sum(persons: Persons, small: bool) -> None:
    assert too_few(persons, POLICY) is small
    assert release(4.2, persons, POLICY).value == (None if small else 4.2)


def test_what_is_dominated_is_marked_like_what_is_withheld() -> None:
    assert release(4.2, brings_in(100.0, 99.0), POLICY).mark == "< 10"


def test_what_the_p_percent_rule_holds_back_is_held_back() -> None:
    for largest in range(50, 100):
        for second in range(min(largest, 100 - largest) + 1):
            if 100 - largest - second < 0.1 * largest:
                assert brings_in(100.0, largest + second).dominated


def test_a_union_has_what_its_groups_bring_in_and_two_of_it_at_most_that_of_two_in_each() -> None:
    both = at_least([brings_in(100.0, 95.0), brings_in(60.0, 20.0)])
    assert (both.amount, both.largest_two, both.dominated) == (160.0, 115.0, False)
    assert at_least([brings_in(100.0, 95.0), brings_in(10.0, 5.0)]).dominated


def test_a_dominated_week_goes_with_those_that_follow_until_it_is_covered() -> None:
    whole = weeks(40, 40, 40, 40)
    starts = sorted(whole)
    for week, persons in zip(starts, [(10, 4), (100, 95), (10, 6), (90, 30)], strict=True):
        whole[week] = brings_in(*map(float, persons))
    assert stretches([Series(weeks=whole)], POLICY) == ((starts[0],), tuple(starts[1:]))
    assert hidden([Series(weeks=whole)], "week", POLICY) == set(starts[1:])
    assert MONDAY + timedelta(weeks=1) == starts[1]


AMOUNTS = {"note_time_enc", "wow8", "message_read_time", "message_write_time", "visit_length_min"}
OTHERS = {"no_show", "sus", "tword", "note_close_24h", "burnout_any", "major_error_per_100", "utilisation"}


def test_time_and_money_are_amounts_that_persons_bring_in_and_counts_and_scores_are_not() -> None:
    found = {
        kpi.id for kpi in load().values() for part in parts([kpi], kpi.denominator.table) if is_amount(part)
    }
    assert found >= AMOUNTS
    assert not found & OTHERS
