"""How often several start dates find an effect, where there is none and where there is one.

    python -m tests.simulation.staggered_size --reps 500

78 weeks, AR(1) 0.5, run-in of six weeks, starts in weeks 34, 38, 42 and 46 (three: 34, 38, 42); pilot
departments as noisy as the others, twice as noisy or half as noisy. Writes the rejection rates of the three
inferences with the largest of their Monte-Carlo errors: without an effect (nominal 5 %), and with one of 1.2
standard deviations of a week.
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
from experiments.estimators.staggered import infer
from experiments.options import InferenceName, Options
from experiments.panel import NEVER, Panel
from experiments.window import Window, prepare
from tests.simulation.evidence import FOLDER, stamp

INFERENCES: tuple[InferenceName, ...] = ("randomisation-t", "randomisation", "jackknife-t")
DESIGNS = ((4, 8), (3, 8))
NOISE = {"equal": 1.0, "twice": 2.0, "half": 0.5}
EFFECTS = (0.0, 1.2)
STARTS = (34, 38, 42, 46)
WEEKS, RUN_IN, MEMORY, WARM_UP = 78, 6, 0.5, 60


def panel(ours: int, others: int, scale: float, effect: float, rng: np.random.Generator) -> Panel:
    """Departments with AR(1) noise of variance 1, the treated ones' multiplied by `scale`."""
    units = ours + others
    shocks = rng.normal(size=(units, WEEKS + WARM_UP))
    outcome = lfilter([np.sqrt(1 - MEMORY**2)], [1.0, -MEMORY], shocks, axis=1)[:, WARM_UP:]
    first = np.array([*STARTS[:ours], *[NEVER] * others], dtype=float)
    outcome[:ours] *= scale
    return Panel(
        units=tuple(f"d{number}" for number in range(units)),
        periods=tuple(str(week) for week in range(WEEKS)),
        outcome=outcome + effect * (np.arange(WEEKS) >= first[:, None]),
        weights=np.ones_like(outcome),
        first_treated=first,
    )


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    """One per design, noise and effect: percentages of repetitions with p below 0.05."""
    for ours, others in DESIGNS:
        for noise, scale in NOISE.items():
            for effect in EFFECTS:
                rates = rejected(ours, others, scale, effect, reps, seed)
                yield {
                    "design": f"{ours}/{others}",
                    "pilot_noise": noise,
                    "effect": effect,
                    **{name: round(100 * rate, 1) for name, rate in rates.items()},
                    "monte_carlo_error": round(100 * max(_error(rate, reps) for rate in rates.values()), 1),
                }


def _error(rate: float, reps: int) -> float:
    return float(np.sqrt(rate * (1 - rate) / reps))


def rejected(ours: int, others: int, scale: float, effect: float, reps: int, seed: int) -> dict[str, float]:
    """Share of repetitions with p below 0.05 per inference, all on the same data."""
    rng = np.random.default_rng([seed, ours, others, round(10 * scale), round(10 * effect)])
    found = dict.fromkeys(INFERENCES, 0)
    for number in range(reps):
        window = prepare(panel(ours, others, scale, effect, rng), OPTIONS)
        assert isinstance(window, Window)
        for name in INFERENCES:
            found[name] += infer(window, name, replace(OPTIONS, seed=number)).p_value < 0.05
    return {name: count / reps for name, count in found.items()}


OPTIONS = Options(run_in=RUN_IN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "staggered_size.json")
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    report = {
        **stamp(
            f"python -m tests.simulation.staggered_size --reps {given.reps} --seed {given.seed}",
            "rejections at nominal 5 % with several start dates, in percent; effect 0 is the size",
        ),
        "reps": given.reps,
        "largest_size": {
            name: max(cell[name] for cell in found if cell["effect"] == 0) for name in INFERENCES
        },
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells; largest size {report['largest_size']}")


if __name__ == "__main__":
    main()
