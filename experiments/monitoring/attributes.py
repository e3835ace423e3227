"""Charts of counts: p and u, Laney's p' and u', and c.

Sigma of a point with denominator n: p sqrt(c(1 - c)/n), u sqrt(c/n), c sqrt(c), with centre c = sum of the
counts over sum of the denominators (Montgomery 2013, chapter 7). Laney 2002, "Improved control charts for
attributes", Quality Engineering 14(4): p' and u' multiply sigma by the spread of the standardised values
z, the mean of |z_i - z_(i-1)| / 1.128, so that limits stay honest where n is in the hundreds.
"""

from typing import Literal

import numpy as np

from experiments.monitoring.limits import Flags, Floats, Limits, around
from experiments.monitoring.xmr import D2, mean_moving_range

Family = Literal["p", "u"]


def pooled(counts: Floats, sizes: Floats, used: Flags) -> float:
    """Sum of counts over sum of sizes on the points in `used`; NaN where nothing is known."""
    known = used & np.isfinite(counts) & (sizes > 0)
    return float(counts[known].sum() / sizes[known].sum()) if known.any() else float("nan")


def sigmas(family: Family, centre: float, sizes: Floats) -> Floats:
    """Standard deviation of points (n,), binomial (p) or Poisson (u); NaN where a size is not above 0."""
    variance = centre * (1 - centre) if family == "p" else centre
    known = np.where(sizes > 0, sizes, np.nan)
    return np.asarray(np.sqrt(max(variance, 0.0) / known))


def laney_factor(values: Floats, centre: float, sigma: Floats, used: Flags, *, screen: bool) -> float:
    """Spread of the standardised values over what the distribution predicts; NaN where it is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(used & (sigma > 0), (values - centre) / sigma, np.nan)
    return mean_moving_range(z, screen=screen) / D2


def attribute_limits(
    family: Family, counts: Floats, sizes: Floats, used: Flags, *, laney: bool, screen: bool
) -> Limits:
    """Limits of p, u or, with `laney`, p' and u'; counts and sizes (n,), NaN or size 0 for gaps.

    screen: leaves out large moving ranges of z, once; without effect on p and u.
    """
    centre = pooled(counts, sizes, used)
    sigma = sigmas(family, centre, sizes)
    if laney:
        values = counts / np.where(sizes > 0, sizes, np.nan)
        sigma = sigma * laney_factor(values, centre, sigma, used, screen=screen)
    line = np.where(sizes > 0, centre, np.nan)
    return around(line, 3 * sigma, floor=0.0, ceiling=1.0 if family == "p" else np.inf)


def c_limits(counts: Floats, used: Flags) -> Limits:
    """Limits of counts (n,) over equal areas of opportunity."""
    known = np.ones(len(counts))
    centre = pooled(counts, known, used)
    return around(np.full(len(counts), centre), np.full(len(counts), 3 * np.sqrt(centre)), floor=0.0)
