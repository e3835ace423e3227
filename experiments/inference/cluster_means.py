"""Two means from rows in clusters: CR2 with Bell-McCaffrey degrees of freedom, from cluster sums alone.

As `cr2`, for a regression on nothing but the arm. Rows of one arm and cluster share one leverage, their part
of the arm, so sums per cluster lose nothing. A cluster may lie within one arm (drawn as a whole) or in both.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cr2 import satterthwaite
from experiments.inference.two_means import TwoMeans

Floats = NDArray[np.float64]


def cluster_means(totals: Floats, sizes: Floats) -> TwoMeans:
    """Sum over sum of each arm, from totals (2, G) and sizes (2, G) of its clusters (0: not in that arm).

    The working model is independent rows of equal variance (for a ratio: variance 1 / denominator, so that
    sizes are weights). Needs two clusters with rows in each arm.
    """
    whole = sizes.sum(axis=1, keepdims=True)
    means = totals.sum(axis=1, keepdims=True) / whole
    share = sizes / whole
    scores = (totals - means * sizes) / whole / np.sqrt(1 - share)
    own = share / whole / (1 - share)
    projected = share / np.sqrt(whole) / np.sqrt(1 - share)
    return TwoMeans(
        means=means[:, 0],
        covariance=scores @ scores.T,
        df=satterthwaite(own.sum(axis=0), projected),
        baseline_df=satterthwaite(own[1], projected[1:]),
    )
