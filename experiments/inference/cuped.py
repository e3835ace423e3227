"""Means adjusted for what was known before: within-group coefficient, errors that may differ between arms.

Deng, Xu, Kohavi and Walker 2013, "Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data" (WSDM). The coefficient is the one within the arms, as in analysis of covariance, and not
the one around the grand mean, which is wrong as soon as arms differ before. Its own uncertainty counts: the
adjusted means are least squares, whose variance given the arms' error variances is exact.
"""

import numpy as np

from experiments.inference.moments import Moments
from experiments.inference.two_means import TwoMeans, welch_df

COVARIATE = 2
ROUNDING = 1e-13


class NoWithinVariation(ValueError):
    """The covariate does not vary within the arms."""


def adjusted(ours: Moments, control: Moments) -> tuple[TwoMeans, float]:
    """Adjusted means of column 0 for column 2, and the coefficient.

    m_a = mean(y_a) - theta (mean(x_a) - mean(x)). Error variance of an arm: residual squares over
    n_a - 1 - (its share of the covariate's squares), which makes it unbiased where arms are equally noisy.
    Needs three rows an arm. Raises NoWithinVariation.
    """
    arms = (ours, control)
    squares = np.array([arm.products[COVARIATE, COVARIATE] for arm in arms])
    cross = np.array([arm.products[0, COVARIATE] for arm in arms])
    total, size = squares.sum(), max(abs(arm.mean[COVARIATE]) for arm in arms)
    if not total > 1e-18 * size**2 * (ours.n + control.n):
        raise NoWithinVariation
    theta = float(cross.sum() / total)
    own = np.array([arm.products[0, 0] for arm in arms])
    left = own - 2 * theta * cross + theta**2 * squares
    degrees = np.array([arm.n - 1.0 for arm in arms]) - squares / total
    variances = np.where(left > ROUNDING * own, left, 0.0) / degrees
    grand = (ours + control).mean[COVARIATE]
    away = np.array([arm.mean[COVARIATE] - grand for arm in arms])
    means = np.array([arm.mean[0] for arm in arms]) - theta * away
    loads = 1 / np.array([ours.n, control.n]) + (away[0] - away[1]) ** 2 * squares / total**2
    parts = loads * variances
    of_theta = float(variances @ squares) / total**2
    two = TwoMeans(
        means=means,
        covariance=np.diag(variances / np.array([ours.n, control.n])) + np.outer(away, away) * of_theta,
        df=welch_df(parts, degrees) if parts.sum() > 0 else np.nan,
        baseline_df=float(degrees[1]),
    )
    return two, theta
