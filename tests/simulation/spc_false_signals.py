"""How often a control chart of an unchanged process gives a signal.

    python -m tests.simulation.spc_false_signals --reps 20000

Normal AR(1) noise; limits frozen on a baseline; then 52 more periods. The limits come from moving ranges,
screened once (XmR, and nearly p' and u'), or from a variance that the distribution gives (p, u, c). With
the rules of Making Data Count a signal is a stretch of marked periods after the baseline; with those of Anhøj
it is a stretch of periods at which the runs test of the chart so far signals, or a point outside the limits
does. Writes the evidence, the table that the product reads and the one in docs/methods.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter

import core  # noqa: F401 - one thread for numpy
from experiments.monitoring.anhoej import crossings_min, longest_run_max
from experiments.monitoring.false_signals import SIMULATED_PERIODS, TABLE
from experiments.monitoring.limits import NEAR, Limits
from experiments.monitoring.rules import PRIORITY, marks, outside, sides
from experiments.monitoring.xmr import SCREEN, XMR, moving_ranges
from tests.simulation.evidence import FOLDER, ROOT, stamp

RHOS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
BASELINES = (13, 26, 52, 104)
HALF_YEAR = 26
NAMES = {"moving_ranges": "moving ranges", "distribution": "the distribution"}
WARM_UP = 100
PAGE = ROOT / "docs" / "methods" / "control-charts.md"
TABLE_MARKS = ("<!-- table -->\n", "<!-- end of table -->\n")
EVIDENCE = FOLDER / "spc_false_signals.json"


def noise(rho: float, length: int, reps: int, rng: np.random.Generator) -> np.ndarray:
    """(reps, length) of AR(1) with variance 1."""
    shocks = rng.normal(size=(reps, length + WARM_UP))
    return np.asarray(lfilter([np.sqrt(1 - rho**2)], [1.0, -rho], shocks, axis=1)[:, WARM_UP:])


def frozen_limits(values: np.ndarray, baseline: int) -> Limits:
    """The XmR limits of every series (reps, n) at once, each (reps, 1)."""
    basis = values[:, :baseline]
    ranges = moving_ranges(basis)
    kept = np.where(ranges < SCREEN * ranges.mean(axis=1, keepdims=True), ranges, np.nan)
    centre = basis.mean(axis=1, keepdims=True)
    reach = XMR * np.nanmean(kept, axis=1, keepdims=True)
    return Limits(
        centre=centre,
        lower=centre - reach,
        upper=centre + reach,
        near_lower=centre - NEAR * reach,
        near_upper=centre + NEAR * reach,
    )


def known_limits(values: np.ndarray, baseline: int) -> Limits:
    """Limits at three times the true standard deviation, 1, around the baseline's mean; each (reps, 1)."""
    centre = values[:, :baseline].mean(axis=1, keepdims=True)
    return Limits(
        centre=centre,
        lower=centre - 3,
        upper=centre + 3,
        near_lower=centre - 3 * NEAR,
        near_upper=centre + 3 * NEAR,
    )


LIMITS = {"moving_ranges": frozen_limits, "distribution": known_limits}


def marked(values: np.ndarray, limits: Limits, rules: Sequence[str] = PRIORITY) -> np.ndarray:
    """Points that any of these rules of Making Data Count marks, (reps, n)."""
    found = marks(values, limits)
    return np.any([getattr(found, rule) != 0 for rule in rules], axis=0)


def without_two_of_three(reps: int, seed: int) -> float:
    """Share that signals in 26 weeks after 52, at rho 0.5, by limits, trends and shifts alone."""
    values = noise(0.5, 52 + HALF_YEAR, reps, np.random.default_rng([seed, 3]))
    flags = marked(values, frozen_limits(values, 52), ("outside_limits", "trend", "shift"))
    return float(flags[:, 52:].any(axis=1).mean())


def signalling(values: np.ndarray, limits: Limits) -> np.ndarray:
    """Periods at which Anhøj's rules signal for the chart so far, or the point is outside, (reps, n)."""
    side = sides(values, limits.centre)
    length = side.shape[1]
    crossed = np.diff(side, axis=1) != 0
    crossings = np.concatenate([np.zeros((len(side), 1), dtype=int), np.cumsum(crossed, axis=1)], axis=1)
    run, runs = np.ones(len(side), dtype=int), np.ones(side.shape, dtype=int)
    for at in range(1, length):
        run = np.where(crossed[:, at - 1], 1, run + 1)
        runs[:, at] = run
    longest = np.maximum.accumulate(runs, axis=1)
    most = np.array([longest_run_max(count) for count in range(1, length + 1)])
    fewest = np.array([crossings_min(count) for count in range(length)])
    return np.asarray(
        (longest > most) | (crossings < fewest) | (outside(values, limits.lower, limits.upper) != 0)
    )


def stretches(flags: np.ndarray) -> float:
    """Mean number of uninterrupted stretches in (reps, n)."""
    begins = flags & ~np.concatenate([np.zeros((len(flags), 1), dtype=bool), flags[:, :-1]], axis=1)
    return float(begins.sum(axis=1).mean())


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for baseline in BASELINES:
        for rho in RHOS:
            rng = np.random.default_rng([seed, baseline, round(100 * rho)])
            values = noise(rho, baseline + SIMULATED_PERIODS, reps, rng)
            for name, limits_of in LIMITS.items():
                for rules, (half_year, year) in flagged(
                    values, limits_of(values, baseline), baseline
                ).items():
                    share = float(half_year.any(axis=1).mean())
                    yield {
                        "limits": name,
                        "rules": rules,
                        "rho": rho,
                        "baseline": baseline,
                        "flagged_within_26_percent": round(100 * share, 1),
                        "monte_carlo_error": round(100 * float(np.sqrt(share * (1 - share) / reps)), 1),
                        "signals_per_52_periods": round(stretches(year), 2),
                    }


def flagged(values: np.ndarray, limits: Limits, baseline: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Per rule set the flags of 26 and of 52 periods after the baseline, (reps, periods)."""
    half = marked(values[:, : baseline + HALF_YEAR], limits)[:, baseline:]
    whole = signalling(values, limits)[:, baseline:]
    return {
        "making-data-count": (half, marked(values, limits)[:, baseline:]),
        "anhoej": (whole[:, :HALF_YEAR], whole),
    }


def printed_table(found: Sequence[dict[str, Any]]) -> str:
    """The table of docs/methods/control-charts.md."""
    heads = [f"baseline {baseline}" for baseline in BASELINES]
    lines = [
        "Charts that signal within 26 periods, in percent; in brackets the signals in 52 periods.",
        "",
        f"| limits from | rules | ρ | {' | '.join(heads)} |",
        "|---|---|---|" + "---|" * len(heads),
    ]
    for limits, rules in dict.fromkeys((cell["limits"], cell["rules"]) for cell in found):
        for rho in RHOS:
            row = sorted(
                (one for one in found if (one["limits"], one["rules"], one["rho"]) == (limits, rules, rho)),
                key=lambda cell: cell["baseline"],
            )
            shown = [
                f"{cell['flagged_within_26_percent']} ({cell['signals_per_52_periods']})" for cell in row
            ]
            lines.append(f"| {NAMES[limits]} | {rules} | {rho} | {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def with_table(page: str, found: Sequence[dict[str, Any]]) -> str:
    """The page with this table between its marks."""
    first, last = TABLE_MARKS
    before, rest = page.split(first)
    return f"{before}{first}{printed_table(found)}{last}{rest.split(last)[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=EVIDENCE)
    parser.add_argument("--table", type=Path, default=TABLE)
    given = parser.parse_args()
    found = list(cells(given.reps, given.seed))
    command = f"python -m tests.simulation.spc_false_signals --reps {given.reps} --seed {given.seed}"
    report = {
        **stamp(
            command,
            "signals of control charts of processes that do not change; rho: autocorrelation",
        ),
        "reps": given.reps,
        "rho_half_52_weeks_percent": _weekly(found),
        "same_without_two_of_three_percent": round(100 * without_two_of_three(given.reps, given.seed), 1),
        "cells": found,
    }
    given.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    given.table.write_text(json.dumps({"command": command, "cells": found}, indent=1) + "\n", "utf-8")
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), found), "utf-8")
    print(f"{len(found)} cells; rho 0.5, 52 weeks: {_weekly(found)} % within 26 weeks")


def _weekly(found: Sequence[dict[str, Any]]) -> float:
    by_key = {(one["limits"], one["rules"], one["rho"], one["baseline"]): one for one in found}
    share: float = by_key["moving_ranges", "making-data-count", 0.5, 52]["flagged_within_26_percent"]
    return share


if __name__ == "__main__":
    main()
