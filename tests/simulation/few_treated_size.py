"""How often the scaled EWC t finds an effect where there is none.

    python -m tests.simulation.few_treated_size --reps 4000

Regimes: A AR(1) 0.5; B AR(1) 0.8 and a random walk of 0.05 a week; C as A, pilot departments twice as
noisy; D as A, half as noisy; E as A, department noise log-normal with sd 0.5; I as A with t(3) innovations.
Writes the rejection rates with their Monte-Carlo errors, beside the earlier, independent run of 4000
repetitions where that is at hand. Nominal 5 %.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter

import core  # noqa: F401 - one thread for numpy
from experiments.inference.scaled_ewc import scaled_ewc
from tests.simulation.evidence import FOLDER, ROOT, stamp

REGIMES = ("A", "B", "C", "D", "E", "I")
DESIGNS = ((1, 4), (1, 9), (2, 8), (3, 6), (3, 9))
LENGTHS = (26, 52, 104)
WARM_UP = 60
EARLIER = ROOT.parent / "shared" / "reference" / "few_treated_size_power.json"
EARLIER_REPS = 4000


def noise(regime: str, treated: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """(G, T) noise of one regime."""
    shape = (len(treated), length + WARM_UP)
    memory = 0.8 if regime == "B" else 0.5
    shocks = rng.standard_t(3, shape) if regime == "I" else rng.normal(size=shape)
    series = lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], shocks, axis=1)[:, WARM_UP:]
    if regime == "B":
        series = series + np.cumsum(0.05 * rng.normal(size=series.shape), axis=1)
    scale = {"C": 2.0, "D": 0.5}.get(regime, 1.0)
    spread = np.exp(0.5 * rng.normal(size=len(treated))) if regime == "E" else np.ones(len(treated))
    return np.asarray(series * (np.where(treated, scale, 1.0) * spread)[:, None])


def rejection_rate(regime: str, ours: int, others: int, length: int, reps: int, seed: int) -> float:
    """Share of repetitions with p below 0.05."""
    rng = np.random.default_rng([seed, ord(regime), ours, others, length])
    treated = np.arange(ours + others) < ours
    found = 0
    for _ in range(reps):
        y = noise(regime, treated, length, rng)
        found += scaled_ewc(y, treated, length // 2, 0.95).inference.p_value < 0.05
    return found / reps


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    earlier = json.loads(EARLIER.read_text("utf-8")) if EARLIER.exists() else None
    for regime in REGIMES:
        for length in LENGTHS:
            for ours, others in DESIGNS:
                rate = rejection_rate(regime, ours, others, length, reps, seed)
                cell = {
                    "regime": regime,
                    "design": f"{ours}/{others}",
                    "periods": length,
                    "rejected_percent": round(100 * rate, 2),
                    "monte_carlo_error": round(100 * float(np.sqrt(rate * (1 - rate) / reps)), 2),
                }
                yield cell | (_beside(cell, rate, reps, earlier) if earlier else {})


def _beside(cell: dict[str, Any], rate: float, reps: int, earlier: dict[str, Any]) -> dict[str, Any]:
    column = earlier["designs"].index(cell["design"])
    published = earlier["size"]["final"][cell["regime"]][str(cell["periods"])][column]
    pooled = (rate * reps + published / 100 * EARLIER_REPS) / (reps + EARLIER_REPS)
    error = np.sqrt(pooled * (1 - pooled) * (1 / reps + 1 / EARLIER_REPS))
    return {"earlier_percent": published, "z": round(float((rate - published / 100) / error), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "few_treated_size.json")
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    rates = [cell["rejected_percent"] for cell in found]
    against = [abs(cell["z"]) for cell in found if "z" in cell]
    report = {
        **stamp(
            f"python -m tests.simulation.few_treated_size --reps {given.reps} --seed {given.seed}",
            "rejections of no effect at nominal 5 % by the scaled EWC t, in percent",
        ),
        "reps": given.reps,
        "smallest": min(rates),
        "largest": max(rates),
        "largest_z_against_earlier": max(against, default=None),
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells, {min(rates)} to {max(rates)} %; largest |z| {max(against, default=None)}")


if __name__ == "__main__":
    main()
