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
    groups = (values[treated], values[~treated])
    if min(map(len, groups)) < 2:
        raise ValueError("the jackknife t needs two departments in each group")
    parts = np.array([_left_out_variance(group) for group in groups])
    sizes = np.array([len(group) - 1 for group in groups])
    df = parts.sum() ** 2 / np.sum(parts**2 / sizes)
    effect = groups[0].mean() - groups[1].mean()
    return student(float(effect), float(np.sqrt(parts.sum())), float(df), level)


def _left_out_variance(group: Floats) -> float:
    without = (group.sum() - group) / (len(group) - 1)
    return float((len(group) - 1) / len(group) * np.sum((without - without.mean()) ** 2))
