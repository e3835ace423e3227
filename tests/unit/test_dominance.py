"""A sum that two persons make up is a small group, however many there are beside them."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from governance.disclosure_control import Persons, Policy, release, too_few
from governance.disclosure_control.periods import Series, hidden, stretches
from governance.disclosure_control.policy import at_least, fewest
from kpis.catalogue import load
from kpis.kpi import Group, Kpi
from kpis.parts import population_parts
from kpis.person_amounts import is_amount
from storage import persons_at_least
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


TIME = load()["note_time_enc"]


def adds_up(kpi: Kpi) -> bool:
    (part,) = population_parts([kpi], kpi.denominator.table)
    return is_amount(part)


def test_time_that_stands_beside_persons_is_an_amount_and_counts_scores_and_waiting_lists_are_not() -> None:
    assert {kpi.id for kpi in load().values() if adds_up(kpi)} == {
        *("access_days", "ehr_time8", "inbox_time8", "letter_write_min", "message_read_time"),
        *("message_write_time", "note_time8", "note_time_enc", "pajama_time", "review_time"),
        *("script_time8", "undiv_attention", "visit_length_min", "wow8"),
    }


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        (replace(TIME, statistic="mean"), True),
        (replace(TIME, statistic="rate"), True),
        (replace(TIME, statistic="rate", numerator=replace(TIME.numerator, value="")), False),
        (replace(TIME, group=Group(column="note", combine="sum", rows=2, at_least=1)), False),
        (replace(TIME, numerator=replace(TIME.numerator, value="active_seconds + exposed")), True),
        (
            replace(
                load()["message_read_time"],
                numerator=replace(load()["message_read_time"].numerator, value="read_seconds + draft_used"),
            ),
            False,
        ),
    ],
)
def test_all_that_is_added_up_has_a_unit(kpi: Kpi, expected: bool) -> None:
    assert adds_up(kpi) is expected


def test_the_fewest_of_some_groups_are_as_dominated_as_the_worst_of_them() -> None:
    assert fewest([brings_in(100.0, 20.0), brings_in(10.0, 9.5)]).dominated
    assert fewest([brings_in(10.0, 9.5), people(40)]).dominated
    assert not fewest([brings_in(100.0, 20.0), people(40)]).dominated


def test_of_groups_in_a_source_days_alone_are_added_up() -> None:
    """A week tells of the same rows as its days, and would water down what two of them bring in."""
    rows = pd.DataFrame(
        {
            "week": ["", "", "2026-W10"],
            "patients": [40.0, 40.0, 60.0],
            "staff": [9.0, 9.0, 9.0],
            "amount": [100.0, 100.0, 200.0],
            "largest_two": [85.0, 99.0, 170.0],
        }
    )
    found = persons_at_least.persons(rows)
    assert (found.amount, found.largest_two, found.dominated) == (200.0, 184.0, True)
    week = persons_at_least.persons(rows[2:])
    assert (week.amount, week.dominated) == (200.0, False)
