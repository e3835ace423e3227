"""Is the use of the tool falling? A warning, never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite, sqrt

import numpy as np
from scipy.special import stdtrit

from core.period import containing
from experiments.evaluation import GroupSeries
from experiments.pilot import Pilot

FEWEST_WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTrend:
    """Change of use per week (a share) with its interval."""

    slope: float
    interval: tuple[float, float]

    @property
    def falling(self) -> bool:
        """The interval lies wholly below zero."""
        return self.interval[1] < 0


def use_trend(series: GroupSeries, pilot: Pilot) -> UseTrend | None:
    """The straight line through weekly use of the pilot departments after the last run-in.

    Ordinary least squares with a t interval at the plan's level; None below 8 weeks. Weekly use is
    autocorrelated, so the interval is somewhat narrow: it raises a warning, it decides nothing.
    """
    last_start = max(pilot.starts.values()) + timedelta(weeks=pilot.run_in_weeks)
    first = containing(last_start, "week").label
    values = [value for label, value in zip(series.periods, series.treated, strict=True) if label >= first]
    return fitted_line(values, pilot.level)


def fitted_line(values: Sequence[float], level: float) -> UseTrend | None:
    """Slope of the values against their index, missing ones left out; None where it cannot be fitted."""
    points = [(float(index), value) for index, value in enumerate(values) if isfinite(value)]
    if len(points) < FEWEST_WEEKS:
        return None
    x, y = np.array(points).T
    x = x - x.mean()
    spread = float(x @ x)
    slope = float(x @ y) / spread
    residual = y - y.mean() - slope * x
    freedom = len(points) - 2
    half = float(stdtrit(freedom, (1 + level) / 2)) * sqrt(float(residual @ residual) / freedom / spread)
    return UseTrend(slope=slope, interval=(slope - half, slope + half))
