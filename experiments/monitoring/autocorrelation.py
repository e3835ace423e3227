"""How much a period resembles the one before: lag-1 autocorrelation, interval, and residuals.

r1 = sum of products of neighbours / sum of squares, both around the mean, is too low by (1 + 4 rho) / n on
average (Marriott and Pope 1954, Biometrika 41; Kendall 1954, ibid.), so the estimate is (n r1 + 1) / (n - 4).
The interval is that of arcsin rho, whose variance is 1/n whatever rho is (Jenkins 1954, ibid., "An angular
transformation for the serial correlation coefficient"), widened by n / (n - 4) as the correction widens r1.
Where points are missing, both sums are means over what is there (Parzen 1963, Sankhya A 25).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from experiments.monitoring.limits import Floats

FEWEST = 12
"""Below this many points an estimate says nothing."""
FLAG = 0.2
LARGEST = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Autocorrelation:
    """Lag-1 autocorrelation, corrected for its bias, with an interval; from n points."""

    value: float
    interval: tuple[float, float]
    level: float
    n: int

    @property
    def flagged(self) -> bool:
        """Whether ordinary limits are too narrow for it."""
        return self.value > FLAG


def lag_1(values: Floats) -> float:
    """r1 of values (n,) with NaN for gaps; NaN where they do not vary or have no neighbours."""
    deviations = values - np.nanmean(values)
    products = deviations[1:] * deviations[:-1]
    pairs, points = int(np.isfinite(products).sum()), int(np.isfinite(deviations).sum())
    squares = float(np.nansum(deviations**2)) / points
    if not pairs or squares <= 1e-24 * float(np.nanmax(np.abs(values))) ** 2:
        return float("nan")
    return float(np.nansum(products) / pairs / squares * (points - 1) / points)


def autocorrelation(values: Floats, level: float = 0.95) -> Autocorrelation | None:
    """The autocorrelation of values (n,), NaN for gaps; None below 12 points or where it does not exist."""
    points = int(np.isfinite(values).sum())
    r1 = lag_1(values) if points >= FEWEST else float("nan")
    if np.isnan(r1):
        return None
    value = float(np.clip((points * r1 + 1) / (points - 4), -LARGEST, LARGEST))
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(points) / (points - 4)
    low, high = np.sin(np.clip(np.arcsin(value) + np.array([-reach, reach]), -np.pi / 2, np.pi / 2))
    return Autocorrelation(value=value, interval=(float(low), float(high)), level=level, n=points)


def residuals(values: Floats, mean: float, phi: float) -> Floats:
    """What a value adds to what the one before predicts: (y_t - mean) - phi (y_(t-1) - mean), (n,).

    Alwan and Roberts 1988, Journal of Business & Economic Statistics 6(1). NaN for the first and after a gap.
    """
    deviations = values - mean
    found = np.full(len(values), np.nan)
    found[1:] = deviations[1:] - phi * deviations[:-1]
    return found
