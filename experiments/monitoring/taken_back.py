"""A chart of logarithms, taken back to the unit of the values."""

from dataclasses import replace
from math import exp

from experiments.monitoring.chart_result import ControlChart, Point


def taken_back(chart: ControlChart) -> ControlChart:
    """The chart with every value and line as its exponential; a residual becomes a factor."""
    return replace(chart, centre=exp(chart.centre), points=tuple(map(_point, chart.points)))


def _point(point: Point) -> Point:
    return replace(
        point,
        value=_exp(point.value),
        lower=_exp(point.lower),
        upper=_exp(point.upper),
        centre=_exp(point.centre),
        observed=_exp(point.observed),
    )


def _exp(value: float | None) -> float | None:
    return None if value is None else exp(value)
