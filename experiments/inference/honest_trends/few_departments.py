"""The same two kinds of departure with too few departments for a normal approximation.

Our own construction: every bound is a t interval of one contrast of department values, so it holds where the
t does, and no covariance between periods has to be estimated from a handful of departments.

Smoothness: any affine estimator that is unbiased under a straight trend has a known largest bias (Rambachan
and Roth 2023), whatever its weights. The weights are chosen with a working covariance that is
not estimated (independent periods), so only the width, not the error rate, depends on it; the critical value
is that of a folded t.

Relative magnitudes: if the step V before the start was the largest, the effect lies within Mbar |L|_1 V of
l' beta_post. Both bounds are contrasts, each with its own t at alpha / 2; the interval is the union over the
steps and their signs. It is exact at Mbar = 0 and wider than the hybrid interval elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.inference.honest_trends.affine_weights import affine_weights
from experiments.inference.honest_trends.event_effects import Floats, step_matrix, step_weights
from experiments.inference.honest_trends.folded import folded_critical_value
from experiments.inference.honest_trends.smoothness import shortest
from experiments.inference.student import Inference

EVERYTHING = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEffects:
    """Department values (G, K + P) whose difference in group means is beta, as in `EventEffects`.

    infer: the t inference on any contrast (G,) of them at the level asked for, or None without noise. working
    (K + P, K + P): the covariance that would hold, up to a factor, if periods were independent.
    """

    values: Floats
    n_before: int
    l: Floats  # noqa: E741 - the paper's symbol
    infer: Callable[[Floats], Inference | None]
    working: Floats


def smoothness_interval_t(effects: DepartmentEffects, m: float, level: float) -> tuple[float, float]:
    """Interval for l' tau when second differences of the trend are at most m; endless without noise."""
    before = effects.n_before
    plain = effects.infer(effects.values[:, before:] @ effects.l)
    if plain is None:
        return EVERYTHING
    assumed = effects.l @ effects.working[before:, before:] @ effects.l
    working = effects.working * (plain.standard_error**2 / assumed)
    weights, bias = shortest(affine_weights(working, before, effects.l), working, m, level)
    found = effects.infer(effects.values @ weights)
    if found is None:
        return EVERYTHING
    critical = folded_critical_value(
        m * bias / found.standard_error, level, found.degrees_of_freedom or np.inf
    )
    half = critical * found.standard_error
    return found.effect - half, found.effect + half


def relative_magnitudes_interval_t(effects: DepartmentEffects, mbar: float) -> tuple[float, float]:
    """Interval for l' tau when steps may be mbar times the largest before the start."""
    before = effects.n_before
    after = effects.values[:, before:] @ effects.l
    reach = mbar * np.abs(step_weights(effects.l)).sum()
    steps = effects.values @ step_matrix(before, len(effects.l))[:before].T
    found = [effects.infer(after + sign * reach * step) for step in steps.T for sign in (1.0, -1.0)]
    ends = [EVERYTHING if one is None else one.interval for one in found]
    return min(low for low, _ in ends), max(high for _, high in ends)
