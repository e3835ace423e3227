"""Panels with several start dates and effects that differ, for tests against other libraries."""

import numpy as np
import pandas as pd

from experiments.panel import NEVER, Panel
from tests.simulated_panels import weeks

STARTS = (5, 8, 10)


def cohorts(
    seed: int,
    *,
    units: int = 60,
    treated: int = 36,
    periods: int = 14,
    missing: float = 0.0,
    starts: tuple[int, ...] = STARTS,
) -> Panel:
    """Effects that grow with time since the start, a covariate `x` that matters, some cells missing."""
    rng = np.random.default_rng(seed)
    first = np.where(np.arange(units) < treated, np.array(starts)[np.arange(units) % len(starts)], NEVER)
    x = rng.normal(size=(units, periods))
    since = np.arange(periods) - np.where(np.isfinite(first), first, 0)[:, None]
    effect = np.where(np.arange(periods) >= first[:, None], 0.5 + 0.1 * since, 0.0)
    y = 5 + rng.normal(size=(units, 1)) + rng.normal(size=periods) + 0.3 * x + effect
    y += rng.normal(size=(units, periods))
    y[rng.random(y.shape) < missing] = np.nan
    return Panel(
        units=tuple(f"d{i}" for i in range(units)),
        periods=weeks(periods),
        outcome=y,
        weights=np.where(np.isfinite(y), rng.integers(5, 40, y.shape), 0).astype(float),
        first_treated=first,
        covariates={"x": x},
    )


def long_form(panel: Panel) -> pd.DataFrame:
    """One row per cell with a value: unit, time from 1, y, first (0 is never), x, pair of units, weight n."""
    unit, period = np.nonzero(np.isfinite(panel.outcome))
    first = panel.first_treated[unit]
    return pd.DataFrame(
        {
            "unit": unit,
            "time": period + 1,
            "y": panel.outcome[unit, period],
            "first": np.where(np.isfinite(first), first + 1, 0).astype(int),
            "x": panel.covariates["x"][unit, period] if panel.covariates else 0.0,
            "pair": unit // 2,
            "n": panel.weights[unit, period],
        }
    )
