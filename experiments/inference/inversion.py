"""p-value and interval of a randomisation test from one inversion.

Rosenbaum 2002, "Observational Studies", 2.6: for an effect x the treated outcomes are shifted back by x, and
an assignment counts when its statistic is at least as extreme as the actual one. Each assignment counts on
one or two closed ranges of x, so the p-value at any x is a count of ranges and the interval needs no search.
Where the count does not fall monotonically away from the estimate, p-value and interval both use its monotone
envelope (the larger p-value, the wider interval), so that they always agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference

Floats = NDArray[np.float64]

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Closed ranges [start, end] of the effect on which an assignment counts; one or two per assignment."""

    starts: Floats
    ends: Floats
    assignments: int


def invert(ranges: Ranges, effect: float, standard_error: float, level: float) -> Inference:
    """p-value of no effect, and interval; a bound is infinite where the assignments exclude nothing.

    The actual assignment counts everywhere. Where the effect itself is excluded on a side, so is all beyond.
    """
    slack = TOLERANCE * standard_error
    starts, ends = np.sort(ranges.starts - slack), np.sort(ranges.ends + slack)
    needed = round(1 - level, 12) * ranges.assignments - TOLERANCE
    upper, lower = ends[ends >= effect], starts[starts <= effect]
    at_upper, at_lower = _count(starts, ends, upper), _count(starts, ends, lower)
    beyond = at_upper[upper >= 0] if effect <= 0 else at_lower[lower <= 0]
    return Inference(
        effect=effect,
        standard_error=standard_error,
        interval=(
            float(np.min(lower[at_lower >= needed], initial=effect)),
            float(np.max(upper[at_upper >= needed], initial=effect)),
        ),
        p_value=float(np.max(beyond) / ranges.assignments),
        degrees_of_freedom=None,
    )


def invert_linear(statistics: Floats, slopes: Floats, level: float) -> Inference:
    """For statistics that are linear in the effect: S_a - x * slope_a, the actual one first with slope 1.

    standard_error: root mean square of the statistics under the effect that was found.
    """
    effect = float(statistics[0])
    always = np.abs(slopes) >= 1 - TOLERANCE
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.stack([(effect - statistics) / (1 - slopes), (effect + statistics) / (1 + slopes)])
    ranges = Ranges(
        starts=np.where(always, -np.inf, roots.min(axis=0)),
        ends=np.where(always, np.inf, roots.max(axis=0)),
        assignments=len(statistics),
    )
    error = np.sqrt(np.mean((statistics - effect * slopes)[1:] ** 2))
    return invert(ranges, effect, float(error), level)


def _count(starts: Floats, ends: Floats, at: Floats) -> NDArray[np.intp]:
    """How many closed ranges hold each point."""
    return np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="left")
