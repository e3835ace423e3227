"""Means of two arms as if both held the strata in the same shares: post-stratification.

Miratrix, Sekhon and Yu 2013, "Adjusting treatment effect estimates by post-stratification in randomized
experiments" (JRSS B 75), eqs. 3 and 7: the difference within each stratum, weighted by the stratum's share of
both arms together; the variance given how the strata fell, the sum of Neyman's within strata.
"""

from collections.abc import Sequence

import numpy as np

from experiments.inference.moments import Moments
from experiments.inference.two_means import TwoMeans, welch_df


def post_stratified(ours: Sequence[Moments], control: Sequence[Moments]) -> TwoMeans:
    """Means of column 0 over K strata in the same order, two rows or more in each arm of each.

    Degrees of freedom after Satterthwaite over all 2K variances, NaN where nothing varies.
    """
    sizes = np.array([[part.n for part in arm] for arm in (ours, control)], dtype=float)
    shares = sizes.sum(axis=0) / sizes.sum()
    means = np.array([[part.mean[0] for part in arm] for arm in (ours, control)])
    squares = np.array([[part.products[0, 0] for part in arm] for arm in (ours, control)])
    parts = shares**2 * np.maximum(squares, 0.0) / (sizes - 1) / sizes
    by_arm = parts.sum(axis=1)
    return TwoMeans(
        means=means @ shares,
        covariance=np.diag(by_arm),
        df=welch_df(parts, sizes - 1) if parts.sum() > 0 else np.nan,
        baseline_df=welch_df(parts[1], sizes[1] - 1) if by_arm[1] > 0 else sizes[1].sum() - len(shares),
    )
