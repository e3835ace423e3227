"""For every design a panel that it can estimate, and the options that go with it.

A new design that plain panels do not suit fails tests/unit/test_bad_panels.py until it stands here.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from experiments.options import Options
from experiments.panel import Panel
from tests.simulated_panels import simulated

PERIODS, START = 40, 20
WAVES = [15, 15, 20, 20, 25, 25]
STAGGERED = (
    "staggered",
    "callaway-santanna",
    "sun-abraham",
    "imputation",
    "two-stage",
    "etwfe",
    "bacon",
)
WITHOUT_COMPARISON = ("before-after", "interrupted-time-series")
COVARIATES = ("imputation", "two-stage")
"""Designs whose covariates are terms of a regression."""


def one_start(seed: int) -> Panel:
    return simulated(20, PERIODS, [START] * 4, seed=seed)


def waves(seed: int) -> Panel:
    return simulated(18, PERIODS, WAVES, seed=seed)


def wedge(seed: int) -> Panel:
    return simulated(12, PERIODS, [10, 15, 20, 25, 30, 35, 10, 15], seed=seed)


def events(seed: int) -> Panel:
    """A handful of events out of many days."""
    panel, rng = one_start(seed), np.random.default_rng(seed)
    return replace(
        panel,
        outcome=rng.poisson(0.2, panel.outcome.shape).astype(float),
        exposure=np.full_like(panel.outcome, 100.0),
    )


def clinicians(seed: int, ours: int = 4, others: int = 8) -> Panel:
    """Three clinicians in each department, of whom two use the tool after the start."""
    size = 3 * (ours + others)
    panel, rng = simulated(size, PERIODS, [START] * 3 * ours, seed=seed), np.random.default_rng(seed)
    on = np.arange(PERIODS) >= panel.first_treated[:, None]
    user = np.arange(size)[:, None] % 3 > 0
    share = rng.uniform(0.3, 0.9, (size, 1)) + rng.uniform(0, 0.05, panel.outcome.shape)
    clusters = tuple(f"c{number // 3}" for number in range(size))
    return replace(panel, clusters=clusters, dose=np.where(on & user, share, 0.0))


def doses(seed: int) -> Panel:
    panel, rng = one_start(seed), np.random.default_rng(seed)
    on = np.arange(PERIODS) >= panel.first_treated[:, None]
    share = rng.uniform(0.2, 0.9, (len(panel.units), 1)) + rng.uniform(0, 0.05, panel.outcome.shape)
    return replace(panel, dose=np.where(on, share, 0.0))


SPECIAL: dict[str, Callable[[int], Panel]] = {
    "stepped-wedge": wedge,
    "rare-events": events,
    "volunteers": clinicians,
    "dose-response": doses,
}


def panel_of(design: str, seed: int = 1) -> Panel:
    """A panel that the design can estimate, with an effect of 0.5 on a level of about 10."""
    return SPECIAL.get(design, waves if design in STAGGERED else one_start)(seed)


def options_of(design: str, **asked: object) -> Options:
    """The options of the design, with others."""
    return Options(design=design, **asked)  # type: ignore[arg-type]
