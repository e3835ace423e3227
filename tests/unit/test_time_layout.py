"""Where the digits of a time stand in its text, what they come to, and what is left to the engine."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from data_connectors.time_layout import Layout, iso_layouts, layouts, read

TODAY = date(2026, 11, 23)
DUTCH = "%d-%m-%Y %H:%M"
SECONDS = "%Y-%m-%d %H:%M:%S"
MINUTES = "%Y-%m-%d %H:%M"
WITH_OFFSET = "%Y-%m-%d %H:%M%z"


def layout(notation: str) -> Layout:
    return next(layouts(notation))


def came_to(notation: str, *texts: str, form: int = 0) -> list[tuple[int, int, int] | None]:
    """By text its day, second and seconds ahead of UTC; None for what is not certain."""
    found = read(pa.array(texts, pa.string()), [*layouts(notation)][form], TODAY)
    rows = zip(found.days.tolist(), found.seconds.tolist(), found.ahead.tolist(), found.sure, strict=True)
    return [tuple(row) if sure else None for *row, sure in rows]


def day(year: int, month: int, day_: int) -> int:
    return (date(year, month, day_) - date(1990, 1, 1)).days


def test_the_texts_of_iso_8601() -> None:
    widths = [
        (one.width, one.has_offset, one.sign) for one in iso_layouts() if ord("T") in one.marks.values()
    ]
    bare = [19, 16, *(20 + count for count in range(1, 10))]
    assert widths == [
        *(one for at in bare for one in ((at + 2, True, None), (at + 7, True, at + 1))),
        *(one for at in bare for one in ((at + 1, True, None), (at + 6, True, at))),
        *((at, False, None) for at in bare),
    ]
    assert len([*iso_layouts()]) == 2 * len(widths)


def test_a_notation_says_where_each_digit_and_mark_stands() -> None:
    assert [*layouts(DUTCH)] == [
        Layout(
            width=16,
            digits={"d": (0, 1), "m": (3, 4), "Y": (6, 7, 8, 9), "H": (11, 12), "M": (14, 15)},
            marks={2: ord("-"), 5: ord("-"), 10: ord(" "), 13: ord(":")},
        )
    ]
    assert not layout(DUTCH).has_offset


def test_an_offset_is_a_z_or_a_sign_with_hours_and_minutes() -> None:
    digits = {"Y": (0, 1, 2, 3), "m": (4, 5), "d": (6, 7), "H": (8, 9), "M": (10, 11), "S": (12, 13)}
    assert [*layouts("%Y%m%d%H%M%S%z")] == [
        Layout(width=15, digits=digits, marks={14: ord("Z")}, has_offset=True),
        Layout(
            width=20,
            digits=digits | {"oH": (15, 16), "oM": (18, 19)},
            marks={17: ord(":")},
            has_offset=True,
            sign=14,
        ),
    ]


@pytest.mark.parametrize(
    "notation",
    [
        *("%d-%m-%y %H:%M", "%d %B %Y %H:%M", "%-d-%m-%Y %H:%M", "%Y-%m-%d %H:%M.%f:%S"),
        *("%m-%Y %H:%M", "%d-%Y %H:%M", "%d-%m %H:%M", "%d-%m-%Y %M", "%d-%m-%Y %H"),
        *("%Y-%m-%d", "%H:%M", "%z%Y-%m-%dT%H:%M", "%d-%m-%Y %d %H:%M", "%d-%m-%Y \u00e0 %H:%M"),
        *("%d-%m-%Y %H:%M ", " %d-%m-%Y %H:%M", "%d-%m-%Y %H:%M%%z", ""),
        *("%Y-%m-%d:%H:%M", "%d:%m:%Y %H:%M", "%Y-%m-%d %Hh%M:%S", "%Y-%m-%d %H:%M %S:"),
        *("%d-%m-%Y dec %H:%M", "%d Mei %m %Y %H:%M"),
    ],
)
def test_a_notation_that_leaves_doubt_has_no_layout(notation: str) -> None:
    assert not [*layouts(notation)]


@pytest.mark.parametrize("notation", ["%d\n%m %Y %H.%M", "%d.%m.%Y %H.%M:%S", "%d-%m-%Y %H:%M uur"])
def test_other_marks_leave_no_doubt(notation: str) -> None:
    assert [*layouts(notation)]


def test_a_text_fits_by_its_width_in_bytes_and_by_every_mark() -> None:
    fitting = ("01-07-2026 09:30", "xx-xx-xxxx xx:xx")
    others = (
        "01-07-2026 09:3",
        "01-07-2026 09:300",
        "01-07-2026 09.30",
        "01.07.2026T09.30",
        "0\u00e9-07-2026 09:30",
    )
    assert all(map(layout(DUTCH).fits, fitting))
    assert not any(map(layout(DUTCH).fits, others))


def test_digits_come_to_a_day_and_a_second() -> None:
    texts = ("2026-07-01 09:30:05", "1999-12-31 23:59:59", "2024-02-29 00:00:00")
    assert came_to(SECONDS, *texts) == [
        (day(2026, 7, 1), 34_205, 0),
        (day(1999, 12, 31), 86_399, 0),
        (day(2024, 2, 29), 0, 0),
    ]
    assert came_to(DUTCH, "01-07-2026 09:30") == [(day(2026, 7, 1), 34_200, 0)]


def test_days_and_seconds_are_whole_numbers() -> None:
    found = read(pa.array(["2026-07-01 09:30+01:30"]), [*layouts(WITH_OFFSET)][1], TODAY)
    numbers = (found.days, found.seconds, found.micros, found.ahead)
    assert {one.dtype for one in numbers} == {np.dtype(np.int64)}


def test_a_part_of_a_column_is_read_by_itself() -> None:
    texts = pa.array(["2026-07-01 09:30", "2026-07-02 10:00", "2026-07-03 11:00"]).slice(1, 1)
    found = read(texts, layout(MINUTES), TODAY)
    assert (found.days.tolist(), found.seconds.tolist()) == ([day(2026, 7, 2)], [36_000])


def test_a_column_without_texts_has_no_times() -> None:
    assert came_to(SECONDS) == []


@pytest.mark.parametrize(
    "text",
    [
        *("2026-00-01 09:30:00", "2026-13-01 09:30:00", "2026-07-00 09:30:00", "2026-07-32 09:30:00"),
        *("2026-06-31 09:30:00", "2025-02-29 09:30:00", "2026-07-01 24:00:00", "2026-07-01 09:60:00"),
        *("2026-07-01 09:30:60", "0026-07-01 09:30:00", "9026-07-01 09:30:00", "1989-12-31 09:30:00"),
        *("2026/07-01 09:30:00", "2026-07-01T09:30:00", "2026-07-01 09:30.00", "202x-07-01 09:30:00"),
        *("202:-07-01 09:30:00", "202/-07-01 09:30:00", "2026-07-01 0x:30:00", "2026-07-01 09:3x:00"),
        *("2026-07-01 09:30:0x", "2026-x7-01 09:30:00", "2026-07-x1 09:30:00", "1990-01-01 09:30:00"),
        *("2027-11-23 09:30:00", "2027-11-24 09:30:00", "2029-01-01 09:30:00", "2028-01-01 09:30:00"),
        *("2026-07-01 0::30:00", "2026-07-0: 09:30:00", "2026-0:-01 09:30:00", "2027-12-31 09:30:00"),
    ],
)
def test_a_time_that_is_none_or_not_plausible_is_not_certain(text: str) -> None:
    sound = "2026-07-01 09:30:00"
    assert came_to(SECONDS, sound, text, sound) == [
        (day(2026, 7, 1), 34_200, 0),
        None,
        (day(2026, 7, 1), 34_200, 0),
    ]


def test_what_is_not_certain_stands_at_the_beginning() -> None:
    found = read(
        pa.array(["2026-07-01 09:60", "2026-07-32 09:30", "2026-99-01 09:30"]), layout(MINUTES), TODAY
    )
    assert (found.days.tolist(), found.seconds.tolist()) == ([0, 0, 0], [0, 0, 0])


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("1990-01-02 00:00", (1, 0, 0)),
        ("1990-01-31 00:00", (30, 0, 0)),
        ("2027-11-22 23:59", (day(2027, 11, 22), 86_340, 0)),
        ("2026-01-01 00:00", (day(2026, 1, 1), 0, 0)),
        ("2026-12-31 00:00", (day(2026, 12, 31), 0, 0)),
    ],
)
def test_the_first_and_last_that_are_certain(text: str, when: tuple[int, int, int]) -> None:
    assert came_to(MINUTES, text) == [when]


def test_a_z_is_no_distance_from_utc() -> None:
    assert came_to(WITH_OFFSET, "2026-07-01 09:30Z", "2026-07-01 09:30z") == [
        (day(2026, 7, 1), 34_200, 0),
        None,
    ]


def test_an_offset_has_a_sign() -> None:
    texts = (
        "2026-07-01 09:30+01:30",
        "2026-07-01 09:30-09:45",
        "2026-07-01 09:30+14:59",
        "2026-07-01 09:30+00:00",
    )
    found = came_to(WITH_OFFSET, *texts, form=1)
    assert found == [(day(2026, 7, 1), 34_200, ahead) for ahead in (5_400, -35_100, 53_940, 0)]


@pytest.mark.parametrize("end", ["+15:00", "+01:60", "*01:00", "+01.00", "+0x:00", "+01:x0", "+99:99"])
def test_an_offset_of_no_place_is_not_certain(end: str) -> None:
    assert came_to(WITH_OFFSET, f"2026-07-01 09:30{end}", "2026-07-01 09:30+01:00", form=1) == [
        None,
        (day(2026, 7, 1), 34_200, 3_600),
    ]


def test_every_day_of_the_plausible_years_is_counted() -> None:
    days = np.arange("1990-01-02", "2027-11-23", dtype="datetime64[D]")
    found = came_to(MINUTES, *(f"{one} 00:00" for one in days))
    assert found == [(number, 0, 0) for number in range(1, len(days) + 1)]


@pytest.mark.parametrize(
    ("digits", "micros"),
    [
        *(("0", 0), ("1", 100_000), ("01", 10_000), ("123", 123_000), ("1234", 123_400)),
        *(("12345", 123_450), ("123456", 123_456), ("999999", 999_999)),
    ],
)
def test_a_fraction_of_a_second_counts_in_microseconds(digits: str, micros: int) -> None:
    notation = "%Y-%m-%d %H:%M:%S.%f"
    found = read(pa.array([f"2026-07-01 09:30:05.{digits}"]), [*layouts(notation)][len(digits) - 1], TODAY)
    assert (found.micros.tolist(), found.seconds.tolist(), found.sure.tolist()) == (
        [micros],
        [34_205],
        [True],
    )


def test_digits_beyond_a_microsecond_are_left_out() -> None:
    (nano,) = (one for one in iso_layouts() if one.fits("2026-07-01 09:30:05.123456789"))
    texts = pa.array(["2026-07-01 09:30:05.123456789", "2026-07-01 09:30:05.12345678x"])
    found = read(texts, nano, TODAY)
    assert (found.micros[0], found.sure.tolist()) == (123_456, [True, False])
    shapes = [*layouts("%Y-%m-%d %H:%M:%S.%f")]
    assert [one.width for one in shapes] == [*range(21, 30)]
    assert ["beyond" in one.digits for one in shapes] == [False] * 6 + [True] * 3


def test_an_offset_comes_after_a_fraction() -> None:
    shapes = [*layouts("%Y-%m-%d %H:%M:%S.%f%z")]
    (chosen,) = (one for one in shapes if one.fits("2026-07-01 09:30:05.123+02:00"))
    found = read(pa.array(["2026-07-01 09:30:05.123+02:00"]), chosen, TODAY)
    assert (found.micros.tolist(), found.ahead.tolist()) == ([123_000], [7_200])
    assert len(shapes) == 2 * 9
