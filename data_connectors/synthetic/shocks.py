"""What moves a whole department for some weeks: autocorrelated department-week shocks."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def autoregressive(
    random: np.random.Generator, departments: int, weeks: int, *, rho: float, sd: float
) -> Floats:
    """Stationary AR(1), shape (departments, weeks), with marginal standard deviation `sd`."""
    innovations = random.standard_normal((departments, weeks))
    found = np.empty_like(innovations)
    found[:, 0] = innovations[:, 0]
    for week in range(1, weeks):
        found[:, week] = rho * found[:, week - 1] + np.sqrt(1 - rho**2) * innovations[:, week]
    return sd * found
