"""Difference of two medians from order statistics, without assuming that the arms differ by a shift.

Bonett and Price 2002, "Statistical inference for a linear function of medians" (Psychological Methods 7): the
error of a median from the width of its own binomial interval. One normal pivot gives p-value and interval.
Beside it the percentile bootstrap, whose medians are drawn from their exact distribution (order statistics of
n uniform numbers are beta), so its cost does not grow with n.
"""

from math import hypot

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments.inference.student import Inference, normal

Floats = NDArray[np.float64]

DRAWS = 9_999


def median_difference(ours: Floats, control: Floats, level: float) -> Inference:
    """Median of interest minus control's; two values an arm at least."""
    error = hypot(*(_error(np.sort(values)) for values in (ours, control)))
    return normal(float(np.median(ours) - np.median(control)), error, level)


def median_log_ratio(ours: Floats, control: Floats, level: float) -> Inference:
    """Logarithm of the ratio of the medians, of values above zero.

    Bonett and Price 2020, "Confidence intervals for ratios of means and medians" (Journal of Educational and
    Behavioral Statistics 45).
    """
    error = hypot(*(_error(np.log(np.sort(values))) for values in (ours, control)))
    return normal(float(np.log(np.median(ours) / np.median(control))), error, level)


def _error(ordered: Floats) -> float:
    """Half the width between two order statistics, in standard errors of a normal median."""
    n = len(ordered)
    rank = max(1, round(n / 2 - n**0.5))
    covered = special.bdtr(rank - 1, n, 0.5)
    return float((ordered[n - rank] - ordered[rank - 1]) / (-2 * special.ndtri(covered)))


def bootstrap(ours: Floats, control: Floats, level: float, seed: int) -> Inference:
    """Percentiles of resampled differences; p-value and interval count the same draws."""
    rng = np.random.default_rng(seed)
    effect = float(np.median(ours) - np.median(control))
    drawn = np.sort(_medians(np.sort(ours), rng) - _medians(np.sort(control), rng))
    beyond = min((drawn <= 0).sum(), (drawn >= 0).sum())
    rank = int(np.ceil(round(1 - level, 12) * (DRAWS + 1) / 2 - 1 - 1e-9))
    return Inference(
        effect=effect,
        standard_error=float(drawn.std(ddof=1)),
        interval=(min(float(drawn[rank - 1]), effect), max(float(drawn[DRAWS - rank]), effect)),
        p_value=float(min(1.0, 2 * (beyond + 1) / (DRAWS + 1))),
        degrees_of_freedom=None,
    )


def _medians(ordered: Floats, rng: np.random.Generator) -> Floats:
    """(DRAWS,) medians of resamples with replacement of ordered values (n,)."""
    n = len(ordered)
    rank = (n + 1) // 2
    lower = rng.beta(rank, n - rank + 1, DRAWS)
    found = ordered[(lower * n).astype(int)]
    if n % 2:
        return np.asarray(found)
    upper = lower + (1 - lower) * rng.beta(1, n - rank, DRAWS)
    return np.asarray((found + ordered[np.minimum((upper * n).astype(int), n - 1)]) / 2)
