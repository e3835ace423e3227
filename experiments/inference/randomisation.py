"""Randomisation test on the plain difference in mean change: which departments were treated?

Fisher 1935. It treats the departments as exchangeable: equally noisy.
"""

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import invert_linear
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MAX_ENUMERATED = 5000
DRAWS = 1999


def assignments(treated: Flags, seed: int, most: int = MAX_ENUMERATED) -> Flags:
    """(M, G) choices of as many treated departments, the actual one first.

    All of them when there are at most `most`, else random ones (seeded, 1999 or fewer) and the actual one,
    which is the "+1" that keeps the test valid (Phipson and Smyth 2010).
    """
    departments, ours = len(treated), int(treated.sum())
    enumerate_all = comb(departments, ours) <= most
    if enumerate_all:
        chosen = np.array(list(combinations(range(departments), ours)))
    else:
        chosen = np.random.default_rng(seed).random((min(DRAWS, most), departments)).argsort(axis=1)[:, :ours]
    every = np.zeros((len(chosen), departments), dtype=bool)
    np.put_along_axis(every, chosen, True, axis=1)
    others = every[(every != treated).any(axis=1)] if enumerate_all else every
    return np.vstack([treated, others])


def smallest_p(treated: Flags) -> float:
    """The smallest p-value possible; the mirror image counts too where the groups are equally large."""
    ours, others = int(treated.sum()), int((~treated).sum())
    return (2 if ours == others else 1) / comb(ours + others, ours)


def mean_differences(every: Flags) -> Floats:
    """(M, G) weights whose product with values is treated mean minus comparison mean, per assignment."""
    ours = every.sum(axis=1, keepdims=True)
    return np.asarray(np.where(every, 1 / ours, -1 / (every.shape[1] - ours)))


def randomisation(values: Floats, treated: Flags, level: float, seed: int) -> Inference:
    """Difference in mean of values (G,), p-value and interval by inversion."""
    means = mean_differences(assignments(treated, seed))
    return invert_linear(means @ values, means @ treated.astype(float), level)
