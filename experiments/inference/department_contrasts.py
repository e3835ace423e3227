"""Differences between departments, in which the effects of periods are gone and no information is lost.

With one covariance V (T, T) for every department, independent of the others, orthonormal contrasts of G
departments are G - 1 series with that same V, and the periods' own effects only stand in their mean. What is
left to estimate are the treatment and a column for every cell that does not count, which takes it out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import helmert

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrasts:
    """y (T, J), columns (T, J, p): treatment first, then one for each cell that is left out. times (T,)."""

    y: Floats
    columns: Floats
    times: Floats

    @property
    def left(self) -> int:
        """Values minus columns."""
        return int(self.y.size - self.columns.shape[2])


def department_contrasts(y: Floats, used: Flags, treatment: Floats) -> Contrasts:
    """From y (G, T), used (G, T) and treatment (G, T, K); periods without a used cell are left out."""
    kept = np.flatnonzero(used.any(axis=0))
    outside = np.argwhere(~used[:, kept])
    own = np.zeros((len(y), len(kept), len(outside)))
    own[outside[:, 0], outside[:, 1], np.arange(len(outside))] = 1.0
    columns = np.concatenate([treatment[:, kept], own], axis=2)
    basis = helmert(len(y))
    return Contrasts(
        y=np.asarray((basis @ np.where(used, y, 0.0)[:, kept]).T),
        columns=np.asarray(np.einsum("jg,gtp->tjp", basis, columns)),
        times=kept.astype(np.float64),
    )
