"""How often `auto` finds an effect where there is none when every department starts, in waves.

    python -m tests.simulation.waves_size --reps 200

Those that start last are the comparison of the others until they start. Regimes of
tests.simulation.few_treated_size: A AR(1) 0.5; B AR(1) 0.8 and a random walk; C as A, those that start first
twice as noisy; E as A, noise that differs by department, log-normal. Designs: departments at each start; the
starts part the weeks evenly. Nominal 5 %.
"""

import core  # noqa: F401 - one thread for numpy, read when that is first imported

# isort: split
import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Any

import numpy as np

from experiments.estimate import Estimate
from experiments.estimating import design_for, fitted
from experiments.options import Options
from experiments.panel import Floats, Panel
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.few_treated_size import noise

DESIGNS = {
    "3+3": (3, 3),
    "2+4": (2, 4),
    "2+2+3": (2, 2, 3),
    "4+4": (4, 4),
    "1+2+3+4": (1, 2, 3, 4),
    "6+6": (6, 6),
}
REGIMES, LENGTHS = ("A", "B", "C", "E"), (26, 52)


def starts(name: str, length: int) -> Floats:
    """(G,) first period with the tool."""
    sizes = DESIGNS[name]
    dates = [round(length * (1 + number) / (len(sizes) + 1)) for number in range(len(sizes))]
    return np.repeat(np.array(dates, dtype=float), sizes)


def panel(outcome: Floats, first: Floats) -> Panel:
    """Departments of equal weight."""
    return Panel(
        units=tuple(f"d{number}" for number in range(len(first))),
        periods=tuple(str(week) for week in range(outcome.shape[1])),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
    )


def cell(name: str, regime: str, length: int, reps: int, seed: int) -> dict[str, Any]:
    """Rejections in percent of the verdicts given; the design and the inference that gave them."""
    first = starts(name, length)
    rng = np.random.default_rng([seed, list(DESIGNS).index(name), REGIMES.index(regime), length])
    given, rejected, used = 0, 0, set()
    for number in range(reps):
        made = panel(noise(regime, first == first.min(), length, rng), first)
        options = Options(seed=number)
        result = fitted(made, options, design_for(made, options))
        if isinstance(result, Estimate) and result.p_value is not None:
            given, rejected = given + 1, rejected + (result.p_value <= 0.05)
            used.add(f"{result.design}, {result.inference}")
    found = {"starts": name, "regime": regime, "weeks": length, "verdicts": given, "by": sorted(used)}
    return found | {"rejected": round(100 * rejected / given, 1) if given else None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.workers) as pool:
        waiting = [
            pool.submit(cell, *one, asked.reps, asked.seed) for one in product(DESIGNS, REGIMES, LENGTHS)
        ]
        found = [one.result() for one in waiting]
    report = stamp(
        f"python -m tests.simulation.waves_size --reps {asked.reps} --seed {asked.seed}",
        "rejections of no effect at nominal 5 % by auto where all departments start, in percent of verdicts",
    )
    rates = [row["rejected"] for row in found if row["rejected"] is not None]
    report |= {
        "reps": asked.reps,
        "monte_carlo_error_at_5_percent": round(100 * float(np.sqrt(0.0475 / asked.reps)), 2),
        "largest": max(rates),
        "mean": round(float(np.mean(rates)), 2),
        "cells": found,
    }
    (FOLDER / "waves_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps({"largest": report["largest"], "mean": report["mean"]}))


if __name__ == "__main__":
    main()
