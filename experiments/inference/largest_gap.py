"""The largest of several differences between groups, judged over which departments are treated.

A permutation test on the maximum, which holds for all of them together (Westfall and Young 1993). Every
assignment's maximum is divided by the noise that the departments would give it, so that noisier treated
departments do not count as a difference (the idea of MacKinnon and Webb 2020).
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.randomisation import assignments, mean_differences

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOLERANCE = 1e-9


def largest_gap_p(values: Floats, treated: Flags, noise: Floats, seed: int) -> float:
    """p-value of the largest absolute difference in means over rows of values (B, G).

    treated (G,). noise (G,): relative noise variance of each department; ones where they are taken as alike.
    """
    means = mean_differences(assignments(treated, seed))
    largest = np.abs(values @ means.T).max(axis=0) / np.sqrt(means**2 @ noise)
    return float(np.mean(largest >= largest[0] * (1 - TOLERANCE)))
