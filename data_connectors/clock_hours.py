"""What the clock of a place says hour by hour: how far it is from UTC, and whether it changes about then."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from core.quoting import literal
from data_connectors.engine import engine
from data_connectors.text_buffers import Mask

Numbers = npt.NDArray[np.int64]
_MARGIN = 24
"""Hours; no place is further from UTC."""
_AROUND = 2
"""Hours before and after one of UTC in which no clock may change, for the local hour to come but once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockHours:
    """By hour since a day began, (hours,): seconds that the place is ahead of UTC, and where that is certain.

    ahead, steady: by hour of the local clock. ahead_then, steady_then: by hour of UTC.
    """

    ahead: Numbers
    steady: Mask
    ahead_then: Numbers
    steady_then: Mask


@cache
def clock_hours(zone: str, first: date, last: date) -> ClockHours:
    """From the first day through the last; a local time in a steady hour exists once.

    Asked of the engine, whose rules of zones may be of another year than those of Python.
    """
    offsets = _offsets(zone, first - timedelta(hours=_MARGIN), last + timedelta(days=1, hours=_MARGIN))
    latest, soonest = -(-offsets.max() // 3600), offsets.min() // 3600
    hours = ((last - first).days + 1) * 24
    # a local hour h falls in the hours h - latest - 1 .. h - soonest + 1 of UTC
    ahead, steady = _windows(offsets, _MARGIN - latest - 1, latest - soonest + 3, hours)
    _, steady_then = _windows(offsets, _MARGIN - _AROUND, 2 * _AROUND + 1, hours)
    return ClockHours(
        ahead=ahead, steady=steady, ahead_then=offsets[_MARGIN:][:hours], steady_then=steady_then
    )


def _windows(offsets: Numbers, begin: int, width: int, hours: int) -> tuple[Numbers, Mask]:
    """The first of so many offsets for each hour, and whether all of them are the same."""
    windows = np.lib.stride_tricks.sliding_window_view(offsets, width)[begin:][:hours]
    same: Mask = (windows == windows[:, :1]).all(axis=1)
    return windows[:, 0], same


def _offsets(zone: str, first: date, last: date) -> Numbers:
    hours = f"SELECT unnest(generate_series(TIMESTAMP '{first}', TIMESTAMP '{last}', INTERVAL 1 HOUR))"
    there = f"hour AT TIME ZONE 'UTC' AT TIME ZONE {literal(zone)}"
    asked = f"SELECT epoch({there} - hour)::BIGINT AS ahead FROM ({hours}) AS hours(hour) ORDER BY hour"
    with engine() as opened:
        return np.asarray(opened.execute(asked).fetchnumpy()["ahead"], np.int64)
