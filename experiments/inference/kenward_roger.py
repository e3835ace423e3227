"""Kenward and Roger 1997 (Biometrics 53): error and degrees of freedom of an effect with estimated variances.

For one linear combination their scaled F is a t: the scale is one and the degrees of freedom are 2 / A with
A the variance of the logarithm of the estimated variance (their equations 4 to 9 with l = 1). The error is
corrected for the estimated variances, with second derivatives where the covariance is not linear in its
parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.department_contrasts import Contrasts

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariance:
    """V (T, T) of a department's periods, with its derivatives by each parameter and by pairs (i <= j)."""

    matrix: Floats
    first: Sequence[Floats]
    second: Mapping[tuple[int, int], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """plain: the error with the variances taken for known. error, degrees: Kenward and Roger's."""

    effect: float
    plain: float
    error: float
    degrees: float


def kenward_roger(contrasts: Contrasts, covariance: Covariance, weights: Floats) -> Corrected:
    """The effect weights (K,) of the first K columns; LinAlgError where a parameter is not identified."""
    chosen = np.zeros(contrasts.columns.shape[2])
    chosen[: len(weights)] = weights
    inverse = _inverse(covariance.matrix)
    solved = np.tensordot(inverse, contrasts.columns, 1)
    phi = _inverse(_crossed(contrasts.columns, solved))
    coefficients = phi @ np.einsum("tjp,tj->p", solved, contrasts.y)
    moved = [np.tensordot(one, solved, 1) for one in covariance.first]
    slopes = [-_crossed(solved, one) for one in moved]
    crossed = [[_crossed(one, np.tensordot(inverse, other, 1)) for other in moved] for one in moved]
    spread = _spread(contrasts, np.asarray(inverse @ np.asarray(covariance.first)), phi, slopes, crossed)
    correction = sum(
        spread[i, j] * (crossed[i][j] - slopes[i] @ phi @ slopes[j])
        for i in range(len(moved))
        for j in range(len(moved))
    )
    for (i, j), bend in covariance.second.items():
        curved = _crossed(solved, np.tensordot(bend, solved, 1))
        correction = correction - (1 if i == j else 2) * spread[i, j] * curved / 4
    direction = phi @ chosen
    variance = float(chosen @ direction)
    gradient = np.array([direction @ slope @ direction for slope in slopes]) / variance
    return Corrected(
        effect=float(chosen @ coefficients),
        plain=float(np.sqrt(variance)),
        error=float(np.sqrt(max(variance + 2 * direction @ correction @ direction, variance))),
        degrees=float(2 / (gradient @ spread @ gradient)),
    )


def _crossed(one: Floats, other: Floats) -> Floats:
    """(p, q) cross-products of (T, J, p) and (T, J, q)."""
    return np.tensordot(one, other, ((0, 1), (0, 1)))


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _spread(
    contrasts: Contrasts, shares: Floats, phi: Floats, slopes: list[Floats], crossed: list[list[Floats]]
) -> Floats:
    """Covariance of the estimated parameters: the inverse of the expected REML information."""
    count, series = len(shares), contrasts.y.shape[1]
    information = np.empty((count, count))
    for i in range(count):
        for j in range(count):
            information[i, j] = 0.5 * (
                series * np.sum(shares[i] * shares[j].T)
                - 2 * np.sum(phi * crossed[i][j])
                + np.sum((phi @ slopes[i]) * (phi @ slopes[j]).T)
            )
    return _inverse(information)
