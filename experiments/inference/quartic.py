"""Where a squared line exceeds z^2 times a parabola: the ranges on which a studentised assignment counts."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

REAL = 1e-7


def quartic(line: Floats, below: Floats) -> Floats:
    """(M, 5) coefficients, constant first, of (a + b z)^2 - z^2 (c + d z + e z^2)."""
    a, b = line.T
    return np.stack([a**2, 2 * a * b, b**2 - below[:, 0], -below[:, 1], -below[:, 2]], axis=1)


def positive(quartics: Floats) -> tuple[Floats, Floats]:
    """Ranges, one or two each, where quartics with a negative leading term are positive: starts, ends."""
    companion = np.zeros((len(quartics), 4, 4))
    companion[:, [1, 2, 3], [0, 1, 2]] = 1.0
    companion[:, :, 3] = -quartics[:, :4] / quartics[:, 4:]
    roots = np.linalg.eigvals(companion).astype(complex)
    real = np.abs(roots.imag) <= REAL * (1 + np.abs(roots.real))
    ordered = np.sort(np.where(real, roots.real, np.inf), axis=1)
    count = real.sum(axis=1)
    two = count == 4
    last = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None], axis=1)[:, 0]
    found = count > 0
    starts = np.concatenate([ordered[found, 0], ordered[two, 2]])
    ends = np.concatenate([np.where(two, ordered[:, 1], last)[found], ordered[two, 3]])
    return starts, ends
