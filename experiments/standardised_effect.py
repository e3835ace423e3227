"""A difference-in-differences on sums per kind of case: with the cases as they came, and with one mix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from experiments.context import Strata
from experiments.contrast import Statistic, contrast
from experiments.panel import Floats
from experiments.window import Window
from kpis.statistics.standardisation import Stratum, standardise

Periods = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedEffect:
    """Effects on the working scale: crude, and with the mix of all departments before the first start."""

    crude: float
    standardised: float


def standardised_effect(
    window: Window, strata: Strata, units: Sequence[str], *, take_logs: bool
) -> StandardisedEffect | None:
    """Both effects, each side of a start as one sum over its weeks (after the run-in).

    units: of the strata, in order. take_logs: the change of the logarithm of the values. None without
    comparison departments or weeks, or where a department had none of a kind of case on one side.
    """
    sides = [min(len(window.before(start)), len(window.after(start))) for start in window.starts]
    if window.treated.all() or min(sides) < 1:
        return None
    sums = _Sums.of(window, strata, units)
    with np.errstate(invalid="ignore", divide="ignore"):
        crude, standardised = (
            _difference(window, sums.change(window, kind, take_logs=take_logs)) for kind in ("crude", "value")
        )
    if not np.isfinite([crude, standardised]).all():
        return None
    return StandardisedEffect(crude=crude, standardised=standardised)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Of the window's units, (S, U, T); the mix of reference by kind of case."""

    strata: Strata
    numerator: Floats
    denominator: Floats
    reference: dict[str, float]

    @classmethod
    def of(cls, window: Window, strata: Strata, units: Sequence[str]) -> "_Sums":
        places = [units.index(unit) for unit in window.panel.units]
        denominator = strata.denominator[:, places]
        before = denominator[:, :, window.before(window.starts[0])].sum(axis=(1, 2))
        return cls(
            strata=strata,
            numerator=strata.numerator[:, places],
            denominator=denominator,
            reference=dict(zip(strata.names, map(float, before), strict=True)),
        )

    def change(self, window: Window, kind: Literal["crude", "value"], *, take_logs: bool) -> Statistic:
        def around(start: int) -> Floats:
            before, after = self.levels(window.before(start), kind), self.levels(window.after(start), kind)
            return np.asarray(np.log(after) - np.log(before) if take_logs else after - before)

        return around

    def levels(self, periods: Periods, kind: Literal["crude", "value"]) -> Floats:
        """(U,) of `standardise` over some periods; NaN where it gives none."""
        above, below = (sums[:, :, periods].sum(axis=2).T for sums in (self.numerator, self.denominator))
        found = [
            getattr(standardise(self.strata_of(*unit), self.reference), kind)
            for unit in zip(above, below, strict=True)
        ]
        return np.array(found, dtype=np.float64)

    def strata_of(self, above: Floats, below: Floats) -> dict[str, Stratum]:
        return {
            name: Stratum(n=0, numerator=float(one), denominator=float(other), variance=None)
            for name, one, other in zip(self.strata.names, above, below, strict=True)
        }


def _difference(window: Window, statistic: Statistic) -> float:
    values = contrast(window, statistic)
    return float(values[window.treated].mean() - values[~window.treated].mean())
