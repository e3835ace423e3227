"""Weighted least squares of an outcome on one regressor, with unit and period effects taken out.

Frisch-Waugh-Lovell: unit effects by weighted demeaning; period effects by the eigenvectors of what that
leaves of the period dummies (a normalised Laplacian of periods), so unbalanced and weighted panels are exact,
no dummy per unit is ever made, and the work hardly grows with the number of units.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoWay:
    """A fit on N cells; rows are multiplied by the square root of their weight.

    effect: the regressor's coefficient. direction (N,): effect = direction @ outcome. residuals (N,).
    basis (N, k): orthonormal columns of the period effects and the regressor, unit effects taken out.
    unit (N,): row's unit, 0 .. U-1. unit_basis (N,): the unit indicators' orthonormal column, as one vector.
    n: observations (sum of the frequency weights). n_effects: period effects and regressor, without units.
    """

    effect: float
    direction: Floats
    residuals: Floats
    basis: Floats
    unit: NDArray[np.intp]
    unit_basis: Floats
    n: float
    n_units: int
    n_effects: int


def two_way(outcome: Floats, regressor: Floats, weights: Floats) -> TwoWay:
    """Fit outcome (U, T) on regressor (U, T); cells with weight 0 or without outcome are not in the sample.

    Raises ValueError when the regressor does not vary within units and periods.
    """
    used = (weights > 0) & np.isfinite(outcome)
    filled = np.ix_(used.any(axis=1), used.any(axis=0))
    cells = used[filled]
    weight = np.where(cells, weights[filled], 0.0)
    total, root = weight.sum(axis=1), np.sqrt(weight[cells])
    unit, period = np.nonzero(cells)
    span = _period_span(weight, total)

    def cleaned(values: Floats) -> Floats:
        left = _demeaned(np.where(cells, values[filled], 0.0), weight, total)
        # A second time takes away the rounding error of the first.
        for _ in range(2):
            left = _demeaned(left - span @ (span.T @ (weight * left).sum(axis=0)), weight, total)
        return np.asarray(left[cells] * root)

    y, x = cleaned(outcome), cleaned(regressor)
    strength = float(x @ x)
    if not strength > TOLERANCE * float(total.sum()):
        raise ValueError("the regressor does not vary within units and periods")
    effect = float(x @ y) / strength
    periods = (span[period] - (weight @ span / total[:, None])[unit]) * root[:, None]
    return TwoWay(
        effect=effect,
        direction=x / strength,
        residuals=y - effect * x,
        basis=np.column_stack([periods, x / np.sqrt(strength)]),
        unit=unit,
        unit_basis=root / np.sqrt(total)[unit],
        n=float(total.sum()),
        n_units=len(total),
        n_effects=span.shape[1] + 1,
    )


def _demeaned(values: Floats, weight: Floats, total: Floats) -> Floats:
    return np.asarray(values - ((weight * values).sum(axis=1) / total)[:, None])


def _period_span(weight: Floats, total: Floats) -> Floats:
    """(T, k) combinations of the period dummies that are orthonormal once unit effects are taken out.

    One combination is lost for every group of units and periods that hangs together.
    """
    if not weight.size:
        return np.empty((0, 0))
    scale = 1 / np.sqrt(weight.sum(axis=0))
    scaled = weight / np.sqrt(total)[:, None] * scale
    values, vectors = np.linalg.eigh(np.eye(len(scale)) - scaled.T @ scaled)
    kept = values > TOLERANCE
    return np.asarray(scale[:, None] * vectors[:, kept] / np.sqrt(values[kept]))
