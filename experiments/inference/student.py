"""What every inference gives back; the one place where a t distribution makes p-value and interval."""

from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """An effect with its uncertainty; p-value (of no effect) and interval come from one inversion."""

    effect: float
    standard_error: float
    interval: tuple[float, float]
    p_value: float
    degrees_of_freedom: float | None


def student(effect: float, standard_error: float, degrees_of_freedom: float, level: float) -> Inference:
    """Two-sided t inference. `level` is the interval's, 0.95 for a 95 % interval."""
    half = float(special.stdtrit(degrees_of_freedom, 0.5 + level / 2)) * standard_error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.abs(effect) / standard_error
    p_value = 2 * float(special.stdtr(degrees_of_freedom, -statistic))
    return Inference(
        effect=float(effect),
        standard_error=float(standard_error),
        interval=(float(effect - half), float(effect + half)),
        p_value=p_value,
        degrees_of_freedom=float(degrees_of_freedom),
    )


def scheffe(
    effect: float, standard_error: float, degrees_of_freedom: float, level: float, *, numbers: int
) -> Inference:
    """As `student`, for one of all the combinations of so many estimated numbers, whichever it is.

    Scheffe 1953, "A method for judging all contrasts in the analysis of variance" (Biometrika 40): the
    squared t over the numbers against F(numbers, degrees of freedom).
    """
    limit = special.fdtri(numbers, degrees_of_freedom, level)
    half = float(np.sqrt(numbers * limit)) * standard_error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.square(effect / standard_error) / numbers
    return Inference(
        effect=float(effect),
        standard_error=float(standard_error),
        interval=(float(effect - half), float(effect + half)),
        p_value=float(special.fdtrc(numbers, degrees_of_freedom, statistic)),
        degrees_of_freedom=float(degrees_of_freedom),
    )


def normal(effect: float, standard_error: float, level: float) -> Inference:
    """Two-sided normal inference: `student` with endless degrees of freedom."""
    half = float(special.ndtri(0.5 + level / 2)) * standard_error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.abs(effect) / standard_error
    return Inference(
        effect=float(effect),
        standard_error=float(standard_error),
        interval=(float(effect - half), float(effect + half)),
        p_value=2 * float(special.ndtr(-statistic)),
        degrees_of_freedom=None,
    )
