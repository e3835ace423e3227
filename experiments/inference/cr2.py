"""Bias-reduced cluster-robust errors (CR2) with Satterthwaite degrees of freedom.

Bell and McCaffrey 2002, "Bias reduction in standard errors for linear regression with multi-stage samples"
(Survey Methodology 28); Imbens and Kolesar 2016; Pustejovsky and Tipton 2018 for absorbed fixed effects. The
working model is independent errors with variance 1 / weight.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cluster_residuals import adjusted
from experiments.inference.student import Inference, student
from experiments.inference.two_way import TwoWay

Floats = NDArray[np.float64]
TOLERANCE = 1e-9


def cr2(fit: TwoWay, clusters: NDArray[np.intp], level: float) -> Inference:
    """CR2 error of the coefficient, t with Bell-McCaffrey degrees of freedom.

    clusters (U,): cluster of each unit, 0 .. G-1. Raises CarriedByOne where one of them alone carries the
    regressor.
    """
    cluster = clusters[fit.unit]
    direction = adjusted(fit, cluster, -0.5)
    scores = np.bincount(cluster, direction * fit.residuals)
    projected = np.empty((fit.basis.shape[1], len(scores)))
    for group in range(len(scores)):
        rows = cluster == group
        projected[:, group] = direction[rows] @ fit.basis[rows]
    own = np.bincount(cluster, direction**2).astype(float)
    return student(fit.effect, float(np.sqrt(np.sum(scores**2))), satterthwaite(own, projected), level)


def cr2_changes(values: Floats, treated: NDArray[np.bool_], level: float) -> Inference:
    """CR2 on a balanced, unweighted panel with one start: the same as HC2 on one change per department.

    values (G,): change of each department. (The post indicator, demeaned, is an eigenvector of every
    department's block of the hat matrix, so collapsing loses nothing.)
    """
    ours, others = values[treated], values[~treated]
    means = np.array([ours.mean(), others.mean()])
    part = np.array([ours.var(ddof=1) / len(ours), others.var(ddof=1) / len(others)])
    df = _changes_df(len(ours), len(others))
    return student(float(means[0] - means[1]), float(np.sqrt(part.sum())), df, level)


def _changes_df(ours: int, others: int) -> float:
    """Satterthwaite under equal variances: V is the sum of two scaled chi-squares, 1/n each."""
    expected = 1 / ours + 1 / others
    spread = 1 / ours**2 / (ours - 1) + 1 / others**2 / (others - 1)
    return expected**2 / spread


def inverse_root(span: Floats) -> Floats:
    """Symmetric square root of the pseudo-inverse of I - span span'."""
    values, vectors = np.linalg.eigh(np.eye(len(span)) - span @ span.T)
    keep = values > TOLERANCE
    return np.asarray((vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T)


def satterthwaite(own: Floats, projected: Floats) -> float:
    """B = W'W - (Q'W)'(Q'W), whose W'W and unit part are diagonal; df = tr(B)^2 / tr(B B)."""
    matrix = np.diag(own) - projected.T @ projected
    return float(np.trace(matrix) ** 2 / np.sum(matrix**2))
