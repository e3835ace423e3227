"""The pre-scaled t: one change per department, each department's noise read from its own time before.

After Ferman and Pinto 2019, "Inference in differences-in-differences with few treated groups and
heteroskedasticity" (Review of Economics and Statistics 101): departments differ in noise by a known ratio,
here the variance of block means before the start, and share one factor, which the spread of their changes
gives. The weights are in the error only: weighing the means as well would be another estimate, and found an
effect where there is none up to twice as often (docs/evidence/did_size.json has this one).
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCKS = 13
LONGEST, SHORTEST = 4, 2


def pre_scaled_t(changes: Floats, before: Floats, treated: Flags, level: float) -> Inference:
    """Difference in mean change with weights 1 / s^2 in its error, t(G - 2).

    changes (G,): mean after minus mean before. before (G, T1): each department's values before the start.
    """
    noise = relative_variance(before)
    weights = 1 / noise
    squares = [
        np.sum(weights[group] * (changes[group] - np.average(changes[group], weights=weights[group])) ** 2)
        for group in (treated, ~treated)
    ]
    factor = sum(squares) / (len(changes) - 2)
    parts = [noise[group].sum() / group.sum() ** 2 for group in (treated, ~treated)]
    effect = float(changes[treated].mean() - changes[~treated].mean())
    return student(effect, float(np.sqrt(factor * sum(parts))), len(changes) - 2, level)


def relative_variance(before: Floats) -> Floats:
    """(G,) variance of means over blocks of four periods, of two where that makes fewer than 13 blocks.

    What all departments share in a period is taken out first, and what that takes of each department's own
    noise is given back, as in the scaled EWC t.
    """
    before = before - before.mean(axis=0)
    length = LONGEST if before.shape[1] >= LONGEST * BLOCKS else SHORTEST
    count = before.shape[1] // length
    blocks = before[:, before.shape[1] - count * length :].reshape(len(before), count, length).mean(axis=2)
    own, G = blocks.var(axis=1, ddof=1), len(before)
    total = own.sum() * G / (G - 1)
    return np.asarray(np.maximum((own - total / G**2) / (1 - 2 / G), own / 2))
