"""How often a time series model of a broken line finds a change where there is none.

    python -m tests.simulation.time_series_size --reps 300

The noise of tests.simulation.its_size: AR(1) of 0, 0.3, 0.5 and 0.8, and B with a random walk; half of the
periods before the start, a change of level. Rejections in percent at nominal 5 %, of the series in which the
model settled.
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

import core  # noqa: F401 - one thread for numpy
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented.fitting import Fitted, fitted
from experiments.segmented.time_series import NotSettled
from experiments.segmented.time_series_result import MODELS
from experiments.window import Window, prepare
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.its_size import NOISE, noise

LENGTHS = (52, 104)
P_VALUE = 0.05


def share(name: str, kind: str, length: int, reps: int, seed: int) -> tuple[float, int]:
    """Share of series with a change, in percent, and in how many the model settled."""
    rng = np.random.default_rng([seed, list(NOISE).index(kind), length])
    options = Options(design="interrupted-time-series")
    found = []
    for outcome in noise(kind, reps, length, rng):
        panel = Panel(
            units=("pilot",),
            periods=tuple(str(number) for number in range(length)),
            outcome=outcome[None],
            weights=np.ones((1, length)),
            first_treated=np.array([length // 2], dtype=float),
        )
        window = prepare(panel, options)
        assert isinstance(window, Window)
        line = fitted(window, options, options.design)
        assert isinstance(line, Fitted)
        try:
            found.append(MODELS[name](line.model, options)[1].p_value)
        except NotSettled:
            continue
    return round(100 * float(np.mean(np.array(found) < P_VALUE)), 1), len(found)


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for kind in NOISE:
        for length in LENGTHS:
            row: dict[str, Any] = {"noise": kind, "periods": length}
            for name, count in (("arima", reps), ("structural", 4 * reps)):
                row[name], row[f"{name}_settled"] = share(name, kind, length, count, seed)
            yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    command = f"python -m tests.simulation.time_series_size --reps {given.reps}"
    report = {
        **stamp(command, "rejections of no change at nominal 5 %, in percent"),
        "reps": given.reps,
        "cells": list(cells(given.reps, given.seed)),
    }
    (FOLDER / "time_series_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
