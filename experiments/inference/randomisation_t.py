"""Randomisation test on the scaled t: allows departments to differ in noise.

MacKinnon and Webb 2020, "Randomization inference for difference-in-differences with few treated clusters"
(Journal of Econometrics 218), with the scaled EWC statistic in place of a cluster-robust t.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.inversion import TOLERANCE, Ranges, invert
from experiments.inference.quartic import positive, quartic
from experiments.inference.randomisation import assignments, mean_differences
from experiments.inference.scaled_ewc import Noise
from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    starts, ends = positive(quartic(line[~always], below[~always]))
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
