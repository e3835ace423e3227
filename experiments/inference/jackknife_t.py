"""The leave-one-department-out jackknife t.

Efron and Stein 1981, leaving one department out of its own group at a time; for a difference in group means
this is Welch's variance, so Welch's degrees of freedom go with it (Welch 1947). It allows treated and
comparison departments to differ in noise, and needs two of each.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]


def jackknife_t(values: Floats, treated: NDArray[np.bool_], level: float) -> Inference:
    """Difference in means of values (G,), with the stratified jackknife's variance."""
    means = (values[~treated].mean(), values[treated].mean())
    without = np.empty(len(values))
    for group, mean, sign in ((treated, means[0], 1.0), (~treated, means[1], -1.0)):
        _require_two(group)
        own = values[group]
        without[group] = sign * ((own.sum() - own) / (len(own) - 1) - mean)
    return jackknife_of(float(means[1] - means[0]), without, treated.astype(np.intp), level)


def jackknife_of(effect: float, without: Floats, stratum: NDArray[np.intp], level: float) -> Inference:
    """Any estimate, from what it is without each of G departments.

    without (G,): the estimate when a department is left out. stratum (G,): the group it is drawn in, 0, 1 and
    so on; each needs two departments. Degrees of freedom: Satterthwaite over the groups.
    """
    parts, sizes = [], []
    for number in np.unique(stratum):
        group = stratum == number
        _require_two(group)
        own, size = without[group], int(group.sum())
        parts.append((size - 1) / size * np.sum((own - own.mean()) ** 2))
        sizes.append(size - 1)
    variance = np.array(parts)
    with np.errstate(invalid="ignore"):
        df = variance.sum() ** 2 / np.sum(variance**2 / np.array(sizes))
    return student(effect, float(np.sqrt(variance.sum())), float(df), level)


def _require_two(group: NDArray[np.bool_]) -> None:
    if group.sum() < 2:
        raise ValueError("the jackknife t needs two departments in each group")
