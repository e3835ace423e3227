"""Events per exposure with the exact Poisson interval."""

import math
from dataclasses import dataclass

from scipy.special import gammaincinv

from kpis.statistics.normal import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Events per unit of exposure; `upper_at_zero` is the one-sided bound where no event was seen."""

    value: float
    interval: Interval
    upper_at_zero: float | None


def rate(events: int, exposure: float, level: float = 0.95) -> Rate | None:
    """The rate and its interval; None without exposure or with a negative number of events.

    The interval is that of Garwood (1936): low = G(a/2; x) / T, high = G(1 - a/2; x + 1) / T, with G the
    quantile of the gamma distribution of that shape.
    """
    if exposure <= 0 or events < 0:
        return None
    tail = (1 - level) / 2
    low = float(gammaincinv(events, tail)) / exposure if events else 0.0
    high = float(gammaincinv(events + 1, 1 - tail)) / exposure
    return Rate(
        value=events / exposure,
        interval=Interval(low=low, high=high),
        upper_at_zero=None if events else rule_of_three(exposure, level),
    )


def rule_of_three(exposure: float, level: float = 0.95) -> float:
    """-ln(1 - level) / exposure: with 95 % confidence at most 3 events per exposure (Hanley 1983)."""
    return -math.log1p(-level) / exposure
