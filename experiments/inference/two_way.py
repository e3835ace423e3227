"""Weighted least squares of an outcome on one regressor, with unit and period effects taken out.

Frisch-Waugh-Lovell: unit effects by weighted demeaning, period effects by QR of the demeaned period dummies,
so unbalanced and weighted panels are exact and no dummy per unit is ever made.
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
    units, periods = np.nonzero(used)
    unit = np.unique(units, return_inverse=True)[1]
    root = np.sqrt(weights[used])
    total = np.bincount(unit, root**2)

    def demeaned(columns: Floats) -> Floats:
        sums = np.zeros((len(total), columns.shape[1]))
        np.add.at(sums, unit, columns * (root**2)[:, None])
        return np.asarray((columns - (sums / total[:, None])[unit]) * root[:, None])

    dummies = (periods[:, None] == np.unique(periods)[None, 1:]).astype(float)
    span = _orthonormal(demeaned(dummies))
    both = demeaned(np.column_stack([outcome[used], regressor[used]]))
    both -= span @ (span.T @ both)
    y, x = both[:, 0], both[:, 1]
    strength = float(x @ x)
    if strength < TOLERANCE * max(1.0, float(root @ root)):
        raise ValueError("the regressor does not vary within units and periods")
    effect = float(x @ y) / strength
    return TwoWay(
        effect=effect,
        direction=x / strength,
        residuals=y - effect * x,
        basis=np.column_stack([span, x / np.sqrt(strength)]),
        unit=unit,
        unit_basis=root / np.sqrt(total)[unit],
        n=float(root @ root),
        n_units=len(total),
        n_effects=span.shape[1] + 1,
    )


def _orthonormal(columns: Floats) -> Floats:
    if not columns.shape[1]:
        return columns
    q, r = np.linalg.qr(columns)
    size = np.abs(np.diag(r))
    return np.asarray(q[:, size > TOLERANCE * max(size.max(), 1.0)])
