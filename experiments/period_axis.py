"""Period labels of a file as one equally spaced axis: ISO weeks, months, days or whole numbers.

A quarter is written as the month it begins: three months to a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from re import compile as pattern

import numpy as np
from numpy.typing import NDArray

from core import period
from core.errors import InputError
from core.period import Period

DAY_ZERO = "1970-01-01"
QUARTER = pattern(r"(\d{4})-?Q([1-4])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Every period from the first to the last; index (N,) of each row's period.

    kind: "number", "day", "week" or "month". first, step: ordinal of the first period, distance to the next.
    """

    labels: tuple[str, ...]
    index: NDArray[np.intp]
    kind: str
    first: int
    step: int

    def position(self, label: str, where: str) -> int:
        """Index of a period, also outside the axis; between two periods the later one."""
        kind, ordinal = _ordinal(label, where)
        if kind != self.kind:
            raise InputError(
                "'{label}' is not the kind of period that the time column holds ({kind}).",
                where=where,
                label=label,
                kind=self.kind,
            )
        return -((self.first - ordinal) // self.step)


def axis_of(labels: Sequence[str], where: str) -> Axis:
    """The axis of a time column. Raises InputError for mixed or unreadable periods."""
    known = {label: _ordinal(label, where) for label in dict.fromkeys(labels)}
    kinds = sorted({kind for kind, _ in known.values()})
    if len(kinds) > 1:
        raise InputError(
            "The periods are of different kinds: {kinds}.",
            where=where,
            remedy="Use one kind: whole numbers, days, weeks or months.",
            kinds=", ".join(kinds),
        )
    ordinals = np.array([known[label][1] for label in labels])
    first, last = int(ordinals.min()), int(ordinals.max())
    step = gcd(*(ordinals - first).tolist()) or 1
    return Axis(
        labels=tuple(_label(kinds[0], ordinal) for ordinal in range(first, last + 1, step)),
        index=((ordinals - first) // step).astype(np.intp),
        kind=kinds[0],
        first=first,
        step=step,
    )


def _ordinal(label: str, where: str) -> tuple[str, int]:
    """Kind and running number of a period: a year or other whole number is its own running number."""
    number = label.removesuffix(".0")
    if number.removeprefix("-").isdigit():
        return "number", int(number)
    quarter = QUARTER.fullmatch(label)
    if quarter:
        return "month", int(quarter[1]) * 12 + 3 * (int(quarter[2]) - 1)
    try:
        found = period.parse(label.removesuffix(" 00:00:00"))
    except InputError:
        raise InputError(
            "'{label}' is not a period.",
            where=where,
            remedy="Write 2025-03-09, 2025-W10, 2025-03, 2025-Q1 or a whole number such as a year.",
            label=label,
        ) from None
    return found.every, _running(found)


def _running(found: Period) -> int:
    if found.every == "month":
        return found.start.year * 12 + found.start.month - 1
    days = (found.start - period.parse(DAY_ZERO).start).days
    return days if found.every == "day" else (days + 3) // 7


def _label(kind: str, ordinal: int) -> str:
    if kind == "number":
        return str(ordinal)
    if kind == "month":
        return f"{ordinal // 12}-{ordinal % 12 + 1:02d}"
    days = ordinal if kind == "day" else ordinal * 7 - 3
    day = np.datetime64(DAY_ZERO) + np.timedelta64(days, "D")
    return period.containing(day.astype(object), "week").label if kind == "week" else str(day)
