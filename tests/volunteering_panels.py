"""Clinicians of departments of whom some use the tool."""

import numpy as np

from experiments.panel import NEVER, Panel
from tests.simulated_panels import weeks


def clinicians(seed: int = 1, shares: float = 0.5) -> Panel:
    """Eight departments of six clinicians, three with the tool; users save 3 and were 2 quicker before."""
    rng = np.random.default_rng(seed)
    departments, each, periods, start = 8, 6, 52, 26
    home = np.repeat(np.arange(departments), each)
    user = (home < 3) & (np.tile(np.arange(each), departments) < each * shares)
    after = np.arange(periods) >= start
    outcome = 20 + rng.normal(size=(departments, 1))[home] + rng.normal(size=(len(home), periods))
    outcome += -2.0 * user[:, None] - 3.0 * (user[:, None] & after)
    return Panel(
        units=tuple(f"c{number}" for number in range(len(home))),
        periods=weeks(periods),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.where(home < 3, float(start), NEVER),
        clusters=tuple(f"d{number}" for number in home),
        dose=(user[:, None] & after).astype(float),
    )
