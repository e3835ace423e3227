"""Least squares of one value per unit on a few columns, units in clusters: CR2 errors of any contrast.

Bell and McCaffrey 2002 with Satterthwaite degrees of freedom, as `cr2`, for a regression without absorbed
effects. A cluster's (I - H)^(-1/2) acts on the column space of the regression only, so that no matrix of
units by units is made.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cr2 import satterthwaite
from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]

NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredLine:
    """A fit of N units on k columns = basis (N, k) @ triangle (k, k), the basis orthonormal."""

    basis: Floats
    triangle: Floats
    coefficients: Floats
    residuals: Floats
    cluster: NDArray[np.intp]

    def contrast(self, weights: Floats, level: float) -> Inference | None:
        """A sum of coefficients, weights (k,); None where one cluster alone carries it or nothing is left."""
        towards: Floats = np.linalg.solve(self.triangle.T, weights).astype(np.float64)
        scores, own, projected = [], [], []
        for group in range(int(self.cluster.max()) + 1):
            rows = self.basis[self.cluster == group]
            part = _adjusted(rows, towards)
            if part is None:
                return None
            scores.append(float(part @ self.residuals[self.cluster == group]))
            own.append(float(part @ part))
            projected.append(part @ rows)
        error = float(np.sqrt(np.sum(np.square(scores))))
        if not error > 0:
            return None
        df = satterthwaite(np.array(own), np.array(projected).T)
        return student(float(weights @ self.coefficients), error, df, level)


def clustered_line(columns: Floats, values: Floats, cluster: NDArray[np.intp]) -> ClusteredLine | None:
    """Fit values (N,) on columns (N, k), cluster (N,) 0 .. G-1; None where the columns do not tell apart."""
    basis, triangle = np.linalg.qr(columns)
    size = np.linalg.norm(columns, axis=0)
    if len(values) <= columns.shape[1] or (np.abs(np.diag(triangle)) <= NOTHING * size).any():
        return None
    coefficients = np.linalg.solve(triangle, basis.T @ values)
    return ClusteredLine(
        basis=basis,
        triangle=triangle,
        coefficients=coefficients,
        residuals=values - columns @ coefficients,
        cluster=cluster,
    )


def _adjusted(rows: Floats, towards: Floats) -> Floats | None:
    """(I - H)^(-1/2) of a cluster times its part of the contrast; None where that part has no residual."""
    left, vectors = np.linalg.eigh(np.eye(len(towards)) - rows.T @ rows)
    along = towards @ vectors
    alone = left < NOTHING
    if (np.abs(along[alone]) > NOTHING * np.linalg.norm(towards)).any():
        return None
    power = np.where(alone, 0.0, 1 / np.sqrt(np.where(alone, 1.0, left)))
    return np.asarray(rows @ (vectors @ (power * along)))
