"""How often averages of cohort effects find an effect where there is none, by inference and departments.

    python -m tests.simulation.cohort_size --reps 2000 --slow-reps 200

Regimes of tests.simulation.few_treated_size: A AR(1) 0.5; B AR(1) 0.8 and a random walk; C as A, pilot
departments twice as noisy; E as A, department noise log-normal. Designs: pilot departments at each start,
eight comparison departments (twelve beside eight pilots or more). Imputation is also two-stage and, against
all departments, ETWFE; Callaway and Sant'Anna against never-treated ones is also Sun and Abraham. Every
average is linear in the outcomes, so that its coefficients are worked out once for a design; a test holds
them to what `estimate` gives. Nominal 5 %.
"""

import core  # noqa: F401 - one thread for numpy, read when that is first imported

# isort: split
import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from scipy import stats

from experiments.adoption import Adoption, adopt
from experiments.cohort_averages import averages
from experiments.cohort_errors import Linear
from experiments.cohort_orders import MIN_PERIODS
from experiments.group_times import fit_group_times, without_gaps
from experiments.imputing import by_imputation
from experiments.inference.leave_one_out import leave_one_out
from experiments.inference.start_orders import by_table, randomise_scaled, start_orders
from experiments.options import Aggregation, Options
from experiments.panel import NEVER, Floats, Panel
from experiments.start_noise import noise as relative_noise
from experiments.window import Window
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.few_treated_size import noise

DESIGNS = ("2", "1+1", "1+1+1", "2+2", "1+1+1+1", "3+3", "2+2+2", "4+4", "2+2+2+2", "1*8", "5+5", "9+1")
LENGTHS = {26: (12, ("A", "C")), 52: (26, ("A", "B", "C", "E"))}
"""Start of the first department, and regimes, by number of periods."""
INFERENCES = ("randomisation-t", "jackknife-t")
APART, LEVEL, ORDERS = 2, 0.95, 999
WAYS: tuple[Aggregation, ...] = get_args(Aggregation)
FITS: dict[str, tuple[Callable[..., Any], Callable[..., Linear]]] = {
    "callaway-santanna": (without_gaps, fit_group_times),
    "imputation": (adopt, by_imputation),
}


@dataclass(frozen=True, kw_only=True)
class Design:
    """Departments by start: first (G,). whole, without: coefficients (G, T) of each average, and (G, G, T) of
    those without each department.

    loads (G,): how much each pilot counts among those whose effect the average is.
    """

    first: Floats
    adoption: Adoption
    whole: dict[Aggregation, Floats]
    without: dict[Aggregation, Floats]
    loads: dict[Aggregation, Floats]


def sizes_of(name: str) -> list[int]:
    """Pilot departments at each start: 2+1, or 1*8 for eight starts of one."""
    if "*" in name:
        each, times = name.split("*")
        return [int(each)] * int(times)
    return [int(part) for part in name.split("+")]


def panel(outcome: Floats, first: Floats) -> Panel:
    return Panel(
        units=tuple(f"d{number}" for number in range(len(outcome))),
        periods=tuple(str(week) for week in range(outcome.shape[1])),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=first,
    )


def _fit(method: str, made: Panel) -> tuple[Adoption, Linear]:
    adopted, fit = FITS[method]
    options = Options(comparison="never-treated")
    adoption = adopted(made, options)
    assert isinstance(adoption, Adoption)
    return adoption, fit(adoption, options)


def _coefficients(adoption: Adoption, fit: Linear) -> dict[Aggregation, Floats]:
    found = averages(adoption, fit.cells.effects)
    mixed = {way: np.tensordot(found[way].mix(fit.cells), found[way].weights(fit.cells), 1) for way in WAYS}
    return {way: fit.coefficients(weights) for way, weights in mixed.items()}


def design(method: str, name: str, length: int, start: int) -> Design:
    """The coefficients of a design, which do not depend on the outcomes."""
    sizes = sizes_of(name)
    starts = np.repeat(start + APART * np.arange(len(sizes)), sizes)
    first = np.append(starts.astype(float), [NEVER] * (12 if len(starts) >= 8 else 8))
    made = panel(np.random.default_rng(0).normal(size=(len(first), length)), first)
    adoption, fit = _fit(method, made)
    without = {way: np.zeros((len(first), len(first), length)) for way in WAYS}
    for gone in range(len(first)):
        kept = np.arange(len(first)) != gone
        for way, found in _coefficients(*_fit(method, made.only(kept))).items():
            without[way][gone, kept] = found
    ways = averages(adoption, fit.cells.effects)
    loads = {way: ways[way].mix(fit.cells) @ ways[way].loads(fit.cells) for way in WAYS}
    return Design(
        first=first,
        adoption=adoption,
        whole=_coefficients(adoption, fit),
        without=without,
        loads={way: found[adoption.cohort] for way, found in loads.items()},
    )


def leaving_out(made: Design, outcome: Floats, way: Aggregation) -> Floats:
    """(R,) p-values of the jackknife on outcomes (R, G, T)."""
    values = np.einsum("rgt,gt->r", outcome, made.whole[way])
    without = np.einsum("rgt,hgt->hr", outcome, made.without[way])
    own = np.repeat(made.loads[way][:, None], len(values), axis=1)
    errors, degrees = leave_one_out(values, without, own, (own == 0).astype(float))
    return np.asarray(2 * stats.t.sf(np.abs(values) / errors, degrees))


def exchanging(made: Design, outcome: Floats, way: Aggregation, orders: np.ndarray, own: Floats) -> float:
    """The p-value over start orders on outcomes (G, T) with the departments' noise (G,)."""
    rows = made.whole[way][np.unique(made.adoption.cohort, return_index=True)[1]]
    exposure = (np.arange(outcome.shape[1]) >= made.first[:, None]).astype(float)
    values, slopes = (by_table(one @ rows.T, orders) for one in (outcome, exposure))
    variances = by_table(np.outer(own, np.sum(rows**2, axis=1)), orders)
    return randomise_scaled(values, slopes, variances, LEVEL).p_value


def noise_of(made: Design, outcome: Floats) -> Floats:
    """(G,) as the product reads it."""
    complete = np.ones(outcome.shape[1], dtype=bool)
    return relative_noise(Window(panel=panel(outcome, made.first), complete=complete, run_in=0))


def cell(
    method: str, name: str, length: int, start: int, reps: int, slow_reps: int, seed: int
) -> list[dict[str, Any]]:
    """Rejections in percent per regime, average and inference; start orders on the first slow_reps only."""
    made = design(method, name, length, start)
    orders = start_orders(made.adoption.cohort, seed, ORDERS, ORDERS)
    treated = made.adoption.treated
    found = []
    for regime in LENGTHS[length][1]:
        rng = np.random.default_rng([seed, ord(regime), length, len(treated), *sizes_of(name)])
        outcome = np.stack([noise(regime, treated, length, rng) for _ in range(reps)])
        own = [noise_of(made, one) for one in outcome[:slow_reps]]
        row: dict[str, Any] = {"design": method, "starts": name, "periods": length, "regime": regime}
        for way in WAYS:
            drawn = [
                exchanging(made, one, way, orders, level)
                for one, level in zip(outcome[:slow_reps], own, strict=True)
            ]
            row[f"randomisation-t {way}"] = _percent(np.array(drawn))
            row[f"jackknife-t {way}"] = _percent(leaving_out(made, outcome, way))
        found.append(row)
    return found


def _percent(p_values: Floats) -> float:
    return round(100 * float(np.mean(p_values <= 1 - LEVEL)), 1)


def _percent_error(reps: int) -> float:
    return round(100 * float(np.sqrt(0.0475 / reps)), 2)


def over_cells(found: list[dict[str, Any]], inference: str, by: Callable[[Any], Any]) -> dict[str, float]:
    """Per number of pilots at each start: the size over averages, regimes, lengths and designs."""
    rates: dict[str, list[float]] = {}
    for row in found:
        rates.setdefault(row["starts"], []).extend(row[f"{inference} {way}"] for way in WAYS)
    return {name: round(float(by(values)), 1) for name, values in rates.items()}


def wanted() -> Iterator[tuple[str, str, int, int]]:
    for method in FITS:
        for name in DESIGNS:
            for length, (start, _) in LENGTHS.items():
                if start + APART * (len(sizes_of(name)) - 1) + MIN_PERIODS <= length:
                    yield method, name, length, start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=2000)
    parser.add_argument("--slow-reps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.workers) as pool:
        asked = [pool.submit(cell, *one, given.reps, given.slow_reps, given.seed) for one in wanted()]
        found = [row for one in asked for row in one.result()]
    report = stamp(
        f"python -m tests.simulation.cohort_size --reps {given.reps} --slow-reps {given.slow_reps}",
        "rejections of no effect at nominal 5 % by averages of cohort effects, in percent; "
        "starts: pilot departments at each start date",
    )
    report |= {
        "reps": given.reps,
        "slow_reps": given.slow_reps,
        "monte_carlo_error_at_5_percent": {
            "jackknife-t": _percent_error(given.reps),
            "randomisation-t": _percent_error(given.slow_reps),
        },
        "mean": {name: over_cells(found, name, np.mean) for name in INFERENCES},
        "largest": {name: over_cells(found, name, np.max) for name in INFERENCES},
        "cells": found,
    }
    (FOLDER / "cohort_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(report["largest"])


if __name__ == "__main__":
    main()
