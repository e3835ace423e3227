"""Units of measure that intake converts between."""

import re
from collections.abc import Sequence

_TIME = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
_MONEY = {"cents": 0.01, "EUR": 1.0}

STATED = "stated"
"""Unit of a mapping whose values each say their own."""

_WORDS = {
    0.001: ("ms", "millisecond", "milliseconds", "milliseconde", "milliseconden"),
    1.0: ("s", "sec", "second", "seconds", "seconde", "seconden"),
    60.0: ("min", "minute", "minutes", "minuut", "minuten"),
    3600.0: ("u", "uur", "uren", "h", "hr", "hrs", "hour", "hours"),
    86_400.0: ("d", "dag", "dagen", "day", "days"),
}
TIME_WORDS = {word: seconds for seconds, words in _WORDS.items() for word in words}
"""Seconds in every word for a unit of time that a value may hold."""

CLOCK = r"[+-]?\d+:\d+(:\d+)?([.,]\d+)?"
"""What looks like a duration in a clock's notation, declared or not."""

CLOCKS = {
    "h:mm": (r"\d+:[0-5]\d", (3600.0, 60.0)),
    "h:mm:ss": (r"\d+:[0-5]\d:[0-5]\d", (3600.0, 60.0, 1.0)),
    "m:ss": (r"\d+:[0-5]\d", (60.0, 1.0)),
}
"""Notations of durations that a mapping may declare: pattern, and seconds of each part."""


def clock_formats(values: Sequence[str]) -> tuple[str, ...]:
    """The clock's notations that all values are in, the likeliest first."""
    forms = {name: re.compile(form) for name, (form, _) in CLOCKS.items()}
    return tuple(name for name, form in forms.items() if values and all(map(form.fullmatch, values)))


def factor(unit: str, wanted: str) -> float | None:
    """What to multiply by to go from a unit to another; None when they do not measure the same."""
    if unit == wanted:
        return 1.0
    for units in (_TIME, _MONEY):
        if unit in units and wanted in units:
            return units[unit] / units[wanted]
    return None


def is_time(unit: str) -> bool:
    """Whether it is a unit of time."""
    return unit in _TIME


def convertible(wanted: str) -> tuple[str, ...]:
    """The units that can be converted into the wanted one."""
    return tuple(unit for unit in (*_TIME, *_MONEY) if factor(unit, wanted) is not None) or (wanted,)


def without_time_unit(value: str) -> str:
    """The number of a value such as 1,5 uur."""
    found = re.fullmatch(r"([+-]?[\d.,]+)\s*([a-z]+)\.?", value, re.IGNORECASE)
    return found[1] if found and found[2].lower() in TIME_WORDS else value
