"""More comparison departments or more weeks never cost power: the default on the same simulated hospitals."""

import numpy as np
import pytest

from experiments.inference.scaled_ewc import scaled_ewc
from tests.simulation.hospitals import Hospital, simulate

REPS, ALPHA = 400, 0.05
CONTROLS = (3, 4, 6, 8, 11, 14)
SIDES = (12, 16, 26, 40, 52)
ERRORS = 3.0
"""Paired Monte-Carlo errors of a difference in power that chance may take away."""


def found(outcome: np.ndarray, treated: int, before: int) -> bool:
    ours = np.arange(len(outcome)) < treated
    return scaled_ewc(outcome, ours, before, 1 - ALPHA).inference.p_value < ALPHA


def never_falls(detected: np.ndarray) -> bool:
    """detected (R, K): the same hospitals with more and more data."""
    steps = np.diff(detected.astype(float), axis=1)
    error = steps.std(axis=0, ddof=1) / np.sqrt(len(steps))
    return bool((steps.mean(axis=0) >= -ERRORS * np.maximum(error, 1 / len(steps))).all())


@pytest.mark.parametrize("treated", [1, 3, 6])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_with_more_comparison_departments(treated: int, spread: float) -> None:
    rng = np.random.default_rng(7)
    hospital = Hospital(treated=treated, controls=CONTROLS[-1], spread=spread, before=40, after=40)
    effect = 2.5 * hospital.change_sd()
    detected = []
    for _ in range(REPS):
        outcome = simulate(hospital, effect, rng).panel.outcome
        detected.append([found(outcome[: treated + count], treated, 40) for count in CONTROLS])
    assert never_falls(np.array(detected))


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_with_more_weeks_on_both_sides(memory: float) -> None:
    rng = np.random.default_rng(8)
    side = SIDES[-1]
    hospital = Hospital(memory=memory, before=side, after=side)
    effect = 2.0 * Hospital(memory=memory, before=26, after=26).change_sd()
    detected = []
    for _ in range(REPS):
        outcome = simulate(hospital, effect, rng).panel.outcome
        detected.append([found(outcome[:, side - n : side + n], 3, n) for n in SIDES])
    assert never_falls(np.array(detected))


def test_a_method_that_loses_power_is_noticed() -> None:
    rng = np.random.default_rng(9)
    falling = rng.random((REPS, 3)) < np.array([0.9, 0.7, 0.5])
    assert not never_falls(falling)
