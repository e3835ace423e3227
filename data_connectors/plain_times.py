"""Times of a column, many at once, where each stands in the same fixed layout.

Only what leaves no doubt is read: a day that exists, in a plausible year, and not at a change of the clock.
All else is left to the exact expressions of parsing_times, with which this agrees (tested).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data_connectors.clock_hours import ClockHours, Numbers, clock_hours
from data_connectors.parsing_times import EARLIEST, LATEST_AHEAD
from data_connectors.text_buffers import Mask, ends_and_bytes
from data_connectors.time_layout import Layout, Read, read

_EPOCH = date(1970, 1, 1)
_DAY, _HOUR = 86_400, 3_600
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """utc: moments, null where the text is empty. days: the hospital's. clean: whether to use it."""

    utc: pa.TimestampArray
    days: pa.Date32Array
    clean: Mask


def clock_of(zone: str, today: date) -> ClockHours:
    """What the clock of a zone says over all plausible times."""
    return clock_hours(zone, EARLIEST, today + LATEST_AHEAD)


def read_times(
    texts: pa.StringArray, layouts: Sequence[Layout], zones: tuple[str, str], today: date
) -> Times:
    """The times of a column; those of each width by the layout that the first of them has.

    zones: that of times without an offset, and the hospital's.
    """
    at, _ = ends_and_bytes(texts)
    widths = np.diff(at)
    empty = widths == 0
    moments, days = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    clean = empty.copy()
    for width in sorted({one.width for one in layouts}):
        fitting = widths == width
        if not fitting.any():
            continue
        first = texts[int(fitting.argmax())].as_py()
        chosen = next((one for one in layouts if one.fits(first)), None)
        if chosen is not None:
            found = read(texts.filter(pa.array(fitting)), chosen, today)
            moments[fitting], days[fitting], clean[fitting] = _placed(found, chosen, zones, today)
    since = (EARLIEST - _EPOCH).days
    return Times(
        utc=pa.array(moments + since * _DAY * _MICROS, pa.timestamp("us"), mask=empty),
        days=pa.array((days + since).astype(np.int32), pa.date32(), mask=empty),
        clean=clean,
    )


def _placed(
    found: Read, chosen: Layout, zones: tuple[str, str], today: date
) -> tuple[Numbers, Numbers, Mask]:
    """Microseconds of UTC and the hospital's days since EARLIEST, and whether both are certain; (n,) each."""
    own, hospital = (clock_of(zone, today) for zone in zones)
    local = found.days * _DAY + found.seconds
    utc = local - (found.ahead if chosen.has_offset else own.ahead[local // _HOUR])
    then = np.maximum(utc, 0) // _HOUR
    steady = own.steady_then[then] if chosen.has_offset else own.steady[local // _HOUR]
    days = (utc + hospital.ahead_then[then]) // _DAY
    return utc * _MICROS + found.micros, days, found.sure & steady & hospital.steady_then[then]
