"""Untreated outcomes filled in from untreated cells, on a panel with several starts."""

from dataclasses import dataclass

import numpy as np

from experiments.adoption import Adoption, Codes, Flags
from experiments.cohort_averages import Cells
from experiments.cohort_errors import cells_of
from experiments.inference.imputed import (
    Imputed,
    Rows,
    coefficients,
    first_stage_scores,
    gap_without,
    impute,
    residual_sums,
)
from experiments.options import Options
from experiments.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputedFit:
    """The fit as a `CohortFit`.

    cell (N,): number of a row's cohort and period, cohort * T + period. by_cell: whether an effect's error is
    its distance from the average of its cohort and period (Borusyak et al. 2024, equation 8) or from the
    average that is estimated (Gardner 2022).
    """

    adoption: Adoption
    fit: Imputed
    cells: Cells
    cell: Codes
    by_cell: bool
    factor: float = 1.0

    def scores(self, weights: Floats, values: Floats) -> Floats:
        """(U, P) influence of each unit on averages with weights (P, C, T) and values (P,)."""
        residuals = residual_sums(self.fit)
        flat = weights.reshape(len(weights), -1)
        parts = [self._score(residuals, *pair) for pair in zip(flat, values, strict=True)]
        return np.stack(parts, axis=1)

    def coefficients(self, weights: Floats) -> Floats:
        """(U, T) what each outcome counts in an average with weights (C, T)."""
        rows, found = self.fit.rows, np.zeros(self.adoption.weights.shape)
        found[rows.unit, rows.period] = coefficients(self.fit, self._own(weights.ravel()))
        return found

    def without(self, gone: Flags) -> Cells:
        """The effects when some units are left out."""
        return _cells(self.adoption, self.fit.rows, self.cell, gap_without(self.fit, gone), gone)

    def _score(self, residuals: Floats, weights: Floats, value: float) -> Floats:
        rows, gap, own = self.fit.rows, np.nan_to_num(self.fit.gap), self._own(weights)
        left = gap - (self._centre(own)[self.cell] if self.by_cell else value)
        treated = np.bincount(rows.unit, own * left, len(residuals))
        return np.asarray(treated + first_stage_scores(self.fit, residuals, own))

    def _own(self, weights: Floats) -> Floats:
        """(N,) weight of each treated row, from weights (C * T,) of the cells."""
        rows = self.fit.rows
        share = rows.weight / np.maximum(self.cells.counts.ravel()[self.cell], 1e-300)
        return np.where(rows.untreated, 0.0, weights[self.cell] * share)

    def _centre(self, own: Floats) -> Floats:
        size = self.cells.effects.size
        gap = np.nan_to_num(self.fit.gap)
        total = np.bincount(self.cell, own**2, size)
        return np.asarray(np.bincount(self.cell, own**2 * gap, size) / np.where(total > 0, total, 1.0))


def imputed_fit(adoption: Adoption, *, by_cell: bool) -> ImputedFit:
    """Fill in every affected cell. Raises ValueError where the effects are not identified."""
    fit = impute(_rows(adoption))
    cell = adoption.cohort[fit.rows.unit] * adoption.weights.shape[1] + fit.rows.period
    cells = _cells(adoption, fit.rows, cell, fit.gap)
    return ImputedFit(adoption=adoption, fit=fit, cells=cells, cell=cell, by_cell=by_cell)


def by_imputation(adoption: Adoption, options: Options) -> ImputedFit:
    """With the conservative error of Borusyak, Jaravel and Spiess."""
    del options
    return imputed_fit(adoption, by_cell=True)


def in_two_stages(adoption: Adoption, options: Options) -> ImputedFit:
    """With Gardner's error of two moment conditions."""
    del options
    return imputed_fit(adoption, by_cell=False)


def _rows(adoption: Adoption) -> Rows:
    unit, period = np.nonzero(adoption.weights > 0)
    panel = adoption.panel
    columns = [values[unit, period] for values in panel.covariates.values()]
    return Rows(
        outcome=panel.outcome[unit, period],
        unit=unit,
        period=period,
        weight=adoption.weights[unit, period],
        untreated=adoption.untreated[unit, period],
        covariates=np.stack(columns, axis=1) if columns else np.empty((len(unit), 0)),
    )


def _cells(adoption: Adoption, rows: Rows, cell: Codes, gap: Floats, gone: Flags | None = None) -> Cells:
    """Average effect of each cohort in each period; rows of units that are left out do not count."""
    shape = (len(adoption.starts) + 1, adoption.weights.shape[1])
    present = ~rows.untreated if gone is None else ~rows.untreated & ~gone[rows.unit]
    weight = np.where(present, rows.weight, 0.0)
    counts = np.bincount(cell, weight, shape[0] * shape[1])
    total = np.bincount(cell, weight * np.where(present, gap, 0.0), shape[0] * shape[1])
    with np.errstate(invalid="ignore"):
        effects = (total / counts).reshape(shape)
    return cells_of(adoption, effects, counts.astype(float).reshape(shape), gone)
