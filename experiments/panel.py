"""The collapsed panel: unit × period, what every estimator reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scale = Literal["absolute", "relative"]

NEVER = np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Outcomes of U units over T equally spaced periods.

    outcome (U, T): the cell's value in the KPI's unit; NaN where there is none (missing is not zero).
        On the relative scale estimators work on its logarithm.
    weights (U, T): rows behind each cell (frequency weights); 0 where there is none.
    first_treated (U,): index of the unit's first treated period; NEVER for a comparison unit. An index may
        lie outside 0 .. T-1 when treatment starts before or after the window.
    clusters (U,): what the units are grouped in for standard errors; empty where each stands alone.
    exposure (U, T): what a count or a share is out of (patient days, letters); None where nothing was named.
    subgroups (U,): the declared kind of each unit; empty where none were declared.
    dose (U, T): how much the tool was used, such as a share of contacts or 0/1; None where nothing was named.
    covariates: (U, T) each, by name; NaN where there is none.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    outcome: Floats
    weights: Floats
    first_treated: Floats
    clusters: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()
    exposure: Floats | None = None
    dose: Floats | None = None
    covariates: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def treated(self) -> NDArray[np.bool_]:
        """(U,) whether the unit is ever treated within the panel."""
        return np.asarray(self.first_treated < len(self.periods))

    @property
    def starts(self) -> tuple[int, ...]:
        """Distinct first treated periods of the treated units, ordered."""
        return tuple(sorted({int(start) for start in self.first_treated[self.treated]}))

    @property
    def grouped(self) -> bool:
        """Whether units are grouped for standard errors, so that some do not stand alone."""
        return len(set(self.clusters)) not in (0, len(self.units))

    def only(self, keep: Sequence[bool] | NDArray[np.bool_]) -> "Panel":
        """The panel of some of the units."""
        return self._of(np.flatnonzero(np.asarray(keep)))

    def in_order(self) -> "Panel":
        """Units by their start and then their values.

        What is drawn by lot goes by the place of a unit, so that neither names nor the order of rows may
        decide that place.
        """
        known = np.where(np.isnan(self.outcome), -np.inf, self.outcome)
        return self._of(np.lexsort((*known.T[::-1], self.first_treated)))

    def _of(self, chosen: NDArray[np.intp]) -> "Panel":
        return Panel(
            units=tuple(self.units[i] for i in chosen),
            periods=self.periods,
            outcome=self.outcome[chosen],
            weights=self.weights[chosen],
            first_treated=self.first_treated[chosen],
            clusters=tuple(self.clusters[i] for i in chosen) if self.clusters else (),
            subgroups=tuple(self.subgroups[i] for i in chosen) if self.subgroups else (),
            exposure=None if self.exposure is None else self.exposure[chosen],
            dose=None if self.dose is None else self.dose[chosen],
            covariates={name: values[chosen] for name, values in self.covariates.items()},
        )

    def between(self, first: int, stop: int) -> "Panel":
        """The panel of the periods first .. stop - 1; starts keep their period, which may lie outside."""
        kept = slice(first, stop)
        return Panel(
            units=self.units,
            periods=self.periods[kept],
            outcome=self.outcome[:, kept],
            weights=self.weights[:, kept],
            first_treated=self.first_treated - first,
            clusters=self.clusters,
            subgroups=self.subgroups,
            exposure=None if self.exposure is None else self.exposure[:, kept],
            dose=None if self.dose is None else self.dose[:, kept],
            covariates={name: values[:, kept] for name, values in self.covariates.items()},
        )
