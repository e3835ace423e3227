"""The cluster jackknife (CR3): what the coefficient would be without each cluster, t(G - 1).

MacKinnon, Nielsen and Webb 2023, "Fast and reliable jackknife and bootstrap methods for cluster-robust
inference" (Journal of Applied Econometrics 38), CV3 around the coefficient itself; Bell and McCaffrey 2002.
Nothing is fitted again: leaving a cluster out changes the coefficient by its direction times (I - H)^-1 times
its residuals.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cluster_residuals import adjusted
from experiments.inference.student import Inference, student
from experiments.inference.two_way import TwoWay

Floats = NDArray[np.float64]


def cr3(fit: TwoWay, clusters: NDArray[np.intp], level: float) -> Inference:
    """From clusters (U,), numbered 0 .. G-1; raises CarriedByOne where one of them carries all."""
    influence = influences(fit, clusters)
    groups = len(influence)
    error = np.sqrt((groups - 1) / groups * np.sum(influence**2))
    return student(fit.effect, float(error), groups - 1, level)


def influences(fit: TwoWay, clusters: NDArray[np.intp]) -> Floats:
    """(G,) the coefficient minus what it is without each cluster."""
    cluster = clusters[fit.unit]
    return np.bincount(cluster, adjusted(fit, cluster, -1.0) * fit.residuals).astype(float)
