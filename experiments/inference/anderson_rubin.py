"""The effect per unit of use with the start of the department as instrument, however weak it is.

Anderson and Rubin 1949: under a per-unit effect x the outcome less x times the dose has no difference between
the groups. So x is kept where the scaled EWC t does not reject that; its squared t is a ratio of quadratics
in x, which gives the whole set in closed form (Fieller 1954). At x = 0 it is the intention-to-treat test.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments.inference.scaled_ewc import Noise
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changes (G,) of outcome and dose, and which departments (G,) started."""

    outcome: Floats
    dose: Floats
    treated: Flags


class WeakInstrument(ValueError):
    """The set of effects per unit of use that fit the data has no end."""


def anderson_rubin(changes: Changes, noise: Noise, level: float) -> Inference:
    """Wald ratio of the changes and its interval; noise: of the outcome, relative between departments.

    standard_error: delta method at the ratio. Raises WeakInstrument where the interval has no end.
    """
    weights = 1 / noise.s2
    outcome, dose = gap(changes.outcome, changes.treated), gap(changes.dose, changes.treated)
    ours = changes.treated.sum()
    part = noise.s2 / np.where(changes.treated, ours, len(changes.treated) - ours) ** 2
    left = len(changes.treated) - 2
    shrink = (noise.nu - 2) / noise.nu / left * part.sum()
    a, b = (_around(values, changes.treated, weights) for values in (changes.outcome, changes.dose))
    # Variance of the gap of y - x d: spread[0] - 2 x spread[1] + x^2 spread[2].
    spread = shrink * np.array([weights @ a**2, weights @ (a * b), weights @ b**2])
    df = 1 / (1 / left + np.sum(part**2) / part.sum() ** 2 / noise.nu)
    interval = _interval(outcome, dose, spread, float(special.stdtrit(df, 0.5 + level / 2)))
    effect = outcome / dose
    variance = spread @ np.array([1, -2 * effect, effect**2])
    return Inference(
        effect=effect,
        standard_error=float(np.sqrt(variance) / abs(dose)),
        interval=interval,
        p_value=2 * float(special.stdtr(df, -abs(outcome) / np.sqrt(spread[0]))),
        degrees_of_freedom=float(df),
    )


def gap(values: Floats, treated: Flags) -> float:
    """Mean of the treated minus that of the others, of values (G,)."""
    return float(values[treated].mean() - values[~treated].mean())


def _around(values: Floats, treated: Flags, weights: Floats) -> Floats:
    """Values around the weighted mean of their group."""
    means = [np.average(values[group], weights=weights[group]) for group in (~treated, treated)]
    return np.asarray(values - np.where(treated, means[1], means[0]))


def _interval(outcome: float, dose: float, spread: Floats, critical: float) -> tuple[float, float]:
    """Roots of (outcome - x dose)^2 = critical^2 variance(x)."""
    second = dose**2 - critical**2 * spread[2]
    if dose == 0 or second <= 1e-12 * dose**2:
        raise WeakInstrument("use did not change enough at the start")
    half_first = outcome * dose - critical**2 * spread[1]
    constant = outcome**2 - critical**2 * spread[0]
    root = np.sqrt(max(half_first**2 - second * constant, 0.0))
    return float((half_first - root) / second), float((half_first + root) / second)
