"""The series that a chart of a KPI plots, from its measurements period by period."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, nan

import numpy as np

from core.period import Period
from experiments.monitoring.kpi_choice import Plotted, chances_of, events_of
from experiments.monitoring.limits import Floats
from experiments.monitoring.series import Series
from kpis.kpi import Kpi
from kpis.measurements import Measurement

Known = Sequence[tuple[Period, Measurement | None]]
"""Every period, oldest first, with what may be shown of it; None is a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlottedSeries:
    """A series, the period of each of its points, and whether its values are natural logarithms."""

    series: Series
    periods: tuple[Period, ...]
    logarithms: bool = False


def plotted_series(kpi: Kpi, found: Known, plotted: Plotted) -> PlottedSeries:
    """One point a period; for rare events one point an event."""
    if plotted in ("cases_between", "days_between"):
        return _between_events(kpi, found, plotted)
    periods = tuple(period for period, _ in found)
    if plotted == "counts":
        counts = _column(found, lambda one: None if one.value is None else events_of(kpi, one))
        scale = kpi.numerator.scale
        return _series(periods, counts, _column(found, lambda one: one.denominator / scale))
    values = _column(found, READ[plotted])
    return _series(periods, values, logarithms=plotted == "geometric_mean")


def says_something(one: Measurement) -> bool:
    """Whether there is anything to plot; a share within a time may be known where the median is not yet."""
    return one.value is not None or "within" in one.companions


def _companion(name: str) -> Callable[[Measurement], float | None]:
    return lambda one: one.companions.get(name)


READ: dict[Plotted, Callable[[Measurement], float | None]] = {
    "value": lambda one: one.value,
    "geometric_mean": lambda one: log(one.geometric_mean) if one.geometric_mean else None,
    "median": _companion("median"),
    "within": _companion("within"),
}


def _column(found: Known, read: Callable[[Measurement], float | None]) -> Floats:
    read_all = (None if one is None else read(one) for _, one in found)
    return np.array([nan if value is None else value for value in read_all], dtype=float)


def _series(
    periods: tuple[Period, ...], values: Floats, sizes: Floats | None = None, *, logarithms: bool = False
) -> PlottedSeries:
    every = periods[0].every if periods else None
    labels = tuple(period.label for period in periods)
    series = Series(order=labels, values=values, denominators=sizes, every=every)
    return PlottedSeries(series=series, periods=periods, logarithms=logarithms)


def _between_events(kpi: Kpi, found: Known, plotted: Plotted) -> PlottedSeries:
    """Cases, or days, since the event before; events of one period share what passed equally.

    The first event has none before it. A gap may hold an event, so the one after it is a missing point.
    """
    periods: list[Period] = []
    values: list[float] = []
    passed = nan
    for period, one in found:
        if one is None or one.value is None:
            passed = nan
            continue
        passed += chances_of(kpi, one) if plotted == "cases_between" else (period.end - period.start).days + 1
        events = int(events_of(kpi, one))
        share = passed / events if events else nan
        for _ in range(events):
            periods.append(period)
            values.append(float(round(share)) if np.isfinite(share) and plotted == "cases_between" else share)
        passed = 0.0 if events else passed
    made = _series(tuple(periods), np.array(values, dtype=float))
    return PlottedSeries(
        series=Series(order=made.series.order, values=made.series.values), periods=made.periods
    )
