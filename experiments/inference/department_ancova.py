"""One value per department after the start, adjusted for its value before it: a cluster-randomised trial.

Hayes and Moulton 2017, "Cluster randomised trials" (second edition), chapters 10 and 11: with few clusters
the analysis is of cluster summaries. Analysis of covariance by least squares on intercept, treatment and
baseline; a baseline that is the same everywhere is left out.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cr2 import satterthwaite
from experiments.inference.inversion import invert_linear
from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOLERANCE = 1e-9


def degrees_of_freedom(baseline: Floats | None, departments: int) -> int:
    """Departments less intercept, treatment and, where it varies, baseline."""
    return departments - 1 - int(_nuisance(baseline, departments).shape[1])


def ancova_t(after: Floats, baseline: Floats | None, treated: Flags, level: float) -> Inference:
    """Equal noise in both arms: t with G - 3 degrees of freedom (G - 2 without a baseline)."""
    direction, span = _parts(baseline, treated)
    residuals = after - span @ (span.T @ after)
    df = len(after) - span.shape[1]
    error = np.sqrt(residuals @ residuals / df * (direction @ direction))
    return student(float(direction @ after), float(error), df, level)


def ancova_cr2(after: Floats, baseline: Floats | None, treated: Flags, level: float) -> Inference:
    """Unequal noise: HC2 errors with Bell and McCaffrey's degrees of freedom (2002), as Welch's t.

    NaN where one department alone decides the coefficient.
    """
    direction, span = _parts(baseline, treated)
    residuals = after - span @ (span.T @ after)
    left = 1 - np.sum(span**2, axis=1)
    if (left < TOLERANCE).any():
        return student(float(direction @ after), float("nan"), 1, level)
    adjusted = direction / np.sqrt(left)
    df = satterthwaite(adjusted**2, span.T * adjusted)
    return student(float(direction @ after), float(np.sqrt(np.sum((adjusted * residuals) ** 2))), df, level)


def ancova_randomisation(after: Floats, baseline: Floats | None, every: Flags, level: float) -> Inference:
    """Randomisation test over assignments (M, G), the actual one first, by exact inversion (Fisher 1935).

    The statistic is the treatment's component that baseline leaves, scaled to length 1, times the outcome.
    """
    nuisance = _nuisance(baseline, len(after))
    left = every - (every @ nuisance) @ nuisance.T
    length = np.sqrt(np.sum(left**2, axis=1))
    scaled = left / np.where(length > TOLERANCE, length, np.inf)[:, None] / length[0]
    return invert_linear(scaled @ after, scaled @ every[0].astype(float), level)


def confounded(baseline: Floats | None, treated: Flags) -> bool:
    """Whether the baseline alone tells which departments were treated."""
    nuisance = _nuisance(baseline, len(treated))
    on = treated.astype(float)
    return bool(np.linalg.norm(on - nuisance @ (nuisance.T @ on)) < TOLERANCE)


def _parts(baseline: Floats | None, treated: Flags) -> tuple[Floats, Floats]:
    """Direction (G,), whose product with the outcome is the coefficient; span (G, k), orthonormal columns."""
    nuisance = _nuisance(baseline, len(treated))
    on = treated.astype(float)
    on -= nuisance @ (nuisance.T @ on)
    size = float(on @ on)
    return on / size, np.column_stack([nuisance, on / np.sqrt(size)])


def _nuisance(baseline: Floats | None, departments: int) -> Floats:
    """(G, 1 or 2) orthonormal columns of the intercept and of a baseline that varies."""
    constant = np.full((departments, 1), departments**-0.5)
    if baseline is None:
        return constant
    centred = baseline - baseline.mean()
    size = float(np.linalg.norm(centred))
    if size <= TOLERANCE * float(np.linalg.norm(baseline)):
        return constant
    return np.column_stack([constant, centred / size])
