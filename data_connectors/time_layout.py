"""Fixed layouts of times: where in a text of one width each digit stands, and what they come to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_connectors.clock_hours import Numbers
from data_connectors.parsing_times import EARLIEST, LATEST_AHEAD
from data_connectors.text_buffers import Mask, ends_and_bytes

Matrix = npt.NDArray[np.uint8]

_FRACTIONS = range(1, 10)
"""Digits that a fraction of a second may have; six count."""
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_LEFT_ALONE = re.compile(
    r"^\s|\s$|%%|%f(?!%z$| |$)|(^|[^:.])%[dMS]:"
    r"|(?i:jan|feb|ma[ary]|mrt|apr|mei|ju[nl]|aug|sep|o[ck]t|nov|dec)"
)
"""Of a notation: white space that is trimmed off a text, a percent sign, a fraction with something right
after it, what passes for 24:00 or a month."""
_MICRO = 6
"""Digits of a microsecond."""
_FURTHEST = 14
"""Hours that a place may be from UTC."""
_SECONDS = (":%S", "", ":%S.%f")
_ISO = tuple(f"%Y-%m-%d{mark}%H:%M{rest}{z}" for z in (" %z", "%z", "") for rest in _SECONDS for mark in " T")
"""Those with more marks first: a text of the same width fits the others too, where digits should stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Of one width of text. digits: by code of strptime, `oH` and `oM` for an offset with its sign at `sign`,
    `beyond` for those of a fraction that are left out.

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
    """(n,) each: days since EARLIEST, seconds of the day and microseconds beyond them, seconds ahead of UTC,
    whether all is certain.
    """

    days: Numbers
    seconds: Numbers
    micros: Numbers
    ahead: Numbers
    sure: Mask


def iso_layouts() -> Iterator[Layout]:
    """Those of ISO 8601."""
    return chain.from_iterable(map(layouts, _ISO))


def layouts(notation: str) -> Iterator[Layout]:
    """Those of a notation of strptime; none where its texts differ in width or lack a day or an hour.

    A fraction of a second has no digit after it; an offset stands at the end, and is written Z or +01:00.
    """
    if _LEFT_ALONE.search(notation):
        return
    bare = notation.removesuffix("%z")
    for count in _FRACTIONS if "%f" in bare else (0,):
        found = _layout(bare, count)
        if found is not None:
            yield from (found,) if bare == notation else _with_offset(found)


def _layout(notation: str, fraction: int) -> Layout | None:
    """That of a notation whose codes all have a fixed width, each once; a fraction has so many digits."""
    place = 0
    widths = {**_WIDTHS, "f": fraction}
    digits: dict[str, tuple[int, ...]] = {}
    marks: dict[int, int] = {}
    for code, mark in re.findall(r"%(.)|(.)", notation, re.DOTALL):
        width = 1 if mark else widths.get(code, 0)
        if not width or code in digits:
            return None
        if mark:
            marks[place] = ord(mark)
        else:
            digits[code] = tuple(range(place, place + width))
        place += width
    if not notation.isascii() or not {*"YmdHM"} <= digits.keys():
        return None
    if fraction > _MICRO:
        digits["f"], digits["beyond"] = digits["f"][:_MICRO], digits["f"][_MICRO:]
    return Layout(width=place, digits=digits, marks=marks)


def _with_offset(bare: Layout) -> Iterator[Layout]:
    place = bare.width
    yield replace(bare, width=place + 1, marks=bare.marks | {place: ord("Z")}, has_offset=True)
    yield replace(
        bare,
        width=place + 6,
        digits=bare.digits | {"oH": (place + 1, place + 2), "oM": (place + 4, place + 5)},
        marks=bare.marks | {place + 3: ord(":")},
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
    year, month, day, hour, minute, second, fraction, o_hour, o_minute, _ = (
        _number(matrix, chosen.digits.get(code, ()), sure) for code in (*_WIDTHS, "f", "oH", "oM", "beyond")
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
        micros=fraction * 10 ** (_MICRO - len(chosen.digits.get("f", ()))),
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
