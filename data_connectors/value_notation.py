"""How numbers and times are written, as far as values settle it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from core.language.text import N_, Text

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
_DAYS = ("%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d", "%d-%m-%y", "%d %B %Y", "%d %b %Y", "%Y%m%d")
_MARKS = ("-", "/", ".")
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """decimal and thousands where the values settle them; question where they do not."""

    decimal: str = ""
    thousands: str = ""
    question: Text | None = None


def notation(values: Sequence[str]) -> Notation:
    """The notation of the numbers among the values."""
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
    """Formats for the values (none: ISO 8601), and a question where they leave day and month open."""
    if values and all(_ISO.fullmatch(value) for value in values):
        return (), None
    candidates = [day.replace("-", mark) for day in _DAYS for mark in (_MARKS if "-" in day else ("-",))]
    if kind == "time":
        candidates = [f"{day}{gap}{time}" for day in candidates for gap in (" ", "T") for time in _TIMES]
    readings: dict[tuple[datetime, ...], str] = {}
    for form in dict.fromkeys(candidates):
        read = tuple(moment for value in values if (moment := _read(value, form)) is not None)
        if values and len(read) == len(values):
            readings.setdefault(read, form)
    if not readings:
        return (), Text(N_("how is this written? add format = "))
    first, *others = readings.values()
    if others:
        return (first,), Text(N_("or {others}? The sample fits both"), {"others": ", ".join(others)})
    return (first,), None


def _read(value: str, form: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(_english(value), form)  # noqa: DTZ007 - only whether it can be read
    return None


def _english(value: str) -> str:
    words = {"mrt": "mar", "maart": "march", "mei": "may", "okt": "oct", "oktober": "october"}
    words |= {"januari": "january", "februari": "february", "juni": "june", "juli": "july"}
    words |= {"augustus": "august"}
    return re.sub(r"[a-zA-Z]{3,}", lambda found: words.get(found[0].lower(), found[0]), value)


def _any(values: Sequence[str], pattern: str) -> bool:
    form = re.compile(pattern)
    return any(form.fullmatch(value) for value in values)
