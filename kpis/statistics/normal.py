"""What every interval here shares: its two ends and the normal quantile of a level."""

from dataclasses import dataclass

from scipy.special import ndtri


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Both ends of a confidence interval, in the unit of the estimate."""

    low: float
    high: float


def two_sided(level: float) -> float:
    """The normal quantile z for which P(-z < Z < z) = level; level in (0, 1), 1.96 for 0.95."""
    return float(ndtri((1 + level) / 2))


def symmetric(estimate: float, standard_error: float, level: float) -> Interval:
    """Estimate - z SE to estimate + z SE (Wald)."""
    margin = two_sided(level) * standard_error
    return Interval(low=estimate - margin, high=estimate + margin)
