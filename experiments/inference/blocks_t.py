"""The blocks t for a series before and after a start: four blocks a side, t(3).

Ibragimov and Muller 2010, 2016: block means are nearly independent even where weeks are not, and a two-sample
t with as many degrees of freedom as the smaller number of blocks minus one is conservative.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

BLOCKS = 4


def blocks_t(before: NDArray[np.float64], after: NDArray[np.float64], level: float) -> Inference:
    """Mean after minus mean before, with the error from the spread of four block means on each side.

    before (T1,), after (T2,): values in time order, each at least 4 long.
    """
    if min(len(before), len(after)) < BLOCKS:
        raise ValueError("the blocks t needs four periods on each side")
    error = np.sqrt(sum(block_means(side).var(ddof=1) / BLOCKS for side in (before, after)))
    return student(float(after.mean() - before.mean()), float(error), BLOCKS - 1, level)


def block_means(side: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4,) means of four stretches of a series that follow each other, as long as each other within one."""
    return np.array([block.mean() for block in np.array_split(side, BLOCKS)])
