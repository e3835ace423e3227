"""How often a stepped wedge finds an effect where there is none, by inference and correlation.

    python -m tests.simulation.stepped_wedge_size --reps 120

Departments whose levels differ, with noise of variance 1 over the weeks: none that lasts; AR(1) 0.5; AR(1)
0.8 and a random walk of 0.05 a week. Designs: departments at each start, all of which come.
Start orders are drawn here by the same lot as the actual one, so their test is exact; where a design has too
few of them it is the mixed model that judges. Nominal 5 %.
"""

import core  # noqa: F401 - one thread for numpy, read when that is first imported

# isort: split
import argparse
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from scipy.signal import lfilter

from experiments.estimators.stepped_wedge import BETWEEN_WITHIN, KENWARD_ROGER, RANDOMISATION, smallest_p
from experiments.inference.decaying_correlation import mixed_model
from experiments.inference.stepped_wedge import randomise_order
from experiments.inference.student import student
from experiments.panel import Floats
from tests.simulation.evidence import FOLDER, stamp

REGIMES = {"white": (0.0, 0.0), "AR 0.5": (0.5, 0.0), "AR 0.8 and walk": (0.8, 0.05)}
DESIGNS = {"5+1": (5, 1), "4+2": (4, 2), "3+3": (3, 3), "7+1": (7, 1), "2+2+2+2": (2, 2, 2, 2)}
LENGTHS = (12, 20, 52)
LEVELS, WARM_UP, LEVEL = 2.0, 80, 0.95
FADING = {"decay": True, "exchangeable": False}


def starts(name: str, length: int) -> Floats:
    """(G,) first period with the tool: dates that part the periods evenly."""
    sizes = DESIGNS[name]
    dates = [round(length * (1 + number) / (len(sizes) + 1)) for number in range(len(sizes))]
    return np.repeat(np.array(dates, dtype=float), sizes)


def noise(regime: str, departments: int, length: int, rng: np.random.Generator) -> Floats:
    """(G, T) noise around levels that differ."""
    memory, walk = REGIMES[regime]
    shocks = rng.normal(size=(departments, length + WARM_UP))
    series = lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], shocks, axis=1)[:, WARM_UP:]
    drift = np.cumsum(walk * rng.normal(size=series.shape), axis=1)
    return np.asarray(series + drift + LEVELS * rng.normal(size=(departments, 1)))


def p_values(outcome: Floats, first: Floats, seed: int) -> dict[str, float]:
    """Of every inference, as the estimator has them."""
    on = (np.arange(outcome.shape[1]) >= first[:, None]).astype(float)
    used, weights = np.ones(outcome.shape, dtype=bool), np.ones(1)
    found: dict[str, float] = {}
    for name, fading in FADING.items():
        model = mixed_model(outcome, used, on[:, :, None], weights, fading=fading)
        assert model is not None
        lines = {KENWARD_ROGER: (model.error, model.degrees), BETWEEN_WITHIN: (model.plain, len(first) - 2.0)}
        for line, (error, degrees) in lines.items():
            found[f"{name} {line}"] = student(model.effect, error, degrees, LEVEL).p_value
    cohort = np.unique(first, return_inverse=True)[1]
    if smallest_p(cohort) < 1 - LEVEL:
        found[RANDOMISATION] = randomise_order(outcome, used, on, cohort, LEVEL, seed).p_value
    return found


def cell(name: str, regime: str, length: int, reps: int, seed: int) -> dict[str, Any]:
    """Rejections in percent."""
    first = starts(name, length)
    rng = np.random.default_rng([seed, list(DESIGNS).index(name), list(REGIMES).index(regime), length])
    found: Counter[str] = Counter()
    for number in range(reps):
        drawn = p_values(noise(regime, len(first), length, rng), rng.permutation(first), number)
        found.update({line: int(p <= 1 - LEVEL) for line, p in drawn.items()})
    rates = {line: round(100 * count / reps, 1) for line, count in found.items()}
    return {"starts": name, "regime": regime, "periods": length, **rates}


def wanted() -> Iterator[tuple[str, str, int]]:
    for name in DESIGNS:
        for regime in REGIMES:
            for length in LENGTHS:
                yield name, regime, length


def largest(found: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Per number of periods and inference the largest size."""
    lines = (
        *(f"{name} {line}" for name in FADING for line in (KENWARD_ROGER, BETWEEN_WITHIN)),
        RANDOMISATION,
    )
    return {
        str(length): {
            line: max(row[line] for row in found if row["periods"] == length and line in row)
            for line in lines
        }
        for length in LENGTHS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.workers) as pool:
        asked = [pool.submit(cell, *one, given.reps, given.seed) for one in wanted()]
        found = [one.result() for one in asked]
    report = stamp(
        f"python -m tests.simulation.stepped_wedge_size --reps {given.reps} --seed {given.seed}",
        "rejections of no effect at nominal 5 % by a stepped wedge, in percent; starts: departments at each",
    )
    report |= {
        "reps": given.reps,
        "monte_carlo_error_at_5_percent": round(100 * float(np.sqrt(0.0475 / given.reps)), 2),
        "largest": largest(found),
        "cells": found,
    }
    (FOLDER / "stepped_wedge_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report["largest"], indent=1))


if __name__ == "__main__":
    main()
