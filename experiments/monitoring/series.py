"""A series of periods to chart, wherever it came from, and the values that a chart plots."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.monitoring.limits import Floats

Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value a period, oldest first; NaN where it is missing.

    order (n): labels. values (n,): the values, or the numerators where there are denominators (n,), which are
    never below 0. every: the length of a period, None where it is not known.
    """

    order: tuple[str, ...]
    values: Floats
    denominators: Floats | None = None
    every: Every | None = None

    @property
    def plotted(self) -> Floats:
        """Values, or numerator over denominator; NaN where either is missing or the denominator is 0."""
        if self.denominators is None:
            return self.values
        with np.errstate(over="ignore"):
            return np.asarray(self.values / np.where(self.denominators > 0, self.denominators, np.nan))

    @property
    def zero_denominators(self) -> int:
        """Periods that have no value because nothing is below the line."""
        return 0 if self.denominators is None else int((self.denominators == 0).sum())
