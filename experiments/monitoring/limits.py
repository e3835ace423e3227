"""Centre line and limits of a control chart, one of each per point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Signs = NDArray[np.int8]

NEAR = 2 / 3
"""A near limit lies at this share of the way from the centre to the limit (two of three sigmas)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Each (n,), in the unit of the plotted values; NaN where there is none.

    near_lower, near_upper: the limits of the two-of-three rule.
    """

    centre: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats

    @property
    def found(self) -> bool:
        """Whether any point has limits on both sides."""
        return bool((np.isfinite(self.lower) & np.isfinite(self.upper)).any())


def around(
    centre: Floats,
    reach: Floats,
    floor: float = -np.inf,
    ceiling: float = np.inf,
    middle: Floats | None = None,
) -> Limits:
    """Limits at centre -/+ reach, each (n,), kept within [floor, ceiling].

    middle (n,): the centre line that is drawn and judged by, where it is not what the limits lie around.
    """

    def kept(values: Floats) -> Floats:
        return np.asarray(np.clip(values, floor, ceiling))

    return Limits(
        centre=centre if middle is None else middle,
        lower=kept(centre - reach),
        upper=kept(centre + reach),
        near_lower=kept(centre - NEAR * reach),
        near_upper=kept(centre + NEAR * reach),
    )


def average(values: Floats) -> float:
    """The mean of finite values, which rounding may not push outside them; NaN of none."""
    known = values[np.isfinite(values)]
    return float(np.clip(known.mean(), known.min(), known.max())) if len(known) else float("nan")
