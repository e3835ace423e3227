"""Errors of many estimates at once, from what each is when one department (or group of them) is left out.

The stratified jackknife (Efron and Stein 1981, Annals of Statistics 9): the departments behind an estimate
are drawn in two groups, its own and those it is compared with.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-9


def leave_one_out(values: Floats, without: Floats, own: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Errors (P,) and Satterthwaite degrees of freedom (P,) of P estimates.

    values (P,). without (G, P): what they are without each of G departments. own, other (G, P): how much each
    department counts among those whose effect an estimate is, and among those they are compared with. For a
    difference in means these are Welch's. Departments that count unequally leave fewer degrees of freedom,
    as if (sum w^2)^2 / sum w^4 counted alike. NaN where an estimate is not defined without one of its
    departments, or a group has only one.
    """
    variances, degrees = np.zeros((2, len(values))), np.ones((2, len(values)))
    for side, load in enumerate((own, other)):
        group, squares = load > 0, load**2
        count = np.maximum(group.sum(axis=0), 1)
        mean = np.where(group, without, 0.0).sum(axis=0) / count
        factor = (count - 1) / count
        variances[side] = factor * (np.where(group, without - mean, 0.0) ** 2).sum(axis=0)
        variances[side, group.sum(axis=0) == 1] = np.nan
        alike = squares.sum(axis=0) ** 2 / np.maximum((squares**2).sum(axis=0), np.finfo(float).tiny)
        degrees[side] = np.maximum(alike * factor, TOLERANCE)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = variances.sum(axis=0) ** 2 / (variances**2 / degrees).sum(axis=0)
    return np.sqrt(variances.sum(axis=0)), total
