"""Departures no larger than some multiple of the largest step between the groups before the start.

Delta^RM(Mbar) of Rambachan and Roth 2023 with the hybrid of the conditional and the least-favourable test of
Andrews, Roth and Pakes 2023, "Inference for linear conditional moment inequalities" (Review of Economic
Studies 90), with kappa = alpha / 10. As there, moments of steps before the start alone are not used.

The set is a union over the step s before the start that was largest, and over its sign. For one of them the
steps b_t after the reference period satisfy |b_t - tau step| <= Mbar V with V the signed step s. The dual of
the test's linear programme has few vertices in closed form: one combination that bounds the effect from
above, one from below, and for every t the sum of its two inequalities, which says that V is not negative. So
the statistic depends only on the effect and V, no programme is solved, and all values of the effect are
tested at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.honest_trends.event_effects import (
    EventEffects,
    Floats,
    step_matrix,
    step_weights,
)
from experiments.inference.honest_trends.hybrid_test import HybridTest

POINTS = 256
ROUNDS = 3
KAPPA = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypotheses:
    """Which step was largest, and its sign: J = 2 K of them.

    step (J,): V, the signed step. covariance (J, 2, 2): of the effect and V. vertices (J, 4, 2): what each
    vertex gives to (effect - tested value, V). reach (J,): Mbar |L|_1 V, how far the effect may be off.
    """

    step: Floats
    covariance: Floats
    vertices: Floats
    reach: Floats


def relative_magnitudes_interval(effects: EventEffects, mbar: float, level: float) -> tuple[float, float]:
    """Smallest and largest l' tau that is not rejected when steps may be mbar times the largest before."""
    hypotheses = hypotheses_of(effects, mbar)
    alpha = 1 - level
    test = HybridTest.of(hypotheses.vertices, hypotheses.covariance, alpha, KAPPA * alpha)

    def accepted(values: Floats) -> NDArray[np.bool_]:
        return test.accepts(effects.effect - values, hypotheses.step)

    # Beyond these bounds the least-favourable first stage rejects under every hypothesis.
    slack = test.critical_value[:, None] / np.abs(hypotheses.vertices[:, :2, 0])
    low = float(np.min(effects.effect - hypotheses.reach - slack[:, 0]))
    high = float(np.max(effects.effect + hypotheses.reach + slack[:, 1]))
    return _end(accepted, effects.effect, low), _end(accepted, effects.effect, high)


def hypotheses_of(effects: EventEffects, mbar: float) -> Hypotheses:
    """The 2 K hypotheses for a multiple mbar; vertices above, below, and the two extreme sums."""
    before, after = effects.n_before, len(effects.l)
    steps = step_matrix(before, after)
    spread = steps @ effects.covariance @ steps.T
    sign = np.repeat([1.0, -1.0], before)
    step = sign * np.tile(steps[:before] @ effects.beta, 2)
    variance = np.tile(np.diag(spread)[:before], 2)
    share = step_weights(effects.l)
    cross = sign[:, None] * np.tile(spread[:before, before:], (2, 1))  # of V with the steps after
    upper, lower = (
        np.sqrt(np.diag(spread)[before:] + mbar**2 * variance[:, None] - side * 2 * mbar * cross)
        for side in (1.0, -1.0)
    )  # standard errors of b_t - mbar V and of -b_t - mbar V
    sums = 2 * mbar / (upper + lower)
    reach = mbar * np.abs(share).sum()
    sides = [
        np.where(share > 0, upper, lower) @ np.abs(share),
        np.where(share > 0, lower, upper) @ np.abs(share),
    ]
    zeros = np.zeros(len(step))
    vertices = np.stack(
        [
            np.column_stack([1 / sides[0], -reach / sides[0]]),
            np.column_stack([-1 / sides[1], -reach / sides[1]]),
            np.column_stack([zeros, -sums.min(axis=1)]),
            np.column_stack([zeros, -sums.max(axis=1)]),
        ],
        axis=1,
    )
    covariance = np.empty((len(step), 2, 2))
    covariance[:, 0, 0], covariance[:, 1, 1] = effects.standard_error**2, variance
    covariance[:, 0, 1] = covariance[:, 1, 0] = cross @ share
    return Hypotheses(step=step, covariance=covariance, vertices=vertices, reach=reach * step)


def _end(accepted: Callable[[Floats], NDArray[np.bool_]], inside: float, outside: float) -> float:
    """The accepted value furthest towards `outside`: a grid, then finer ones in the cell where it ends."""
    for _ in range(ROUNDS):
        values = np.linspace(inside, outside, POINTS)
        kept = np.flatnonzero(accepted(values))
        last = int(kept[-1]) if len(kept) else 0
        if last == POINTS - 1:
            return outside
        inside, outside = float(values[last]), float(values[last + 1])
    return outside
