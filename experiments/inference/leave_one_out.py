"""Errors of many estimates at once, from what each is when one department (or group of them) is left out.

The stratified jackknife (Efron and Stein 1981, Annals of Statistics 9): the departments behind an estimate
are drawn in two groups, its own and those it is compared with; those that leave it as it is are in neither.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-12


def leave_one_out(values: Floats, without: Floats, own: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Errors (P,) and Welch-Satterthwaite degrees of freedom (P,) of P estimates.

    values (P,). without (G, P): what they are without each of G departments. own (G, P): whether the
    department belongs to the estimate itself rather than to its comparison. For a difference in means these
    are Welch's. NaN where an estimate is not defined without one of its departments, or a group has only one.
    """
    moved = ~(np.abs(without - values) <= TOLERANCE * np.maximum(1.0, np.abs(values)))
    variances, sizes = np.zeros((2, len(values))), np.ones((2, len(values)))
    for side, group in enumerate((moved & own, moved & ~own)):
        count = group.sum(axis=0)
        members = np.maximum(count, 1)
        mean = np.where(group, without, 0.0).sum(axis=0) / members
        squares = np.where(group, without - mean, 0.0) ** 2
        variances[side] = (members - 1) / members * squares.sum(axis=0)
        variances[side, count == 1] = np.nan
        sizes[side] = np.maximum(count - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        degrees = variances.sum(axis=0) ** 2 / (variances**2 / sizes).sum(axis=0)
    return np.sqrt(variances.sum(axis=0)), degrees
