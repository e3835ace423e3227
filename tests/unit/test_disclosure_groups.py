"""Sub-groups that are too small by themselves are taken together."""

import pytest

from governance.disclosure_control import Persons, Policy
from governance.disclosure_control.groups import REST, merged
from tests.counted_persons import MONDAY, people, weeks

POLICY = Policy()


def test_small_sub_groups_are_taken_together_never_one_alone() -> None:
    large, small = weeks(30, 30, 30), weeks(3, 4, 12)
    assert merged({"a": large, "b": large, "c": small, "d": small}, POLICY) == {"c", "d"}
    assert merged({"a": large, "b": weeks(12, 9, 30), "c": small}, POLICY) == {"b", "c"}
    assert merged({"a": large, "b": small}, POLICY) == frozenset()
    assert merged({"a": large, "b": large}, POLICY) == frozenset()
    assert merged({"a": small, "b": small, "c": small}, POLICY) == frozenset()
    three_small = {"a": large, "b": large, "c": small, "d": small, "e": small}
    assert merged(three_small, POLICY) == {"c", "d", "e"}
    assert (REST[0], REST[-1]) == ("(", ")")


def test_a_sub_group_small_in_half_of_its_periods_stands_on_its_own() -> None:
    groups = {"a": weeks(30, 30), "b": weeks(9, 30), "c": weeks(0, 30)}
    assert merged(groups, POLICY) == frozenset()


def test_periods_without_anybody_make_a_sub_group_neither_small_nor_large() -> None:
    large = weeks(30, 30, 30)
    assert merged({"a": large, "b": large, "c": weeks(0, 0)}, POLICY) == frozenset()
    assert merged({"a": large, "b": large, "c": weeks(9, 0, 0)}, POLICY) == {"a", "c"}


@pytest.mark.parametrize("few", [people(9, None), people(None, 4), people(9, 0), people(0, 4)])
def test_a_sub_group_is_small_in_patients_or_in_staff(few: Persons) -> None:
    large = weeks(30)
    assert merged({"a": large, "b": large, "c": {MONDAY: few}}, POLICY) == {"a", "c"}
