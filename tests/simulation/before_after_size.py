"""How often before/after finds a change where there is none, by the length of its sides.

    python -m tests.simulation.before_after_size --reps 4000

The mean of the pilot departments, as many periods before as after; noise of tests.simulation.its_size: AR(1)
of 0, 0.3, 0.5 and 0.8, and B: AR(1) 0.8 and a random walk of 0.05 a period. Nominal 5 %.
"""

import argparse
import json
from typing import Any

import numpy as np

import core  # noqa: F401 - one thread for numpy
from experiments.estimators.before_after import on_means
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.its_size import NOISE, noise

INFERENCES = ("blocks-t", "hac", "iid")
SIDES = (8, 10, 13, 17, 26, 39, 52, 104)


def cell(name: str, side: int, reps: int, seed: int) -> dict[str, Any]:
    """Rejections in percent with `side` periods before and after."""
    rng = np.random.default_rng([seed, list(NOISE).index(name), side])
    outcome = noise(name, reps, 2 * side, rng)
    p_values = {
        inference: [on_means(inference, one[:side], one[side:], 0.95).p_value for one in outcome]
        for inference in INFERENCES
    }
    rates = {one: round(100 * float(np.mean(np.array(found) <= 0.05)), 1) for one, found in p_values.items()}
    return {"noise": name, "side": side, **rates}


def largest(found: list[dict[str, Any]], inference: str, side: int) -> float:
    """Over the kinds of noise."""
    return float(max(one[inference] for one in found if one["side"] == side))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = [cell(name, side, given.reps, given.seed) for name in NOISE for side in SIDES]
    report = stamp(
        f"python -m tests.simulation.before_after_size --reps {given.reps} --seed {given.seed}",
        "rejections of no change at nominal 5 % by before/after in percent; side: periods before, and after",
    )
    report |= {
        "reps": given.reps,
        "largest": {
            inference: {str(side): largest(found, inference, side) for side in SIDES}
            for inference in INFERENCES
        },
        "cells": found,
    }
    (FOLDER / "before_after_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report["largest"]))


if __name__ == "__main__":
    main()
