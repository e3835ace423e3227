"""Fixed layouts of times: where in a text of one width each digit stands, and what they come to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_connectors.clock_hours import Numbers
from data_connectors.parsing_times import EARLIEST, LATEST_AHEAD
from data_connectors.text_buffers import Mask, ends_and_bytes

Matrix = npt.NDArray[np.uint8]

ISO = tuple(f"%Y-%m-%d{mark}%H:%M{rest}" for rest in (":%S", "", ":%S%z", "%z") for mark in " T")
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_LEFT_ALONE = re.compile(
    r"^\s|\s$|%%|(^|[^:.])%[dMS]:|(?i:jan|feb|ma[ary]|mrt|apr|mei|ju[nl]|aug|sep|o[ck]t|nov|dec)"
)
"""Of a notation: white space that is trimmed off a text, a percent sign, what passes for 24:00 or a month."""
_FURTHEST = 14
"""Hours that a place may be from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Of one width of text. digits: by code of strptime, `oH` and `oM` for an offset with its sign at `sign`.

    marks: other characters by place. has_offset: whether the text says how far it is from UTC.
    """

    width: int
    digits: dict[str, tuple[int, ...]]
    marks: dict[int, int]
    has_offset: bool = False
    sign: int | None = None

    def fits(self, text: str) -> bool:
        """Whether a text has its width and marks."""
        content = text.encode()
        return len(content) == self.width and all(
            content[place] == mark for place, mark in self.marks.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """(n,) each: days since EARLIEST, seconds of the day, seconds ahead of UTC, whether all is certain."""

    days: Numbers
    seconds: Numbers
    ahead: Numbers
    sure: Mask


def layouts(notation: str) -> Iterator[Layout]:
    """Those of a notation of strptime; none where its texts differ in width or lack a day or an hour.

    An offset at its end is written Z or +01:00.
    """
    if _LEFT_ALONE.search(notation):
        return
    bare = notation.removesuffix("%z")
    place = 0
    digits: dict[str, tuple[int, ...]] = {}
    marks: dict[int, int] = {}
    for code, mark in re.findall(r"%(.)|(.)", bare, re.DOTALL):
        width = 1 if mark else _WIDTHS.get(code, 0)
        if not width or code in digits:
            return
        if mark:
            marks[place] = ord(mark)
        else:
            digits[code] = tuple(range(place, place + width))
        place += width
    if not bare.isascii() or not {*"YmdHM"} <= digits.keys():
        return
    if bare == notation:
        yield Layout(width=place, digits=digits, marks=marks)
        return
    yield Layout(width=place + 1, digits=digits, marks=marks | {place: ord("Z")}, has_offset=True)
    offset = {"oH": (place + 1, place + 2), "oM": (place + 4, place + 5)}
    yield Layout(
        width=place + 6,
        digits=digits | offset,
        marks=marks | {place + 3: ord(":")},
        has_offset=True,
        sign=place,
    )


def read(texts: pa.StringArray, chosen: Layout, today: date) -> Read:
    """What texts of the layout's width come to; nothing is certain beyond the days that are plausible."""
    at, letters = ends_and_bytes(texts)
    matrix = np.ascontiguousarray(letters[at[0] : at[-1]].reshape(-1, chosen.width).T)
    sure = np.ones(len(texts), bool)
    for place, mark in chosen.marks.items():
        sure &= matrix[place] == mark
    year, month, day, hour, minute, second, o_hour, o_minute = (
        _number(matrix, chosen.digits.get(code, ()), sure) for code in (*_WIDTHS, "oH", "oM")
    )
    starts, lengths = _months(today)
    index = (year - EARLIEST.year) * 12 + month - 1
    sure &= (month >= 1) & (month <= 12) & (index >= 0) & (index < len(lengths))
    index = np.where(sure, index, 0)
    sure &= (day >= 1) & (day <= lengths[index]) & (hour < 24) & (minute < 60) & (second < 60)
    sure &= (o_hour <= _FURTHEST) & (o_minute < 60)
    days = starts[index] + day - 1
    sure &= (days > 0) & (days < (today + LATEST_AHEAD - EARLIEST).days - 1)
    return Read(
        days=np.where(sure, days, 0),
        seconds=np.where(sure, hour * 3600 + minute * 60 + second, 0),
        ahead=(o_hour * 3600 + o_minute * 60) * _signs(matrix, chosen, sure),
        sure=sure,
    )


def _signs(matrix: Matrix, chosen: Layout, sure: Mask) -> Numbers:
    """1 or -1; no longer sure where there is no sign."""
    if chosen.sign is None:
        return np.ones(matrix.shape[1], np.int64)
    minus = matrix[chosen.sign] == ord("-")
    sure &= minus | (matrix[chosen.sign] == ord("+"))
    return np.where(minus, -1, 1)


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
