"""Local times of a column, many at once, where each stands in the same fixed layout.

Only what leaves no doubt is read: a day that exists, in a plausible year, and not at a change of the clock.
All else is left to the exact expressions of parsing_times, with which this agrees (tested).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_connectors.clock_hours import clock_hours
from data_connectors.parsing_times import EARLIEST, LATEST_AHEAD
from data_connectors.text_buffers import Mask, ends_and_bytes

ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_EPOCH = date(1970, 1, 1)
_DAY = 86_400

Matrix = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where in a text of one width the digits of year, month, day, hour, minute and second stand."""

    width: int
    digits: dict[str, tuple[int, ...]]
    marks: dict[int, int]

    def fits(self, text: str) -> bool:
        """Whether a text has its width and marks."""
        content = text.encode()
        return len(content) == self.width and all(
            content[place] == mark for place, mark in self.marks.items()
        )


def layout(notation: str) -> Layout | None:
    """That of a notation of strptime; None where its texts differ in width or lack a day or an hour."""
    place = 0
    digits: dict[str, tuple[int, ...]] = {}
    marks: dict[int, int] = {}
    for code, mark in re.findall(r"%(.)|(.)", notation, re.DOTALL):
        width = 1 if mark else _WIDTHS.get(code, 0)
        if not width or code in digits or not notation.isascii():
            return None
        if mark:
            marks[place] = ord(mark)
        else:
            digits[code] = tuple(range(place, place + width))
        place += width
    return Layout(width=place, digits=digits, marks=marks) if {*"YmdHM"} <= digits.keys() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """utc: moments, null where the text is empty. days: local ones. clean: whether a value may be used."""

    utc: pa.TimestampArray
    days: pa.Date32Array
    clean: Mask


def read_times(texts: pa.StringArray, layouts: Sequence[Layout], zone: str, today: date) -> Times:
    """The times of a column, by the layout that its first text has."""
    at, _ = ends_and_bytes(texts)
    widths = np.diff(at)
    empty = widths == 0
    first = int(np.argmin(empty)) if len(texts) else 0
    chosen = next((one for one in layouts if len(texts) and one.fits(texts[first].as_py())), None)
    days, seconds = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    clean = empty.copy()
    if chosen is not None:
        fitting = widths == chosen.width
        days[fitting], seconds[fitting], clean[fitting] = _local(
            texts.filter(pa.array(fitting)), chosen, today
        )
    clock, hours = clock_hours(zone, EARLIEST, today + LATEST_AHEAD), days * 24 + seconds // 3600
    clean &= empty | clock.steady[hours]
    since = days + (EARLIEST - _EPOCH).days
    moments = (since * _DAY + seconds - clock.ahead[hours]) * 1_000_000
    return Times(
        utc=pa.array(moments, pa.timestamp("us"), mask=empty),
        days=pa.array(since.astype(np.int32), pa.date32(), mask=empty),
        clean=clean,
    )


def _local(texts: pa.StringArray, chosen: Layout, today: date) -> tuple[Numbers, Numbers, Mask]:
    """Days since EARLIEST, seconds of the day, and whether both are certain; (n,) each."""
    at, letters = ends_and_bytes(texts)
    matrix = np.ascontiguousarray(letters[at[0] : at[-1]].reshape(-1, chosen.width).T)
    sure = np.ones(len(texts), bool)
    for place, mark in chosen.marks.items():
        sure &= matrix[place] == mark
    year, month, day, hour, minute, second = (
        _number(matrix, chosen.digits.get(code, ()), sure) for code in _WIDTHS
    )
    starts, lengths = _months(today)
    index = (year - EARLIEST.year) * 12 + month - 1
    sure &= (month >= 1) & (month <= 12) & (index >= 0) & (index < len(lengths))
    index = np.where(sure, index, 0)
    sure &= (day >= 1) & (day <= lengths[index]) & (hour < 24) & (minute < 60) & (second < 60)
    days = starts[index] + day - 1
    sure &= (days > 0) & (days < (today + LATEST_AHEAD - EARLIEST).days - 1)
    return np.where(sure, days, 0), np.where(sure, hour * 3600 + minute * 60 + second, 0), sure


def _number(matrix: Matrix, places: tuple[int, ...], sure: Mask) -> Numbers:
    """The number of some digits; no longer sure where one is no digit."""
    number = np.zeros(matrix.shape[1], np.int64)
    for place in places:
        digit = matrix[place] - np.uint8(ord("0"))
        sure &= digit < 10
        number = number * 10 + digit
    return number


def _months(today: date) -> tuple[Numbers, Numbers]:
    """Of each month from EARLIEST: its first day since then, and how many days it has."""
    last = (today + LATEST_AHEAD).year + 1
    firsts = np.arange(f"{EARLIEST.year}-01", f"{last}-02", dtype="datetime64[M]").astype("datetime64[D]")
    starts = (firsts - firsts[0]).astype(np.int64)
    return starts[:-1], np.diff(starts)
