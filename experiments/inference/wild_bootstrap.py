"""The restricted wild cluster bootstrap: turn the signs of whole clusters and fit again.

Cameron, Gelbach and Miller 2008, "Bootstrap-based improvements for inference with clustered errors" (Review
of Economics and Statistics 90): residuals under the effect that is tested, the CR1 t as statistic. MacKinnon
2023, "Fast cluster bootstrap methods for linear regression models" (Econometrics and Statistics 26): each fit
is a sum over clusters, so no fit is made again. Webb 2023, "Reworking wild bootstrap-based inference for
clustered errors" (Canadian Journal of Economics 56): six-point draws where signs alone are too few.

Under an effect x both the statistic and its variance are polynomials in x: a draw counts where a quartic is
positive, so the interval is exact and agrees with the p-value.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.cr1 import cr1
from experiments.inference.inversion import TOLERANCE, Ranges, invert
from experiments.inference.quartic import positive, quartic
from experiments.inference.student import Inference
from experiments.inference.two_way import TwoWay

Floats = NDArray[np.float64]

MAX_ENUMERATED = 12
DRAWS = 1999
WEBB = np.sqrt([0.5, 1.0, 1.5])


def wild_bootstrap(fit: TwoWay, clusters: NDArray[np.intp], level: float, seed: int) -> Inference:
    """p-value and interval by inversion; the error shown beside them is CR1's.

    clusters (U,): cluster of each unit, 0 .. G-1; each unit lies within one cluster, so that its effect turns
    with it. A draw that ties with the actual one counts.
    """
    plain, _ = cr1(fit, clusters, level)
    scores, shares, of_errors, of_shares = _sums(fit, clusters[fit.unit])
    error = float(np.linalg.norm(scores))
    turned = draws(len(scores), level, seed)
    line = np.stack([turned @ scores / error, -(turned @ shares)], axis=1)
    constant = (turned * scores - turned @ of_errors.T) / error
    slope = turned * shares - turned @ of_shares.T
    below = np.stack(
        [np.sum(constant**2, axis=1), -2 * np.sum(constant * slope, axis=1), np.sum(slope**2, axis=1)], axis=1
    )
    always = (below[:, 2] <= TOLERANCE) & (line[:, 1] ** 2 - below[:, 0] >= -TOLERANCE)
    # A variance that does not depend on the effect leaves a parabola: a quartic in the limit.
    below[:, 2] = np.maximum(below[:, 2], TOLERANCE)
    starts, ends = positive(quartic(line[~always], below[~always]))
    forever = np.full(int(always.sum()), np.inf)
    ranges = Ranges(
        starts=np.concatenate([fit.effect + error * starts, -forever]),
        ends=np.concatenate([fit.effect + error * ends, forever]),
        assignments=len(turned),
    )
    return invert(ranges, fit.effect, plain.standard_error, level)


def draws(groups: int, level: float, seed: int) -> Floats:
    """(M, G) numbers that residuals of each cluster are multiplied by, all ones first.

    Up to 12 clusters every choice of signs; a choice and its mirror image give the same, so half of them.
    Webb's six points where those are too few to reach the level; random signs with more clusters.
    """
    if groups <= MAX_ENUMERATED and smallest_p(groups) <= round(1 - level, 12):
        choices = np.arange(2 ** (groups - 1))[:, None] >> np.arange(groups)
        return np.asarray(1.0 - 2.0 * (choices & 1))
    random = np.random.default_rng(seed)
    sign = random.choice([1.0, -1.0], (DRAWS, groups))
    size = np.ones_like(sign) if groups > MAX_ENUMERATED else random.choice(WEBB, sign.shape)
    return np.vstack([np.ones(groups), sign * size])


def smallest_p(groups: int) -> float:
    """The smallest p-value that turning signs can give."""
    return float(2.0 ** (1 - groups))


def _sums(fit: TwoWay, cluster: NDArray[np.intp]) -> tuple[Floats, Floats, Floats, Floats]:
    """By cluster: scores (G,), shares of the regressor (G,), and what the fit takes out of each (G, G) twice.

    With D, E the sums of basis rows times direction and residuals, a turned sample's residuals have the
    scores v s - D E' v; the regressor itself, which stands for an effect of one, has v q - D D' v / |d|^2.
    """
    groups = int(cluster.max()) + 1
    scores = np.bincount(cluster, fit.direction * fit.residuals, minlength=groups).astype(float)
    strength = float(fit.direction @ fit.direction)
    shares = np.bincount(cluster, fit.direction**2, minlength=groups) / strength
    of_direction, of_errors = np.empty((2, groups, fit.basis.shape[1]))
    for group in range(groups):
        rows = cluster == group
        of_direction[group] = fit.direction[rows] @ fit.basis[rows]
        of_errors[group] = fit.residuals[rows] @ fit.basis[rows]
    return scores, shares, of_direction @ of_errors.T, of_direction @ of_direction.T / strength
