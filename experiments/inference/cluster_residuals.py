"""What a fit hides of a cluster's own noise, put back: (I - H)^power times a cluster's part of a coefficient.

H is the cluster's block of the hat matrix. power -1/2 makes CR2, -1 makes CR3. Unit effects lie within their
cluster and the coefficient's direction is orthogonal to them, so only the other effects matter. The power is
taken by Lanczos' method, which needs few steps because H is small unless a cluster weighs much (Golub and Van
Loan 2013, "Matrix Computations", 10.2), and is exact after as many steps as there are rows.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.two_way import TwoWay

Floats = NDArray[np.float64]

NOTHING = 1e-9
SETTLED = 1e-13
STEPS = 5


class CarriedByOne(ValueError):
    """One cell, or one cluster, alone carries the effect: it has no residual to tell the noise from.

    cluster: its number, None for a cell.
    """

    def __init__(self, cluster: int | None = None) -> None:
        super().__init__("the effect is carried by one cell or cluster alone")
        self.cluster = cluster


def adjusted(fit: TwoWay, cluster: NDArray[np.intp], power: float) -> Floats:
    """(N,) the fit's direction, adjusted within each cluster.

    cluster (N,): of each row, 0 .. G-1. An effect that only one cluster has (a period that no other has) goes
    along with it; raises CarriedByOne where that is the coefficient itself.
    """
    found = np.zeros_like(fit.direction)
    for group in range(int(cluster.max()) + 1):
        rows = np.flatnonzero(cluster == group)
        if np.abs(fit.direction[rows]).max() > 0:
            found[rows] = _adjusted(fit.basis[rows], fit.direction[rows], power, group)
    return found


def _adjusted(basis: Floats, direction: Floats, power: float, group: int) -> Floats:
    """(I - basis basis')^power direction."""
    size = float(np.linalg.norm(direction))
    vectors, diagonal = [direction / size], []
    beside: list[float] = []
    while True:
        latest = vectors[-1]
        following = latest - basis @ (latest @ basis)
        diagonal.append(float(latest @ following))
        known = np.array(vectors)
        for _ in range(2):
            following = following - (known @ following) @ known
        length = float(np.linalg.norm(following))
        last = length < SETTLED or len(vectors) == len(direction)
        if last or len(vectors) % STEPS == 0:
            weights, least = _power(np.array(diagonal), np.array(beside), power)
            if least < NOTHING and last:
                raise CarriedByOne(group)
            if last or abs(weights[-1]) < SETTLED * np.abs(weights).max():
                return np.asarray(size * (weights @ known))
        beside.append(length)
        vectors.append(following / length)


def _power(diagonal: Floats, beside: Floats, power: float) -> tuple[Floats, float]:
    """First column of the power of a tridiagonal matrix, and its smallest eigenvalue."""
    values, columns = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    raised = np.where(values > NOTHING, np.maximum(values, NOTHING) ** power, 0.0)
    return np.asarray(columns @ (raised * columns[0])), float(values[0])
