"""How often a check beside an estimate asks for attention in a hospital in which nothing is the matter.

    python -m tests.simulation.check_false_alarms --reps 1000

Three pilot and eight comparison departments, 52 weeks before and 52 after, no effect, AR(1) of 0.5. Regimes:
plain; pilot departments twice and half as noisy; three start dates. Rows a week: Poisson around a rate that
moves with an AR(1) of sd 0.15. Checks that are a test have a nominal 5 %; the others read an estimate that
has no effect to find, so that they mostly say "for information". Facts (holidays, months, gaps) are left out.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter

import core  # noqa: F401 - one thread for numpy
from core.discovery import discover
from experiments import checks
from experiments.estimate import Check
from experiments.options import Options
from experiments.panel import Floats, Panel
from tests.simulated_panels import simulated
from tests.simulation.evidence import FOLDER, stamp

CHECKS = discover(checks, "CHECK", Check)
DEPARTMENTS, WEEKS, MEMORY = 11, 104, 0.5
ONE_START, SEVERAL = (52, 52, 52), (44, 52, 60)
REGIMES: dict[str, tuple[tuple[int, ...], float]] = {
    "plain": (ONE_START, 1.0),
    "pilots twice as noisy": (ONE_START, 2.0),
    "pilots half as noisy": (ONE_START, 0.5),
    "three start dates": (SEVERAL, 1.0),
}
"""Starts, and the noise of the pilot departments over that of the others."""
TESTS = (
    "parallel_trends",
    "placebo_start",
    "largest_pre_gap",
    "joint_leads",
    "anticipation",
    "novelty",
    "volume_change",
    "contamination",
)
READINGS = ("leave_one_department_out", "placebo_space", "regression_to_the_mean", "specification_curve")


def hospital(regime: str, seed: int) -> Panel:
    """A year before and a year after a start that changes nothing."""
    starts, noisier = REGIMES[regime]
    panel = simulated(DEPARTMENTS, WEEKS, starts, effect=0.0, persistence=MEMORY, seed=seed)
    own = panel.outcome - panel.outcome.mean(axis=0)
    factor = np.where(panel.treated, noisier, 1.0)[:, None]
    return replace(panel, outcome=panel.outcome + (factor - 1) * own, weights=volumes(seed))


def volumes(seed: int) -> Floats:
    """(DEPARTMENTS, WEEKS) rows; at least one."""
    rng = np.random.default_rng([seed, 1])
    shocks = rng.normal(size=(DEPARTMENTS, WEEKS + 50)) * np.sqrt(1 - MEMORY**2)
    moves = 0.15 * lfilter([1.0], [1.0, -MEMORY], shocks, axis=1)[:, 50:]
    return np.maximum(1.0, rng.poisson(30 * np.exp(moves)))


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for regime in REGIMES:
        panels = [hospital(regime, 100_000 * seed + number) for number in range(reps)]
        for name in (*TESTS, *READINGS):
            results = [CHECKS[name].run(panel, Options()) for panel in panels]
            alarms = np.array([alarm(name, found.passed, found.p_value) for found in results])
            yield {
                "check": name,
                "regime": regime,
                "test": name in TESTS,
                "false_alarms_percent": round(100 * float(alarms.mean()), 2),
                "monte_carlo_error": round(100 * float(alarms.std() / np.sqrt(reps)), 2),
                "informational_percent": round(100 * sum(one.passed is None for one in results) / reps, 1),
            }


def alarm(name: str, passed: bool | None, p_value: float | None) -> bool:
    """Not passed; for the comparison's own step, which never fails, a step that shows."""
    if name == "contamination":
        return p_value is not None and p_value < 0.05
    return passed is False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "check_false_alarms.json")
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    largest = max(cell["false_alarms_percent"] for cell in found if cell["test"])
    report = {
        **stamp(
            f"python -m tests.simulation.check_false_alarms --reps {given.reps} --seed {given.seed}",
            "checks that ask for attention where nothing is the matter, in percent",
        ),
        "reps": given.reps,
        "largest_of_tests": largest,
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells, largest of the tests {largest} %")


if __name__ == "__main__":
    main()
