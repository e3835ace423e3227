"""How often a chart of an unchanged process gives a signal, from a table that a simulation made.

`python -m tests.simulation.spc_false_signals` writes false_signals.json beside this file: charts with limits
frozen on a baseline, of normal AR(1) noise, followed for 52 more periods. A signal is a stretch of marked
periods, so one shift that lasts six periods counts once. Limits come from moving ranges (xmr, p-prime,
u-prime), or from the variance of a distribution (p, u, c) that the values are taken to have.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from experiments.monitoring.choice import ChartType
from experiments.monitoring.series import Every

TABLE = Path(__file__).with_name("false_signals.json")
PERIODS: dict[Every | None, int] = {"day": 365, "week": 52, "month": 12, None: 52}
"""Periods in a year; where the length of a period is not known a year is counted as 52."""
SIMULATED_PERIODS = 52
LimitsFrom = Literal["moving_ranges", "distribution"]
SIMULATED: dict[ChartType, LimitsFrom] = {
    "xmr": "moving_ranges",
    "p-prime": "moving_ranges",
    "u-prime": "moving_ranges",
    "p": "distribution",
    "u": "distribution",
    "c": "distribution",
}
"""Charts to which a simulation applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseSignals:
    """Expected false signals in a year of so many periods: if independent, and at the measured rho."""

    independent: float
    measured: float | None
    periods_per_year: int


def false_signals(
    limits: LimitsFrom, rules: str, rho: float | None, baseline: int, every: Every | None
) -> FalseSignals:
    """What to expect of a rule set with limits on `baseline` points; interpolated, kept within the table.

    rho None: not measured.
    """
    years = PERIODS[every] / SIMULATED_PERIODS
    return FalseSignals(
        independent=years * _signals(limits, rules, 0.0, baseline),
        measured=None if rho is None else years * _signals(limits, rules, rho, baseline),
        periods_per_year=PERIODS[every],
    )


def _signals(limits: LimitsFrom, rules: str, rho: float, baseline: int) -> float:
    rhos, baselines, signals = _table(limits, rules)
    interpolate = RegularGridInterpolator((rhos, 1 / baselines[::-1]), signals[:, ::-1])
    at = (np.clip(rho, rhos[0], rhos[-1]), 1 / np.clip(baseline, baselines[0], baselines[-1]))
    return float(interpolate([at]).item())


@cache
def _table(limits: LimitsFrom, rules: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    every = json.loads(TABLE.read_text("utf-8"))["cells"]
    cells = [cell for cell in every if (cell["limits"], cell["rules"]) == (limits, rules)]
    rhos = np.array(sorted({cell["rho"] for cell in cells}))
    baselines = np.array(sorted({cell["baseline"] for cell in cells}), dtype=float)
    signals = np.full((len(rhos), len(baselines)), np.nan)
    for cell in cells:
        at = np.searchsorted(rhos, cell["rho"]), np.searchsorted(baselines, cell["baseline"])
        signals[at] = cell["signals_per_52_periods"]
    return rhos, baselines, signals
