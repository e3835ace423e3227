"""Size, coverage and power of `auto` and of each method beside it, in hospitals whose truth is known.

    python -m tests.simulation.error_rates --reps 2000 --slow-reps 500

Sixty cells one factor at a time around three pilot and eight comparison departments, 52 weeks before and
after, AR(1) 0.5, a hundred cells by Latin hypercube, and some beyond what is known. Size and coverage
without an effect; power and coverage with one of three standard deviations of a department's change. Every
finished cell is kept in `build/error_rates`, so a run that was broken off goes on. What the app shows goes to
`experiments/measured_rates.json`. Resampling methods take
the slow repetitions.
"""

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

import core  # noqa: F401 - one thread for numpy
from experiments.answer import shown_interval
from experiments.contrast import change, contrast, scaled_applies
from experiments.estimators import staggered
from experiments.inference.blocks_t import blocks_t
from experiments.inference.collapse_t import collapse_t
from experiments.inference.cr2 import cr2_changes
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.randomisation import randomisation, smallest_p
from experiments.inference.randomisation_t import randomisation_t
from experiments.inference.scaled_ewc import relative_noise, scaled_ewc
from experiments.inference.student import Inference
from experiments.measured_rates import TABLE
from experiments.options import Options
from experiments.window import Window, one_start, prepare
from tests.simulation.error_summary import row, shown, summary
from tests.simulation.evidence import FOLDER, ROOT, stamp
from tests.simulation.hospital_grid import beyond, hypercube, one_at_a_time
from tests.simulation.hospitals import Hospital, Simulated, simulate

KEPT = ROOT / "build" / "error_rates"
LEVEL, EFFECT, ALPHA = 0.95, 3.0, 0.05


def answers(
    simulated: Simulated, hospital: Hospital, seed: int, *, slow: bool
) -> Iterator[tuple[str, Inference]]:
    """What every method says of one panel; a method without a verdict is not among them.

    `auto` is what `estimate` gives first (a test compares them); with several start dates it is a slow one.
    """
    options = Options(scale=hospital.scale, level=LEVEL, seed=seed)
    window = prepare(simulated.panel, options)
    if not isinstance(window, Window):
        return
    if len(window.starts) > 1:
        yield from _staggered(window, options, slow=slow)
        return
    data, values, treated = one_start(window), contrast(window, change(window)), window.treated
    if scaled_applies(window):
        yield "auto", scaled_ewc(data.y, treated, data.n_before, LEVEL).inference
        if slow and smallest_p(treated) <= ALPHA:
            noise = relative_noise(data.y, data.n_before)
            yield "randomisation-t", randomisation_t(values, treated, noise, LEVEL, seed)
    if slow and smallest_p(treated) <= ALPHA:
        yield "randomisation", randomisation(values, treated, LEVEL, seed)
    yield "collapse-t", collapse_t(values, treated, LEVEL)
    if treated.sum() > 1:
        yield "jackknife-t", jackknife_t(values, treated, LEVEL)
        yield "cr2", cr2_changes(values, treated, LEVEL)
    gap = data.y[treated].mean(axis=0) - data.y[~treated].mean(axis=0)
    yield "blocks-t", blocks_t(gap[: data.n_before], gap[data.n_before :], LEVEL)


def _staggered(window: Window, options: Options, *, slow: bool) -> Iterator[tuple[str, Inference]]:
    if window.treated.sum() > 1:
        yield "jackknife-t", jackknife_t(contrast(window, change(window)), window.treated, LEVEL)
    if slow:
        for name in ("randomisation-t", "randomisation"):
            found = staggered.infer(window, name, options)
            yield name, found
            if name == staggered.DEFAULT and not staggered.faults(window, name, options):
                yield "auto", found


@dataclass
class Tally:
    """Counts of one method in one cell."""

    verdicts: int = 0
    rejected: int = 0
    covered: int = 0

    def add(self, found: Inference, truth: float, hospital: Hospital) -> None:
        low, high = shown_interval(found.interval, hospital.scale)
        self.verdicts += 1
        self.rejected += found.p_value < ALPHA
        self.covered += low <= truth <= high

    def shares(self, reps: int) -> dict[str, float]:
        """Rejections and coverage in percent of the verdicts, verdicts in percent of the repetitions."""
        rejected = self.rejected / self.verdicts
        return {
            "verdicts": round(100 * self.verdicts / reps, 1),
            "rejected": round(100 * rejected, 2),
            "covered": round(100 * self.covered / self.verdicts, 2),
            "monte_carlo_error": round(100 * sqrt(rejected * (1 - rejected) / self.verdicts), 2),
        }


def rates(
    hospital: Hospital, effect: float, reps: int, seed: int, *, slow: bool
) -> dict[str, dict[str, float]]:
    """Per method its shares over the repetitions, all methods on the same data."""
    rng = np.random.default_rng([seed, round(100 * effect), crc32(repr(hospital).encode())])
    size = effect * hospital.change_sd()
    tallies: dict[str, Tally] = {}
    for number in range(reps):
        simulated = simulate(hospital, size, rng)
        for name, found in answers(simulated, hospital, number, slow=slow):
            if np.isfinite(found.interval).all():
                tallies.setdefault(name, Tally()).add(found, simulated.truth, hospital)
    return {name: tally.shares(reps) for name, tally in tallies.items()}


def cell(name: str, hospital: Hospital, reps: int, slow_reps: int, seed: int) -> dict[str, Any]:
    """Both effects of a cell: closed-form methods over all repetitions, the others over fewer."""
    place = KEPT / f"{name.replace(' ', '-').replace(',', '')}-{reps}-{slow_reps}-{seed}.json"
    about = {"reps": reps, "slow_reps": slow_reps}
    if place.exists():
        kept: dict[str, Any] = json.loads(place.read_text("utf-8"))
        return about | kept
    found: dict[str, Any] = {"cell": name, **asdict(hospital)}
    for kind, effect in (("null", 0.0), ("effect", EFFECT)):
        found[kind] = rates(hospital, effect, slow_reps, seed, slow=True) | rates(
            hospital, effect, reps, seed, slow=False
        )
    KEPT.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(found), "utf-8")
    return about | found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=2000)
    parser.add_argument("--slow-reps", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=FOLDER / "error_rates.json")
    given = parser.parse_args()
    wanted = one_at_a_time() | hypercube() | beyond()
    with ProcessPoolExecutor(given.workers) as pool:
        asked = [
            pool.submit(cell, name, hospital, given.reps, given.slow_reps, given.seed)
            for name, hospital in wanted.items()
        ]
        found = [one.result() for one in asked]
    command = f"python -m tests.simulation.error_rates --reps {given.reps} --slow-reps {given.slow_reps}"
    about = "rejections of no effect (nominal 5 %), coverage (nominal 95 %) and power, in percent"
    report = {
        **stamp(command, about),
        "reps": given.reps,
        "slow_reps": given.slow_reps,
        "effect": f"{EFFECT:.0f} sd of an ordinary department's change",
        **summary([one for one in found if one["cell"] not in beyond()]),
        "beyond_what_is_known": [row(one) for one in found if one["cell"] in beyond()],
        "cells": {one["cell"]: one for one in found},
    }
    given.out.write_text(json.dumps(report) + "\n", "utf-8")
    if given.out.parent == FOLDER:
        known = [one for one in found if one["cell"] not in beyond()]
        TABLE.write_text(json.dumps(shown(known), indent=1) + "\n", "utf-8")
    print({key: value for key, value in report.items() if not isinstance(value, list | dict)})


if __name__ == "__main__":
    main()
