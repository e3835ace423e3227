"""Event-study effects around one reference period: what the sensitivity to differing trends starts from.

Notation of Rambachan and Roth 2023, "A more credible approach to parallel trends" (Review of Economic Studies
90): beta = delta + tau, where delta is the difference in trends and tau the effect, zero before the start.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEffects:
    """Effects by period around a reference period, of which the effect of interest is an average.

    beta (K + P,): K periods before the reference period, then P after it, in order of time and equally
        spaced; the reference period itself, zero by construction, is not in it.
    covariance (K + P, K + P). n_before: K. l (P,): weights of the periods after it in the effect of interest.
    """

    beta: Floats
    covariance: Floats
    n_before: int
    l: Floats  # noqa: E741 - the paper's symbol

    @property
    def effect(self) -> float:
        """The effect under parallel trends, l' beta_post."""
        return float(self.l @ self.beta[self.n_before :])

    @property
    def standard_error(self) -> float:
        """Of the effect under parallel trends."""
        after = self.covariance[self.n_before :, self.n_before :]
        return float(np.sqrt(self.l @ after @ self.l))


def step_matrix(n_before: int, n_after: int) -> Floats:
    """(K + P, K + P) matrix whose product with beta is the step from every period to the next.

    The first K steps end at the reference period or before it, the last P come after it.
    """
    count = n_before + n_after
    steps = np.diff(np.eye(count + 1), axis=0)
    return np.delete(steps, n_before, axis=1)


def step_weights(l: Floats) -> Floats:  # noqa: E741 - the paper's symbol
    """(P,) how often each step after the reference period enters l' delta: sums of the later weights."""
    return np.asarray(np.cumsum(l[::-1])[::-1])
