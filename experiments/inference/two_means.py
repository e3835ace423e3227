"""Two estimated means (or ratios of sums) with their covariance: their difference and their ratio.

Welch 1947 for two independent means; Cochran 1977, "Sampling Techniques", eq. 6.13, for ratios of sums;
Fieller 1954, "Some problems in interval estimation" (JRSS B 16) for their ratio. Difference and Fieller's
ratio test no effect by one and the same statistic, so they never disagree about it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments.inference.moments import Moments
from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]


class BaselineNotPositive(ValueError):
    """The mean that is divided by may be zero or less: a ratio to it has no bounded interval, or no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoMeans:
    """means (2,): of the arm of interest and of the control. covariance (2, 2). df: of their difference.

    baseline_df: degrees of freedom of the control's own mean.
    """

    means: Floats
    covariance: Floats
    df: float
    baseline_df: float


def welch_df(parts: Floats, degrees: Floats) -> float:
    """Satterthwaite degrees of freedom of a sum of independent variances; one at least is not zero."""
    shares = parts / parts.sum()
    return float(1 / np.sum(shares**2 / degrees))


def independent(ours: Moments, control: Moments) -> TwoMeans:
    """Ratios of the sums of column 0 over column 1 (all ones: plain means), Welch's degrees of freedom.

    Each arm: R = A / B, variance n / (n - 1) * sum (a - R b)^2 / B^2. Needs two rows an arm and sums of
    column 1 above zero; degrees of freedom are NaN where nothing varies.
    """
    found = [_ratio(arm) for arm in (ours, control)]
    parts = np.array([variance for _, variance in found])
    degrees = np.array([ours.n - 1.0, control.n - 1.0])
    return TwoMeans(
        means=np.array([ratio for ratio, _ in found]),
        covariance=np.diag(parts),
        df=welch_df(parts, degrees) if parts.sum() > 0 else np.nan,
        baseline_df=degrees[1],
    )


def _ratio(arm: Moments) -> tuple[float, float]:
    a, b = arm.mean[:2]
    ratio = a / b
    direction = np.array([1.0, -ratio])
    # The deviations a - R b add up to zero, so their squares are those around the means.
    squares = float(direction @ arm.products[:2, :2] @ direction)
    return float(ratio), max(squares, 0.0) / (arm.n - 1) / arm.n / b**2


def difference(two: TwoMeans, level: float) -> Inference:
    """Mean of interest minus control's."""
    contrast = np.array([1.0, -1.0])
    error = float(np.sqrt(contrast @ two.covariance @ contrast))
    return student(float(contrast @ two.means), error, two.df, level)


def fieller(two: TwoMeans, level: float) -> Inference:
    """The ratio of the means: every ratio r for which mean - r * control is not told from zero.

    The degrees of freedom are those of the difference. p_value: of ratio 1. standard_error: the delta
    method's, of the ratio. Raises BaselineNotPositive where the control's interval does not lie above zero.
    """
    _require_positive(two, level)
    (m1, m0), t = two.means, special.stdtrit(two.df, 0.5 + level / 2)
    v11, v10, v00 = two.covariance[0, 0], two.covariance[0, 1], two.covariance[1, 1]
    a, b, c = m0**2 - t**2 * v00, m1 * m0 - t**2 * v10, m1**2 - t**2 * v11
    root, ratio = np.sqrt(max(b**2 - a * c, 0.0)), m1 / m0
    error = np.sqrt(v11 - 2 * ratio * v10 + ratio**2 * v00) / m0
    return replace(
        difference(two, level),
        effect=float(ratio),
        standard_error=float(error),
        interval=(float((b - root) / a), float((b + root) / a)),
    )


def log_ratio(two: TwoMeans, level: float) -> Inference:
    """Logarithm of the ratio by the delta method, for comparison.

    Raises BaselineNotPositive unless both means are above zero and the control's interval is.
    """
    _require_positive(two, level)
    if two.means[0] <= 0:
        raise BaselineNotPositive
    gradient = np.array([1, -1]) / two.means
    error = float(np.sqrt(gradient @ two.covariance @ gradient))
    return student(float(np.log(two.means[0] / two.means[1])), error, two.df, level)


def _require_positive(two: TwoMeans, level: float) -> None:
    """By the control's own degrees of freedom and by those of the ratio, which bounds its interval."""
    half = max(special.stdtrit(df, 0.5 + level / 2) for df in (two.df, two.baseline_df))
    if two.means[1] - half * np.sqrt(two.covariance[1, 1]) <= 0:
        raise BaselineNotPositive
