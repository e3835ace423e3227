"""Whether counts vary as much between rows as Poisson says."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from experiments.comparison.arm import DENOMINATOR, OUTCOME, Arm

SURE = 3.29
"""Standard errors from Poisson's: one in a thousand, two-sided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """ratio: Pearson's chi-square over its degrees of freedom, 1 under Poisson. z: its distance from that."""

    ratio: float
    z: float


def dispersion(arms: tuple[Arm, ...]) -> Dispersion | None:
    """Around each arm's own rate; None without rows or events.

    The variance of the chi-square, 2 df + sum of 1 / expected, holds for rare events too (Haldane 1937).
    """
    squares, variance, df = 0.0, 0.0, 0
    for arm in arms:
        if arm.rows is None:
            return None
        if arm.total > 0:
            expected = arm.rows[:, DENOMINATOR] * arm.total / arm.exposure
            squares += float(np.sum((arm.rows[:, OUTCOME] - expected) ** 2 / expected))
            variance += 2 * (arm.n - 1) + float(np.sum(1 / expected))
            df += arm.n - 1
    return Dispersion(ratio=squares / df, z=(squares - df) / sqrt(variance)) if df else None


def overdispersed(found: Dispersion) -> bool:
    """Whether the rows vary surely more than Poisson."""
    return found.z > SURE


def unlike_poisson(found: Dispersion) -> bool:
    """Whether they vary surely more, or surely less."""
    return abs(found.z) > SURE
