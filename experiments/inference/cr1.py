"""Standard errors of a two-way fixed-effects coefficient: one per cluster (CR1), or none at all (iid).

CR1: Liang and Zeger 1986 with the usual small-sample factor G/(G-1) * (N-1)/(N-k). k counts the period
effects, the regressor and a constant, not the unit effects, which lie within their cluster (Cameron and
Miller 2015, section III.B). The factor is given back, because packages choose it differently.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student
from experiments.inference.two_way import TwoWay


def cr1(fit: TwoWay, clusters: NDArray[np.intp], level: float) -> tuple[Inference, float]:
    """Cluster-robust t(G - 1), and the small-sample factor that its variance was multiplied by.

    clusters (U,): cluster of each unit of the fit, 0 .. G-1.
    """
    _require(fit.n - fit.n_effects - 1)
    scores = np.bincount(clusters[fit.unit], fit.direction * fit.residuals)
    groups = len(scores)
    factor = groups / (groups - 1) * (fit.n - 1) / (fit.n - fit.n_effects - 1)
    error = np.sqrt(factor * np.sum(scores**2))
    return student(fit.effect, float(error), groups - 1, level), float(factor)


def iid(fit: TwoWay, level: float) -> Inference:
    """Classical error, t(N - all effects): wrong wherever weeks of one department resemble each other."""
    df = fit.n - fit.n_effects - fit.n_units
    _require(df)
    variance = np.sum(fit.residuals**2) / df * np.sum(fit.direction**2)
    return student(fit.effect, float(np.sqrt(variance)), df, level)


def _require(degrees_of_freedom: float) -> None:
    if degrees_of_freedom <= 0:
        raise ValueError("as many effects as cells: nothing is left to estimate an error from")
