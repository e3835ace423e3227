"""The odds ratio of a two-by-two table of counts, exactly, given its margins.

With Poisson counts n_gs of rate exposure_gs * exp(a_g + b_s + theta on the last cell), the first cell given
both margins follows Fisher's noncentral hypergeometric distribution with odds ratio
exp(theta) * E11 E00 / (E10 E01) (Cox and Snell 1989, "Analysis of Binary Data", 2.3). Interval and p-value
from the two tails (Fay 2010, R Journal 2: twice the smaller tail), so they agree.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaln, logsumexp

from experiments.inference.student import Inference

Floats = NDArray[np.float64]

FARTHEST = 60.0
"""Log odds ratios beyond which nothing is sought."""


def exact_odds_ratio(table: Floats, level: float, at: float = 0.0) -> Inference:
    """Conditional log odds ratio of table (2, 2) minus `at`, by maximum likelihood, and its exact interval.

    p_value: of a log odds ratio `at`. standard_error: Haldane's, with half a count in every cell. The effect
    is -inf where the first cell is as small as the margins allow, with an interval open below; the mirror
    image where it is as large. Raises ValueError where the margins leave one table only.
    """
    (a, b), (c, d) = np.asarray(table, dtype=float)
    support = np.arange(max(0.0, a - d), min(a + b, a + c) + 1)
    if len(support) < 2:
        raise ValueError("the margins leave nothing open")
    weights = _log_weights(support, a + b, a + c, b + d)

    def tail(log_odds: float, keep: Floats) -> float:
        terms = weights + log_odds * support
        return float(np.exp(logsumexp(terms[keep]) - logsumexp(terms)))

    def at_least(log_odds: float) -> float:
        return tail(log_odds, support >= a)

    def at_most(log_odds: float) -> float:
        return tail(log_odds, support <= a)

    def mean(log_odds: float) -> float:
        terms = weights + log_odds * support
        return float(np.exp(terms - logsumexp(terms)) @ support)

    alpha = (1 - level) / 2
    lowest, highest = a == support[0], a == support[-1]
    effect = -np.inf if lowest else np.inf if highest else _root(lambda x: mean(x) - a)
    return Inference(
        effect=effect - at,
        standard_error=float(np.sqrt((1 / (np.array([a, b, c, d]) + 0.5)).sum())),
        interval=(
            -np.inf if lowest else _root(lambda x: at_least(x) - alpha) - at,
            np.inf if highest else _root(lambda x: alpha - at_most(x)) - at,
        ),
        p_value=min(1.0, 2 * min(at_least(at), at_most(at))),
        degrees_of_freedom=None,
    )


def _log_weights(support: Floats, row: float, column: float, other_column: float) -> Floats:
    """Log of C(column, x) C(other_column, row - x)."""
    rest = row - support
    return np.asarray(
        gammaln(column + 1)
        - gammaln(support + 1)
        - gammaln(column - support + 1)
        + gammaln(other_column + 1)
        - gammaln(rest + 1)
        - gammaln(other_column - rest + 1)
    )


def _root(function: Callable[[float], float]) -> float:
    """Where a rising function of the log odds ratio is zero."""
    return float(brentq(function, -FARTHEST, FARTHEST, xtol=1e-12))
