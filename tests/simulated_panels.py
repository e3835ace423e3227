"""Panels with a known effect, for tests of the estimators."""

from collections.abc import Sequence

import numpy as np
from scipy.signal import lfilter

from core.period import parse
from experiments.panel import NEVER, Panel


def weeks(count: int) -> tuple[str, ...]:
    current, labels = parse("2024-W01"), []
    for _ in range(count):
        labels.append(current.label)
        current = current.next()
    return tuple(labels)


def simulated(
    departments: int,
    periods: int,
    starts: Sequence[int],
    *,
    effect: float = 0.5,
    noise: float = 0.5,
    level: float = 10.0,
    persistence: float = 0.0,
    seed: int = 1,
) -> Panel:
    """AR(1) noise (white by default) around a level; department i of the starts is treated from starts[i]."""
    rng = np.random.default_rng(seed)
    shocks = noise * np.sqrt(1 - persistence**2) * rng.normal(size=(departments, periods))
    shocks[:, 0] /= np.sqrt(1 - persistence**2)
    own = lfilter([1.0], [1.0, -persistence], shocks, axis=1)
    outcome = level + own + rng.normal(size=periods)
    first = np.full(departments, NEVER)
    for department, start in enumerate(starts):
        outcome[department, start:] += effect
        first[department] = start
    return Panel(
        units=tuple(f"d{i}" for i in range(departments)),
        periods=weeks(periods),
        outcome=outcome,
        weights=rng.integers(5, 40, (departments, periods)).astype(float),
        first_treated=first,
    )
