"""The multiplier bootstrap of influence functions: random weights on clusters instead of new fits.

Callaway and Sant'Anna 2021 (Journal of Econometrics 225), algorithm 1, with the two-point weights of Mammen
1993 (Annals of Statistics 21): mean zero, variance and third moment one.
"""

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

DRAWS = 999
ROOT = 5**0.5
LOW, HIGH = (1 - ROOT) / 2, (1 + ROOT) / 2
CHANCE_OF_LOW = HIGH / ROOT


def mammen(clusters: int, seed: int, draws: int = DRAWS) -> Weights:
    """(draws, clusters) weights, in single precision, which is plenty for quantiles of a thousand draws."""
    chance = np.random.default_rng(seed).random((draws, clusters), dtype=np.float32)
    return np.where(chance < CHANCE_OF_LOW, np.float32(LOW), np.float32(HIGH))


def deviations(weights: Weights, scores: Floats) -> Floats:
    """(draws, P) deviations of P estimates from their values, from influences (P, G) summed by cluster."""
    scale = float(np.abs(scores).max(initial=0.0)) or 1.0
    return np.asarray((weights @ (scores / scale).T.astype(np.float32)).astype(np.float64) * scale)


def multiplier_bootstrap(effect: float, deviation: Floats, level: float) -> Inference:
    """Symmetric inference from the deviations (draws,) of one estimate.

    p-value: the share of deviations at least as large as the effect, the estimate itself counted among them;
    the interval holds every value that this does not reject.
    """
    size = np.abs(deviation)
    half = critical(size, level)
    beyond = 1 + int(np.count_nonzero(size >= abs(effect)))
    return Inference(
        effect=effect,
        standard_error=float(np.sqrt(np.mean(size**2))),
        interval=(effect - half, effect + half),
        p_value=beyond / (len(size) + 1),
        degrees_of_freedom=None,
    )


def simultaneous(deviation: Floats, errors: Floats, level: float) -> float:
    """Multiple of their errors (P,) within which P estimates lie together, from deviations (draws, P)."""
    if not len(errors):
        return np.nan
    return critical(np.max(np.abs(deviation) / errors, axis=1), level)


def critical(sizes: Floats, level: float) -> float:
    """Largest value whose p-value among `sizes` (draws,) is not below 1 - level."""
    allowed = int(np.ceil(round((1 - level) * (len(sizes) + 1), 9))) - 1
    ordered = np.sort(sizes)
    return float(ordered[len(sizes) - allowed]) if allowed >= 1 else np.inf
