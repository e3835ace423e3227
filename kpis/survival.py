"""Times until something that may be open still, from histograms: open counts as open, never as gone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpis import expression
from kpis.calendar import is_working_day
from kpis.kpi import Kpi
from kpis.query_histogram import VALUE
from kpis.roll_up import Key
from kpis.statistics.kaplan_meier import kaplan_meier, median, share_within

KEYS = ("kpi", "unit", "start")
WORKING_DAY_MINUTES = 9 * 60.0
"""08:00 to 17:00, as in the calendar."""

Floats = NDArray[np.float64]


def survival(block: pd.DataFrame, kpi: Kpi, last_days: Mapping[str, date]) -> dict[Key, dict[str, float]]:
    """Per unit and period of one KPI: median (absent where half are not ready yet) and share within.

    block: rows of the histogram with `unit` and `start`. An event stands in the middle of its bin, at most
    half a bin off. A row still open was followed from its hour to the end of the last day of its table, and
    is censored at the last bin that it is known to have outlasted.
    """
    last = last_days.get(kpi.numerator.table)
    if last is None or block.empty:
        return {}
    events = (block["kind"] == VALUE).to_numpy()
    bins = block["bin"].to_numpy(np.float64)
    times = np.where(events, (bins + 0.5) * kpi.bin, 0.0)
    still_open = ~events
    times[still_open] = _followed(block[still_open], kpi, last)
    rows = block["rows"].to_numpy(np.int64)
    counted = block[list(KEYS)].assign(
        time=times, events=np.where(events, rows, 0), open=np.where(still_open, rows, 0)
    )
    groups = counted.groupby(list(KEYS), sort=False)
    return {cast(Key, key): _curve(part, kpi) for key, part in groups}


def _curve(part: pd.DataFrame, kpi: Kpi) -> dict[str, float]:
    columns = (part[name].to_numpy() for name in ("time", "events", "open"))
    curve = kaplan_meier(*columns)
    if curve is None:
        return {}
    found = {"median": median(curve)}
    if kpi.within is not None:
        found["within"] = share_within(curve, kpi.within).value
    return {name: value for name, value in found.items() if value is not None}


def _followed(block: pd.DataFrame, kpi: Kpi, last: date) -> Floats:
    """How long at least each open row was followed, in the KPI's unit, down to a whole bin."""
    days = block["day"].to_numpy().astype("datetime64[D]")
    kind = expression.parsed(kpi.numerator.value).kind
    if kind == "minutes":
        ended = np.datetime64(last + timedelta(days=1))
        minutes = (ended - days).astype(np.float64) * 1440 - (block["bin"].to_numpy(np.float64) + 1) * 60
    else:
        worked = _working_days_after(days, last)
        minutes = worked * WORKING_DAY_MINUTES if kind == "working_minutes" else worked
    bins = np.floor(np.maximum(minutes * kpi.numerator.scale, 0.0) / kpi.bin)
    return np.asarray(bins * kpi.bin)


def _working_days_after(days: NDArray[np.datetime64], last: date) -> Floats:
    """Working days after each day, up to and including the last."""
    if not len(days):
        return np.zeros(0)
    first = days.min().astype(object)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    running = np.cumsum([is_working_day(day) for day in span])
    places = np.clip((days - np.datetime64(first)).astype(np.int64), 0, len(span) - 1)
    return np.asarray(running[-1] - running[places], dtype=np.float64)
