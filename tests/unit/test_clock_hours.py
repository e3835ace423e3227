"""Hour by hour what a clock says, and where a local time can be another one: counted from the first day."""

from datetime import date
from itertools import groupby
from typing import Any

import pytest

from data_connectors.clock_hours import clock_hours

HOUR = 3_600


def runs(hours: Any) -> list[tuple[int, int]]:
    """Each value and for how many hours it holds."""
    return [(value, len([*same])) for value, same in groupby(hours.tolist())]


def test_about_the_hour_that_is_not_there_no_local_time_is_certain() -> None:
    found = clock_hours("Europe/Amsterdam", date(2026, 3, 28), date(2026, 3, 30))
    assert runs(found.ahead_then) == [(HOUR, 25), (2 * HOUR, 47)]
    assert runs(found.steady_then) == [(True, 23), (False, 4), (True, 45)]
    assert runs(found.ahead) == [(HOUR, 28), (2 * HOUR, 44)]
    assert runs(found.steady) == [(True, 25), (False, 3), (True, 44)]


def test_west_of_greenwich_local_hours_come_before_those_of_utc() -> None:
    found = clock_hours("America/New_York", date(2026, 3, 7), date(2026, 3, 9))
    assert runs(found.ahead_then) == [(-5 * HOUR, 31), (-4 * HOUR, 41)]
    assert runs(found.steady_then) == [(True, 29), (False, 4), (True, 39)]
    assert runs(found.ahead) == [(-5 * HOUR, 28), (-4 * HOUR, 44)]
    assert runs(found.steady) == [(True, 25), (False, 3), (True, 44)]


def test_a_clock_that_changes_by_half_an_hour() -> None:
    found = clock_hours("Australia/Lord_Howe", date(2026, 4, 3), date(2026, 4, 6))
    assert runs(found.ahead_then) == [(11 * HOUR, 39), (37_800, 57)]
    assert runs(found.steady_then) == [(True, 37), (False, 4), (True, 55)]
    assert runs(found.ahead) == [(11 * HOUR, 51), (37_800, 45)]
    assert runs(found.steady) == [(True, 48), (False, 3), (True, 45)]


@pytest.mark.parametrize("first", [date(2026, 3, 27), date(2026, 3, 28)])
def test_a_change_soon_after_the_last_hour_or_before_the_first_counts(first: date) -> None:
    found = clock_hours("America/New_York", first, first)
    assert runs(found.steady) == [(True, 24)]
    changed = clock_hours("Pacific/Auckland", date(2026, 4, 4), date(2026, 4, 4))
    assert runs(changed.steady_then) == [(True, 12), (False, 4), (True, 8)]
    assert runs(changed.steady) == [(True, 24)]


def test_a_clock_that_never_changes_is_always_certain() -> None:
    found = clock_hours("Asia/Kolkata", date(2026, 3, 28), date(2026, 3, 28))
    assert runs(found.ahead) == runs(found.ahead_then) == [(19_800, 24)]
    assert runs(found.steady) == runs(found.steady_then) == [(True, 24)]
