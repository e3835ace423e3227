"""How often models of the noise, gradual changes and forecasts find a change where there is none.

    python -m tests.simulation.series_size --reps 250

One pilot department as in its_size.py, but every series is fitted anew, because these errors are not linear
in the series. Where the noise is modelled under a line with a step, a slope or a forecast, eight times as
many series are judged at once over a fine grid of the noise's parameters (noise_grid.py). Size is among the
series that have an answer. Counts are negative binomial around a rate that remembers as the noise does, with
a quarter of its size.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import core  # noqa: F401 - one thread for numpy
from experiments.options import Options, SegmentedModel
from experiments.panel import Panel
from experiments.segmented.fitting import Fitted, LittleInformation, fitted, window_of
from experiments.segmented.inferences import INFERENCES
from experiments.window import Window
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.its_size import LENGTHS, NOISE, noise
from tests.simulation.noise_grid import p_values

LINES: tuple[SegmentedModel, ...] = ("step", "slope", "both", "forecast")
GRIDS = ("arima", "structural")
AT_ONCE = 8
GRADUAL = (tuple(INFERENCES), ("arima",), ("structural",))
"""Inferences that share one fit."""
ALPHA, MEAN = 0.1, 40.0
FEW = 24
Found = dict[str, Any]


def panel(outcome: np.ndarray) -> Panel:
    """A series whose tool starts halfway."""
    return Panel(
        units=("pilot",),
        periods=tuple(str(number) for number in range(len(outcome))),
        outcome=outcome[None, :],
        weights=np.ones((1, len(outcome))),
        first_treated=np.array([len(outcome) // 2], dtype=float),
    )


def counted(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Counts of variance mean + ALPHA mean^2 around a rate that moves with the values."""
    rate = MEAN * np.exp(values / 4)
    return rng.poisson(rng.gamma(1 / ALPHA, ALPHA * rate)).astype(float)


def fit(outcome: np.ndarray, options: Options, name: str) -> Fitted | None:
    """The product's own fit of one series; None where it refuses."""
    window = window_of(panel(outcome), options)
    assert isinstance(window, Window)
    found = fitted(window, options, name, "interrupted-time-series")
    return found if isinstance(found, Fitted) else None


def p_value(found: Fitted | None, name: str, options: Options) -> float:
    """NaN where there is no answer."""
    try:
        return np.nan if found is None else found.on_effect(name, options).p_value
    except LittleInformation:
        return np.nan


def one_by_one(
    series: np.ndarray, options: Options, names: tuple[str, ...]
) -> Iterator[tuple[str, np.ndarray]]:
    """(R,) p-values of each inference."""
    fits = [fit(outcome, options, names[0]) for outcome in series]
    for name in names:
        yield name, np.array([p_value(one, name, options) for one in fits])


def row(p: np.ndarray, of: str, model: str, inference: str, name: str, length: int) -> Found:
    """Rejections among the answers and refusals among all, in percent."""
    answered = p[np.isfinite(p)]
    size = float(np.mean(answered < 0.05))
    return {
        "of": of,
        "model": model,
        "inference": inference,
        "noise": name,
        "periods": length,
        "series": len(p),
        "size": round(100 * size, 1),
        "refused": round(100 * (1 - len(answered) / len(p)), 1),
        "monte_carlo_error": round(100 * float(np.sqrt(size * (1 - size) / len(answered))), 1),
    }


def cells(name: str, length: int, reps: int, seed: int) -> Iterator[Found]:
    """All rows of one kind of noise and one length."""
    rng = np.random.default_rng([seed, list(NOISE).index(name), length])
    many = noise(name, AT_ONCE * reps, length, rng)
    for model in LINES:
        if model == "forecast" and length // 2 < FEW:
            continue
        for inference in GRIDS:
            yield row(p_values(many, inference, model), "averages", model, inference, name, length)
    gradual = Options(its_model="transfer")
    for names in GRADUAL:
        for inference, p in one_by_one(many[:reps], gradual, names):
            yield row(p, "averages", "transfer", inference, name, length)
    events = counted(many[:reps], rng)
    for inference, p in one_by_one(events, Options(family="negative-binomial"), tuple(INFERENCES)):
        yield row(p, "counts", "step", inference, name, length)


def key(one: Found) -> str:
    """As in `segmented.sentences.LARGEST_SIZE`."""
    own = one["model"] if one["model"] in ("transfer", "forecast") else ""
    return " ".join(
        part for part in (one["inference"], own, "counts" if one["of"] == "counts" else "") if part
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=250)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "series_size.json")
    given = parser.parse_args()
    stamped = stamp(
        f"python -m tests.simulation.series_size --reps {given.reps} --seed {given.seed}",
        "rejections of no change at nominal 5 % by lines with a model of their noise, gradual changes, "
        "forecasts and negative binomial counts, in percent of the series with an answer",
    )
    found: list[Found] = []
    for name in NOISE:
        for length in LENGTHS:
            found += cells(name, length, given.reps, given.seed)
            print(f"{name}, {length} periods", flush=True)
    largest = {one: max(line["size"] for line in found if key(line) == one) for one in map(key, found)}
    report = {**stamped, "reps": given.reps, "largest_size": largest, "cells": found}
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells; largest size {largest}")


if __name__ == "__main__":
    main()
