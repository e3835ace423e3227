"""How often a detector of a changed ruler finds a change in a year in which nothing changed.

    python -m tests.simulation.quality_false_alarms --reps 1200

One department over 52 weeks, its weeks independent or an AR(1) of 0.5 (as the department-weeks of the demo
hospital), with 30 or 150 rows a week. Mixes: two values of 60 and 40 %, and four of 55, 25, 15 and 5 %, whose
logits move with sd 0.2; hours: sd 2.5 within a week, the weekly mean moves with sd 0.2; medians: log-normal
rows of sd 0.7; volume: Poisson around a rate that moves with sd 0.15. Nominal: at most 5 % a year.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.signal import lfilter

import core  # noqa: F401 - one thread for numpy
from kpis.quality.drift.clock import clock_changes
from kpis.quality.drift.finding import Finding
from kpis.quality.drift.shares import ShareDetector, share_changes
from kpis.quality.drift.unit import unit_changes
from kpis.quality.drift.volume import volume_changes
from tests.simulation.evidence import FOLDER, stamp

WEEKS = 52
FIRST = pd.Timestamp("2025-05-19")
MEMORIES = (0.0, 0.5)
ROWS = (30, 150)
SHARES: dict[str, ShareDetector] = {
    "definition, template, tool_version": "tool_version",
    "case_mix": "case_mix",
}
"""The first three are one procedure with one smallest change."""
MIXES = {"two values": (0.6, 0.4), "four values": (0.55, 0.25, 0.15, 0.05)}
Floats = np.ndarray


def moves(rng: np.random.Generator, departments: int, memory: float, sd: float) -> Floats:
    """(departments, WEEKS) stationary AR(1) of that standard deviation."""
    shocks = rng.normal(size=(departments, WEEKS + 50)) * np.sqrt(1 - memory**2)
    return np.asarray(sd * lfilter([1.0], [1.0, -memory], shocks, axis=1)[:, 50:])


def _frame(departments: int, **columns: Floats) -> pd.DataFrame:
    """One line per department and week."""
    department, week = (axis.ravel() for axis in np.indices((departments, WEEKS)))
    named = {name: values.ravel() for name, values in columns.items()}
    days = FIRST + pd.to_timedelta(7 * week, unit="D")
    return pd.DataFrame({"department": np.char.mod("d%05d", department), "week": days, **named})


def mixes(
    rng: np.random.Generator, reps: int, memory: float, rows: int
) -> Iterator[tuple[str, list[Finding]]]:
    for name, shares in MIXES.items():
        scores = np.stack([np.log(share) + moves(rng, reps, memory, 0.2) for share in shares], axis=-1)
        p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
        counts = rng.multinomial(np.maximum(1, rng.poisson(rows, (reps, WEEKS))), p)
        found = pd.concat(
            [_frame(reps, rows=counts[..., i]).assign(value=f"v{i}") for i in range(len(shares))]
        )
        for words, detector in SHARES.items():
            yield f"{words}, {name}", list(share_changes(detector, "T", "c", found))


def clocks(
    rng: np.random.Generator, reps: int, memory: float, rows: int
) -> Iterator[tuple[str, list[Finding]]]:
    count = np.maximum(1, rng.poisson(rows, (reps, WEEKS)))
    mean = 12.0 + moves(rng, reps, memory, 0.2)
    local = mean + 2.5 * rng.normal(size=mean.shape) / np.sqrt(count)
    p = 1 / (1 + np.exp(-(np.log(0.2 / 0.8) + moves(rng, reps, memory, 0.2))))
    full = rng.binomial(count, p)
    times = _frame(reps, rows=count, full_hours=full).rename(columns={"week": "day"})
    offset = np.array([2.0 if day.utcoffset().total_seconds() == 7200 else 1.0 for day in _noons()])
    times["minutes"] = (60 * count * (local - offset)).ravel()
    found = clock_changes("T", "at", times, "Europe/Amsterdam")
    for detector in ("clock", "full_hour", "daylight_saving"):
        yield detector, [one for one in found if one.subject.detector == detector]


def _noons() -> list[pd.Timestamp]:
    return [
        (FIRST + pd.Timedelta(days=7 * week, hours=12)).tz_localize("Europe/Amsterdam")
        for week in range(WEEKS)
    ]


def others(
    rng: np.random.Generator, reps: int, memory: float, rows: int
) -> Iterator[tuple[str, list[Finding]]]:
    count = rng.poisson(rows * np.exp(moves(rng, reps, memory, 0.15)))
    # the median of n log-normal values: sd of its logarithm about 1.25 sd / sqrt(n)
    noise = 1.25 * 0.7 * rng.normal(size=count.shape) / np.sqrt(np.maximum(count, 1))
    median = np.exp(np.log(5.0) + moves(rng, reps, memory, 0.15) + noise)
    yield "unit", list(unit_changes("T", "c", _frame(reps, rows=count, median=median)))
    volumes = volume_changes("T", _frame(reps, rows=count))
    for detector in ("volume", "gap"):
        yield detector, [one for one in volumes if one.subject.detector == detector]


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for memory in MEMORIES:
        for rows in ROWS:
            for what in (mixes, clocks, others):
                rng = np.random.default_rng([seed, int(10 * memory), rows, len(what.__name__)])
                for name, found in what(rng, reps, memory, rows):
                    yield _cell(name, memory, rows, found)


def _cell(name: str, memory: float, rows: int, found: list[Finding]) -> dict[str, Any]:
    rate = sum(one.status == "changed" for one in found) / len(found)
    return {
        "detector": name,
        "memory": memory,
        "rows_a_week": rows,
        "false_alarms_percent": round(100 * rate, 2),
        "monte_carlo_error": round(100 * float(np.sqrt(rate * (1 - rate) / len(found))), 2),
        "unknown_percent": round(100 * sum(one.status == "unknown" for one in found) / len(found), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "quality_false_alarms.json")
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    report = {
        **stamp(
            f"python -m tests.simulation.quality_false_alarms --reps {given.reps} --seed {given.seed}",
            "changes found per department and year where nothing changed, in percent",
        ),
        "reps": given.reps,
        "largest": max(cell["false_alarms_percent"] for cell in found),
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{len(found)} cells, largest {report['largest']} %")


if __name__ == "__main__":
    main()
