"""Hotelling's two-sample test: several differences in means at once (Hotelling 1931).

The Wald statistic on one value per department with the pooled covariance, and its exact F distribution: the
collapse t with more than one value per department.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """F statistic with its degrees of freedom and p-value."""

    statistic: float
    degrees_of_freedom: tuple[int, int]
    p_value: float


def hotelling(values: NDArray[np.float64], treated: NDArray[np.bool_]) -> JointTest | None:
    """All rows of values (P, G) have the same mean in both groups; treated (G,).

    None where the pooled covariance is singular: P must be below G - 1, and no row a sum of others.
    """
    count, departments = values.shape
    groups = (values[:, treated], values[:, ~treated])
    within = np.hstack([group - group.mean(axis=1, keepdims=True) for group in groups])
    if count > departments - 2 or np.linalg.matrix_rank(within) < count:
        return None
    difference = groups[0].mean(axis=1) - groups[1].mean(axis=1)
    covariance = within @ within.T / (departments - 2)
    sizes = groups[0].shape[1] * groups[1].shape[1] / departments
    squared = sizes * float(difference @ np.linalg.solve(covariance, difference))
    rest = departments - 1 - count
    statistic = squared * rest / (count * (departments - 2))
    return JointTest(
        statistic=statistic,
        degrees_of_freedom=(count, rest),
        p_value=float(stats.f.sf(statistic, count, rest)),
    )
