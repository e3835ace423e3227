"""How often a segmented regression finds a change where there is none.

    python -m tests.simulation.its_size --reps 4000

One pilot department, half of the periods before the start; AR(1) noise of 0, 0.3, 0.5 and 0.8, and B: AR(1)
0.8 and a random walk of 0.05 a period. Writes the rejection rates of the four inferences at nominal 5 % with
the largest of their Monte-Carlo errors, and the waves t's width: the average half interval in true standard
errors of the estimate (1.96 where these are known).
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats
from scipy.signal import lfilter

import core  # noqa: F401 - one thread for numpy
from experiments.options import Options, SegmentedModel
from experiments.panel import Panel
from experiments.segmented.effect import effect
from experiments.segmented.fitting import Fitted, fitted
from experiments.segmented.inferences import DEFAULT, INFERENCES
from experiments.window import Window, prepare
from tests.simulation.evidence import FOLDER, stamp

MODELS: tuple[SegmentedModel, ...] = ("step", "slope", "both")
NOISE = {"AR 0": 0.0, "AR 0.3": 0.3, "AR 0.5": 0.5, "AR 0.8": 0.8, "B": 0.8}
LENGTHS = (26, 52, 104)
WALK, WARM_UP = 0.05, 80


def noise(name: str, reps: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """(R, T) noise of variance 1; for B a random walk on top."""
    memory = NOISE[name]
    shocks = rng.normal(size=(reps, length + WARM_UP))
    found = lfilter([np.sqrt(1 - memory**2)], [1.0, -memory], shocks, axis=1)[:, WARM_UP:]
    walk = np.cumsum(WALK * rng.normal(size=(reps, length)), axis=1)
    return np.asarray(found + walk if name == "B" else found)


def line(length: int, options: Options) -> Fitted:
    """The fit of a series with its start halfway; its errors are linear in the series, so one is enough."""
    panel = Panel(
        units=("pilot",),
        periods=tuple(str(number) for number in range(length)),
        outcome=np.random.default_rng(0).normal(size=(1, length)),
        weights=np.ones((1, length)),
        first_treated=np.array([length // 2], dtype=float),
    )
    window = prepare(panel, options)
    assert isinstance(window, Window)
    found = fitted(window, options, DEFAULT, "interrupted-time-series")
    assert isinstance(found, Fitted)
    return found


def cell(model: SegmentedModel, name: str, length: int, reps: int, seed: int) -> dict[str, Any]:
    """Rejections in percent per inference, all on the same series, and the width of the waves t."""
    rng = np.random.default_rng([seed, MODELS.index(model), list(NOISE).index(name), length])
    options = Options(its_model=model)
    found = line(length, options)
    gradient = effect(found.model, found.fit.coefficients, options)[1]
    outcome = noise(name, reps, length, rng)
    effects = outcome @ found.serial.influence(gradient)
    basis = np.linalg.qr(found.serial.rows)[0]
    residuals = outcome - outcome @ basis @ basis.T
    half = {
        inference: stats.t.ppf(0.975, error.degrees_of_freedom)
        * np.linalg.norm(residuals @ error.root.T, axis=1)
        for inference, error in ((one, INFERENCES[one](found.serial, gradient)) for one in INFERENCES)
    }
    rates = {inference: float(np.mean(np.abs(effects) > found)) for inference, found in half.items()}
    return {
        "model": model,
        "noise": name,
        "periods": length,
        **{inference: round(100 * rate, 1) for inference, rate in rates.items()},
        "monte_carlo_error": round(100 * max(_error(rate, reps) for rate in rates.values()), 1),
        "width": round(float(half[DEFAULT].mean() / effects.std()), 2),
    }


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for model in MODELS:
        for name in NOISE:
            for length in LENGTHS:
                yield cell(model, name, length, reps, seed)


def _error(rate: float, reps: int) -> float:
    return float(np.sqrt(rate * (1 - rate) / reps))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "its_size.json")
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    report = {
        **stamp(
            f"python -m tests.simulation.its_size --reps {given.reps} --seed {given.seed}",
            "rejections of no change at nominal 5 % by an interrupted time series, in percent",
        ),
        "reps": given.reps,
        "largest_size": {name: max(one[name] for one in found) for name in INFERENCES},
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells; largest size {report['largest_size']}")


if __name__ == "__main__":
    main()
