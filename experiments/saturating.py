"""Two-way fixed effects with an effect for every cohort in every period, on a panel with several starts."""

from dataclasses import dataclass

import numpy as np

from experiments.adoption import Adoption, Flags
from experiments.cohort_averages import Cells
from experiments.cohort_errors import cells_of
from experiments.inference.saturated import Saturated, coefficients, saturate, scores, without
from experiments.options import Options
from experiments.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SaturatedFit:
    """The fit as a `CohortFit`; factor is that of CR1, counted as in `experiments.inference.cr1`."""

    adoption: Adoption
    fit: Saturated

    @property
    def cells(self) -> Cells:
        """The effects with what stands behind them."""
        return cells_of(self.adoption, self.fit.effects, self.fit.counts)

    @property
    def factor(self) -> float:
        """G / (G - 1) * (N - 1) / (N - k), k without unit effects; infinite where nothing is left."""
        groups, n = int(self.adoption.clusters.max()) + 1, float(self.fit.weights.sum())
        left = n - self.fit.n_effects - 1
        return groups / (groups - 1) * (n - 1) / left if left > 0 else np.inf

    def scores(self, weights: Floats, values: Floats) -> Floats:
        """(U, P) influence of each unit; values are not needed, because the model holds them."""
        del values
        return scores(self.fit, weights)

    def coefficients(self, weights: Floats) -> Floats:
        """(U, T) what each outcome counts in an average with weights (C, T)."""
        return coefficients(self.fit, weights)

    def without(self, gone: Flags) -> Cells:
        """The effects when some units are left out."""
        effects, counts = without(self.fit, gone)
        return cells_of(self.adoption, effects, counts, gone)


def saturated_fit(adoption: Adoption, options: Options) -> SaturatedFit:
    """The regression for a comparison; raises ValueError where the effects are not identified.

    With `not-yet-treated` only cells from the start on have an effect of their own (Wooldridge 2021); with
    `never-treated` all but the last period before it, so that never-treated units alone show how periods move
    (Sun and Abraham 2021).
    """
    own = adoption.affected
    if options.comparison == "never-treated":
        reference = adoption.event_time == -adoption.anticipation - 1
        own = np.isfinite(adoption.event_time) & ~reference
    fit = saturate(adoption.panel.outcome, adoption.weights, adoption.cohort, own)
    return SaturatedFit(adoption=adoption, fit=fit)
