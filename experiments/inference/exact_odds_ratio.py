"""The odds ratio of a two-by-two table of counts, and a ratio of two rates, exactly, given their margins.

With Poisson counts n_gs of rate exposure_gs * exp(a_g + b_s + theta on the last cell), the first cell given
both margins follows Fisher's noncentral hypergeometric distribution with odds ratio
exp(theta) * E11 E00 / (E10 E01) (Cox and Snell 1989, "Analysis of Binary Data", 2.3). Interval and p-value
from the two tails (Fay 2010, R Journal 2: twice the smaller tail), so they agree. Two Poisson counts given
their sum are binomial (Przyborowski and Wilenski 1940). mid: the table that was seen counts for half in each
tail (Lancaster 1961, JASA 56), which is close to the level instead of never above it.
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


def exact_odds_ratio(table: Floats, level: float, at: float = 0.0, *, mid: bool = False) -> Inference:
    """Conditional log odds ratio of table (2, 2) minus `at`, by maximum likelihood, and its exact interval.

    p_value: of a log odds ratio `at`. standard_error: Haldane's, with half a count in every cell. The effect
    is -inf where the first cell is as small as the margins allow, with an interval open below; the mirror
    image where it is as large. Raises ValueError where the margins leave one table only.
    """
    (a, b), (c, d) = np.asarray(table, dtype=float)
    support = np.arange(max(0.0, a - d), min(a + b, a + c) + 1)
    if len(support) < 2:
        raise ValueError("the margins leave nothing open")
    error = float(np.sqrt((1 / (np.array([a, b, c, d]) + 0.5)).sum()))
    return _inverted(support, _log_weights(support, a + b, a + c, b + d), a, level, at, error, mid=mid)


def exact_rate_ratio(
    events: tuple[float, float], exposure: tuple[float, float], level: float, *, mid: bool = False
) -> Inference:
    """Log ratio of the first rate to the second, p_value of equal rates; standard_error as above.

    events, exposure: exposure > 0. Open ends as above. Raises ValueError where there is no event at all.
    """
    (x1, x0), (t1, t0) = events, exposure
    if x1 + x0 == 0:
        raise ValueError("no event")
    support = np.arange(0.0, x1 + x0 + 1)
    weights = gammaln(x1 + x0 + 1) - gammaln(support + 1) - gammaln(x1 + x0 - support + 1)
    error = float(np.sqrt(1 / (x1 + 0.5) + 1 / (x0 + 0.5)))
    return _inverted(support, weights, x1, level, float(np.log(t1 / t0)), error, mid=mid)


def _inverted(
    support: Floats, weights: Floats, a: float, level: float, at: float, error: float, *, mid: bool
) -> Inference:
    """Log odds minus `at` of a count `a` with probabilities exp(weights + log_odds * support)."""
    seen = 0.5 if mid else 1.0

    def tail(log_odds: float, beyond: NDArray[np.bool_]) -> float:
        terms = weights + log_odds * support
        shares = np.exp(terms - logsumexp(terms))
        return float(shares[beyond].sum() + seen * shares[support == a].sum())

    def at_least(log_odds: float) -> float:
        return tail(log_odds, support > a)

    def at_most(log_odds: float) -> float:
        return tail(log_odds, support < a)

    def mean(log_odds: float) -> float:
        terms = weights + log_odds * support
        return float(np.exp(terms - logsumexp(terms)) @ support)

    alpha = (1 - level) / 2
    lowest, highest = a == support[0], a == support[-1]
    effect = -np.inf if lowest else np.inf if highest else _root(lambda x: mean(x) - a)
    return Inference(
        effect=effect - at,
        standard_error=error,
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
