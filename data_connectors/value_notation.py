"""How numbers and times are written, as far as values settle it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from core.language.text import N_, Text
from data_connectors.mapping_rules import shape
from data_connectors.units import without_time_unit

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?")
_DAYS = ("%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d", "%d-%m-%y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y%m%d")
_MARKS = ("-", "/", ".")
NEARLY_ALL, MOST_FORMATS = 0.9, 4
"""The share of values that formats must read before they are proposed; as many are tried."""
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_WIDTHS = {"Y": r"\d{4}", "y": r"\d\d", "f": r"\d{1,6}", "p": "[ap]m", "B": r"[^\W\d_]+", "b": r"[^\W\d_]+"}
_NARROW = r"[ \d]\d?"
"""What a part of a day or time looks like; a day, month, hour, minute or second is narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """decimal and thousands where the values settle them; question where they do not."""

    decimal: str = ""
    thousands: str = ""
    question: Text | None = None


def notation(values: Sequence[str]) -> Notation:
    """The notation of the numbers among the values, also of those that say their own unit of time."""
    values = [without_time_unit(value) for value in values]
    comma = _any(values, r"[+-]?(\d+|\d{1,3}(\.\d{3})+),(\d{1,2}|\d{4,})") or _any(values, r"\d{4,},\d{3}")
    point = _any(values, r"[+-]?(\d+|\d{1,3}(,\d{3})+)\.(\d{1,2}|\d{4,})") or _any(values, r"\d{4,}\.\d{3}")
    if comma and point:
        return Notation(
            question=Text(N_("Some numbers have a decimal comma and others a decimal point: which is it?"))
        )
    if comma:
        return Notation(decimal=",", thousands="." if _any(values, r"\d{1,3}(\.\d{3})+(,\d+)?") else "")
    if point:
        return Notation(decimal=".", thousands="," if _any(values, r"\d{1,3}(,\d{3})+(\.\d+)?") else "")
    if _any(values, r"\d{1,3}[.,]\d{3}"):
        return Notation(question=Text(N_("Is 1.234 (or 1,234) more than a thousand, or a little over one?")))
    return Notation()


def time_formats(values: Sequence[str], kind: str) -> tuple[tuple[str, ...], Text | None]:
    """Formats for nearly all values (none: ISO 8601), and a question where they leave day and month open."""
    if values and all(_ISO.fullmatch(value) for value in values):
        return (), None
    chosen: list[str] = []
    rest = list(map(_english, values))
    while rest and len(chosen) < MOST_FORMATS:
        shapes = set(map(shape, chosen))
        readings = [
            Reading(form, tuple(moment(value, form) for value in rest))
            for form in _candidates(kind)
            if shape(form) not in shapes
        ]
        best = max(readings, key=lambda one: len(one.places))
        if not best.places:
            break
        chosen.append(best.form)
        others = ", ".join(one.form for one in _as_likely(best, readings))
        if others:
            return tuple(chosen), Text(N_("or {others}? The sample fits both"), {"others": others})
        rest = [value for place, value in enumerate(rest) if place not in best.places]
    if not values or len(rest) > (1 - NEARLY_ALL) * len(values):
        return (), Text(N_("how is this written? add format = "))
    return tuple(chosen), None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format makes of values; None where it does not read one."""

    form: str
    moments: tuple[datetime | None, ...]

    @property
    def places(self) -> frozenset[int]:
        """Which of the values it reads."""
        return frozenset(place for place, moment in enumerate(self.moments) if moment is not None)

    def contradicts(self, other: "Reading") -> bool:
        """Whether both read a value, and as two moments."""
        pairs = zip(self.moments, other.moments, strict=True)
        return any(None not in (one, two) and one != two for one, two in pairs)


def _as_likely(best: Reading, readings: Sequence[Reading]) -> list[Reading]:
    """Others that contradict the best one and read all that it reads, or something that it does not."""
    found: dict[tuple[datetime | None, ...], Reading] = {}
    for one in readings:
        if best.contradicts(one) and not one.places < best.places:
            found.setdefault(one.moments, one)
    return list(found.values())


def _candidates(kind: str) -> tuple[str, ...]:
    days = [day.replace("-", mark) for day in _DAYS for mark in (_MARKS if "-" in day else ("-",))]
    if kind == "time":
        days = [f"{day}{gap}{time}" for day in days for gap in (" ", "T") for time in _TIMES]
    return tuple(dict.fromkeys(days))


def moment(value: str, form: str) -> datetime | None:
    """The moment that a text is in a format, its month in English; None where it is none."""
    if not _looks(form).fullmatch(value):
        return None
    with suppress(ValueError):
        return datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
    return None


@cache
def _looks(form: str) -> re.Pattern[str]:
    """Whether trying is worth it: strptime takes far longer to refuse what is no such day or time."""
    marks = re.sub(r"[^%\w]", lambda mark: r"\s+" if mark[0] == " " else re.escape(mark[0]), form)
    return re.compile(re.sub("%([a-zA-Z])", lambda part: _WIDTHS.get(part[1], _NARROW), marks), re.IGNORECASE)


def _english(value: str) -> str:
    words = {"mrt": "mar", "maart": "march", "mei": "may", "okt": "oct", "oktober": "october"}
    words |= {"januari": "january", "februari": "february", "juni": "june", "juli": "july"}
    words |= {"augustus": "august"}
    return re.sub(r"[a-zA-Z]{3,}", lambda found: words.get(found[0].lower(), found[0]), value)


def _any(values: Sequence[str], pattern: str) -> bool:
    form = re.compile(pattern)
    return any(form.fullmatch(value) for value in values)
