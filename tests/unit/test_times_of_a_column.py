"""Times are read by the layout of the first text of their width; another kind of text is left alone."""

from datetime import date

import pyarrow as pa
import pytest

from data_connectors.plain_times import Times, read_times
from data_connectors.time_layout import iso_layouts

TODAY = date(2026, 11, 23)
LAYOUTS = [*iso_layouts()]
AMSTERDAM, UTC, AUCKLAND = "Europe/Amsterdam", "UTC", "Pacific/Auckland"
ANY = ("2026-07-01 09:30", ("2026-07-01 07:30:00", "2026-07-01"))


def times(texts: pa.StringArray, zone: str = AMSTERDAM, hospital: str = AMSTERDAM) -> Times:
    return read_times(texts, LAYOUTS, (zone, hospital), TODAY)


def came_to(*texts: str, zone: str = AMSTERDAM, hospital: str = AMSTERDAM) -> list[tuple[str, str] | None]:
    """By text its moment and day; None for what is left to the engine."""
    found = times(pa.array(texts, pa.string()), zone, hospital)
    rows = zip(found.utc.to_pylist(), found.days.to_pylist(), found.clean.tolist(), strict=True)
    return [(str(moment), str(day)) if clean else None for moment, day, clean in rows]


def test_a_local_time_becomes_a_moment_and_a_day_of_the_hospital() -> None:
    assert came_to("2026-07-01 00:30:05", "1990-01-15 00:30:05") == [
        ("2026-06-30 22:30:05", "2026-07-01"),
        ("1990-01-14 23:30:05", "1990-01-15"),
    ]


def test_a_time_of_another_place_can_lie_on_another_day() -> None:
    text = "2026-07-01 14:30"
    assert came_to(text, zone=UTC, hospital=AUCKLAND) == [("2026-07-01 14:30:00", "2026-07-02")]
    assert came_to(text, zone=AUCKLAND, hospital=UTC) == [("2026-07-01 02:30:00", "2026-07-01")]


def test_an_offset_counts_instead_of_the_zone() -> None:
    assert came_to("2026-07-01 00:30+05:00", zone=AUCKLAND) == [("2026-06-30 19:30:00", "2026-06-30")]


def test_an_empty_text_is_no_time_and_leaves_no_doubt() -> None:
    found = times(pa.array(["", ANY[0], ""]))
    assert (found.utc.null_count, found.days.null_count) == (2, 2)
    assert came_to("", ANY[0], "") == [("None", "None"), ANY[1], ("None", "None")]
    assert came_to("", "") == [("None", "None")] * 2
    assert came_to() == []


def test_the_columns_have_the_types_of_the_engine() -> None:
    found = times(pa.array([ANY[0]]))
    assert (found.utc.type, found.days.type) == (pa.timestamp("us"), pa.date32())


def test_each_width_has_the_layout_of_its_first_text() -> None:
    found = came_to("", ANY[0], "2026-07-01T09:30", "x", " ", "2026-07-01 09:30:00", ANY[0])
    seconds = ("2026-07-01 07:30:00", "2026-07-01")
    assert found == [("None", "None"), ANY[1], None, None, None, seconds, ANY[1]]
    assert came_to("x", ANY[0]) == [None, ANY[1]]
    assert came_to("2026-07-01x09:30", ANY[0]) == [None, None]


def test_a_fraction_of_a_second_is_part_of_the_moment() -> None:
    texts = ("2026-07-01 09:30:05.123", "2026-07-01 09:30:05.1234567", "2026-07-01 09:30:05.5 +01:00")
    moments = ("2026-07-01 07:30:05.123000", "2026-07-01 07:30:05.123456", "2026-07-01 08:30:05.500000")
    assert came_to(*texts) == [(moment, "2026-07-01") for moment in moments]


def test_the_last_times_that_are_plausible() -> None:
    assert came_to("2027-11-22 23:59", "2027-11-23 00:00") == [("2027-11-22 22:59:00", "2027-11-22"), None]


@pytest.mark.parametrize("zones", [(AMSTERDAM, UTC), (UTC, AMSTERDAM)])
def test_hours_about_a_change_of_either_clock_are_left_alone(zones: tuple[str, str]) -> None:
    changed = ("2026-03-29 02:30", "2026-10-25 02:30")
    assert came_to(*changed, zone=zones[0], hospital=zones[1]) == [None, None]


def test_two_hours_after_the_clocks_went_forward_a_local_time_is_certain_again() -> None:
    text = "2026-03-29 04:30"
    assert came_to(text, zone=AMSTERDAM, hospital=UTC) == [("2026-03-29 02:30:00", "2026-03-29")]


def test_of_a_time_with_an_offset_the_moment_is_what_may_be_near_a_change() -> None:
    far, near = "2026-10-25 02:30+09:00", "2026-10-25 10:30+09:00"
    assert came_to(far, near, hospital=UTC) == [("2026-10-24 17:30:00", "2026-10-24"), None]


def test_what_is_certain_of_no_hour_is_not_certain_where_the_clock_is_steady() -> None:
    assert came_to("2026-07-01 09:60", "2026-07-01 09:30+99:99") == [None, None]
    assert came_to("2026-07-01 09:30+99:99", "2026-07-01 09:30-99:99") == [None, None]
