"""Values of sources that know types: how each is written as text, and what no text can stand for."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

EXACT: Final = 2**53
"""From here on a binary floating point number no longer tells whole numbers apart."""


class Exact(str):
    """A number as the source wrote it, with a decimal point, of any length."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Stands where a value should be; its row is set aside for this reason where the column is used."""

    reason: str


def is_typed(cell: object) -> bool:
    """Whether a value came with a type, so that the notation of the file does not hold for it."""
    return cell is not None and type(cell) is not str


def written(cell: Any) -> str | None:
    """A value as text: ISO 8601, a decimal point, true or false."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell)) if math.isfinite(cell) and cell == int(cell) and abs(cell) < EXACT else repr(cell)
        )
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _clock_like(cell) if isinstance(cell, timedelta) else str(cell)


def _clock_like(length: timedelta) -> str:
    """Hours, minutes and seconds; hours may exceed 24."""
    minutes, seconds = divmod(abs(length).total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{'-' if length < timedelta(0) else ''}{hours:02d}:{minutes:02d}:{seconds:02.0f}"
