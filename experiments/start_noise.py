"""How noisy each department is by itself, around several start dates."""

import numpy as np

from experiments.inference.scaled_ewc import relative_noise
from experiments.panel import Floats
from experiments.window import Window


def noise(window: Window, anticipation: int = 0) -> Floats:
    """(U,) noise variance of each department relative to the others, from the cosines of the scaled EWC t.

    A treated department's around its own start, among those of that start and the never-treated ones, whose
    halves hold no step; a never-treated department's averaged over the starts of the treated ones. So a
    lasting effect, or one that grows in a straight line, does not move it.
    """
    treated, first = window.treated, window.panel.first_treated
    found = np.zeros(len(treated))
    for start in window.starts:
        own = treated & (first == start)
        among = own | ~treated
        before, after = window.before(start - anticipation), window.after(start)
        outcome = window.panel.outcome[among][:, np.concatenate([before, after])]
        around = np.zeros(len(treated))
        around[among] = relative_noise(outcome, len(before)).s2
        found += np.where(own, around, around * own.sum() / treated.sum())
    return found
