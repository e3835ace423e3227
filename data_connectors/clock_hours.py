"""What the clock of a place says hour by hour: how far it is from UTC, and whether it changes about then."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt

from core.quoting import literal
from data_connectors.text_buffers import Mask

_MARGIN = 24
"""Hours; no place is further from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockHours:
    """By hour of the local clock since a day began: seconds ahead of UTC, and whether that is certain."""

    ahead: npt.NDArray[np.int64]
    steady: Mask


@cache
def clock_hours(zone: str, first: date, last: date) -> ClockHours:
    """From the first day through the last; a local time in a steady hour exists once.

    Asked of the engine, whose rules of zones may be of another year than those of Python.
    """
    offsets = _offsets(zone, first - timedelta(hours=_MARGIN), last + timedelta(days=1, hours=_MARGIN))
    latest, soonest = -(-offsets.max() // 3600), offsets.min() // 3600
    # a local hour h falls in the hours h - latest - 1 .. h - soonest + 1 of UTC
    window = np.lib.stride_tricks.sliding_window_view(offsets, latest - soonest + 3)
    hours = ((last - first).days + 1) * 24
    of_local = window[_MARGIN - latest - 1 :][:hours]
    steady: Mask = (of_local == of_local[:, :1]).all(axis=1)
    return ClockHours(ahead=of_local[:, 0].copy(), steady=steady)


def _offsets(zone: str, first: date, last: date) -> npt.NDArray[np.int64]:
    hours = f"SELECT unnest(generate_series(TIMESTAMP '{first}', TIMESTAMP '{last}', INTERVAL 1 HOUR))"
    there = f"hour AT TIME ZONE 'UTC' AT TIME ZONE {literal(zone)}"
    asked = f"SELECT epoch({there} - hour)::BIGINT AS ahead FROM ({hours}) AS hours(hour) ORDER BY hour"
    with duckdb.connect() as engine:
        return np.asarray(engine.execute(asked).fetchnumpy()["ahead"], np.int64)
