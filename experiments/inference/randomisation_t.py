"""Randomisation test on the scaled t: allows departments to differ in noise.

MacKinnon and Webb 2020, "Randomization inference for difference-in-differences with few treated clusters"
(Journal of Econometrics 218), with the scaled EWC statistic in place of a cluster-robust t.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import TOLERANCE, Ranges, invert
from experiments.inference.randomisation import assignments, mean_differences
from experiments.inference.scaled_ewc import Noise
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

REAL = 1e-7


def randomisation_t(values: Floats, treated: Flags, noise: Noise, level: float, seed: int) -> Inference:
    """|difference in means / scaled EWC standard error| over assignments (without the shape check).

    values (G,): change per department. Shifting the treated departments by x leaves their cosines, and so
    `noise`, unchanged: an assignment counts where S_a(x)^2 V - (x - effect)^2 V_a(x), a quartic in x, is
    positive.
    """
    every = assignments(treated, seed)
    shift = treated.astype(float)
    means = mean_differences(every)
    statistics, slopes = means @ values, means @ shift
    # The algebra runs in z = (x - effect) / error, which keeps the quartic well scaled.
    effect = float(statistics[0])
    residual = values - effect * shift
    variance = float(_variances(every[:1], residual, shift, noise)[0, 0])
    error = float(np.sqrt(variance))
    line = np.stack([statistics - effect * slopes, -slopes * error], axis=1) / error
    below = _variances(every, residual, shift * error, noise) / variance
    always = np.abs(slopes) >= 1 - TOLERANCE
    starts, ends = _positive(_quartic(line[~always], below[~always]))
    forever = np.full(int(always.sum()), np.inf)
    ranges = Ranges(
        starts=np.concatenate([starts * error + effect, -forever]),
        ends=np.concatenate([ends * error + effect, forever]),
        assignments=len(every),
    )
    return invert(ranges, effect, error, level)


def _variances(every: Flags, values: Floats, shift: Floats, noise: Noise) -> Floats:
    """(M, 3): variance of each assignment's difference for values - x * shift: coefficients of 1, x, x^2."""
    weights = 1 / noise.s2
    products = np.stack([values**2, -2 * values * shift, shift**2], axis=1) * weights[:, None]
    spread = np.zeros((len(every), 3))
    part = np.zeros(len(every))
    for group in (every, ~every):
        total, first, second = group @ weights, group @ (weights * values), group @ (weights * shift)
        means = np.stack([first**2, -2 * first * second, second**2], axis=1) / total[:, None]
        spread += group @ products - means
        part += (group @ noise.s2) / group.sum(axis=1) ** 2
    kappa = spread / (every.shape[1] - 2) * (noise.nu - 2) / noise.nu
    return np.asarray(kappa * part[:, None])


def _quartic(line: Floats, below: Floats) -> Floats:
    """(M, 5) coefficients, constant first, of (a + b z)^2 - z^2 (c + d z + e z^2)."""
    a, b = line.T
    return np.stack([a**2, 2 * a * b, b**2 - below[:, 0], -below[:, 1], -below[:, 2]], axis=1)


def _positive(quartic: Floats) -> tuple[Floats, Floats]:
    """Ranges, one or two each, where quartics with a negative leading term are positive: starts, ends."""
    companion = np.zeros((len(quartic), 4, 4))
    companion[:, [1, 2, 3], [0, 1, 2]] = 1.0
    companion[:, :, 3] = -quartic[:, :4] / quartic[:, 4:]
    roots = np.linalg.eigvals(companion).astype(complex)
    real = np.abs(roots.imag) <= REAL * (1 + np.abs(roots.real))
    ordered = np.sort(np.where(real, roots.real, np.inf), axis=1)
    count = real.sum(axis=1)
    two = count == 4
    last = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None], axis=1)[:, 0]
    found = count > 0
    starts = np.concatenate([ordered[found, 0], ordered[two, 2]])
    ends = np.concatenate([np.where(two, ordered[:, 1], last)[found], ordered[two, 3]])
    return starts, ends
