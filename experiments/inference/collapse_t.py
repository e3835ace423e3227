"""The collapse t: one change per department, then a two-sample t with pooled variance.

Donald and Lang 2007, "Inference with difference-in-differences and other panel data" (Review of Economics and
Statistics 89); Bertrand, Duflo and Mullainathan 2004 for collapsing to one change per group. It assumes that
treated and comparison departments are equally noisy.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student


def collapse_t(changes: NDArray[np.float64], treated: NDArray[np.bool_], level: float) -> Inference:
    """Difference in mean change, pooled over both groups, t(G - 2).

    changes (G,): mean after minus mean before, in the outcome's unit. treated (G,). Needs G of at least 3 and
    both groups; raises ValueError otherwise.
    """
    ours, others = changes[treated], changes[~treated]
    if min(len(ours), len(others)) < 1 or len(changes) < 3:
        raise ValueError("the collapse t needs both groups and three departments")
    variance = pooled_variance(changes, treated)
    error = np.sqrt(variance * (1 / len(ours) + 1 / len(others)))
    return student(float(ours.mean() - others.mean()), float(error), len(changes) - 2, level)


def pooled_variance(changes: NDArray[np.float64], treated: NDArray[np.bool_]) -> float:
    """Variance of the changes (G,) around their own group's mean, over G - 2."""
    groups = (changes[treated], changes[~treated])
    return float(sum(np.sum((group - group.mean()) ** 2) for group in groups) / (len(changes) - 2))


def paired_t(changes: NDArray[np.float64], level: float) -> Inference:
    """Mean change of the departments themselves, t(G - 1): before against after, paired by department."""
    error = changes.std(ddof=1) / np.sqrt(len(changes))
    return student(float(changes.mean()), float(error), len(changes) - 1, level)
