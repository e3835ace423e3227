"""Every KPI of the catalogue against its meaning in plain Python, a thousand cases each.

    python -m tests.simulation.kpi_oracle --cases 1000 --seed 2026

A case is up to 60 rows of each table in two departments, drawn by Hypothesis: gaps, NaN, infinities, 1e300,
zero denominators, bounds of what is plausible, reversed times, the clock changes, ISO week 53, weeks without
rows. Compared are the sums per day, rows left out by reason, histograms, totals per clinician, and the weeks:
value, standard error and everything beside it. Cases are tried in batches, with each rule for missing values.
"""

import argparse
import json
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as from_seed

import core  # noqa: F401 - one thread for numpy
from kpis.kpi import Kpi, MissingRule
from tests.kpi_databases import in_duckdb
from tests.properties.kpi_rows import case_seeds, rows_of_cases
from tests.properties.test_kpi_measurements import assert_measured
from tests.properties.test_kpi_semantics import CATALOGUE, MISSING, assert_same, with_rule
from tests.simulation.evidence import FOLDER, stamp

BATCH = 50


def batches(cases: int, seed: int) -> list[list[int]]:
    """Seeds of so many different cases, as Hypothesis draws them, in batches."""
    drawn: dict[int, None] = {}

    def keep(seeds: list[int]) -> None:
        drawn.update(dict.fromkeys(seeds))

    quiet = settings(
        max_examples=-(-cases // BATCH) + 5,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    from_seed(seed)(quiet(given(case_seeds(BATCH, exactly=True))(keep)))()
    found = list(drawn)[:cases]
    return [found[start : start + BATCH] for start in range(0, len(found), BATCH)]


def compared(kpi: Kpi, cases: int, seed: int) -> dict[str, Any]:
    """What was tried of one KPI, and the batches that differed."""
    differing, rows, tried = [], 0, 0
    for seeds, missing in zip(batches(cases, seed), cycle(MISSING), strict=False):
        given_rule = with_rule(kpi, missing)
        tables = rows_of_cases([kpi], seeds)
        tried, rows = tried + len(seeds), rows + sum(map(len, tables.values()))
        differing += list(_differences(given_rule, tables, missing))
    return {
        "kpi": kpi.key,
        "statistic": kpi.statistic,
        "cases": tried,
        "rows": rows,
        "mismatches": len(differing),
        **({"first": differing[0]} if differing else {}),
    }


def _differences(kpi: Kpi, tables: dict[str, list[dict[str, Any]]], missing: MissingRule) -> Iterator[str]:
    try:
        assert_same(kpi, in_duckdb([kpi], tables), tables)
        assert_measured(kpi, tables)
    except AssertionError as error:
        yield f"missing={missing}: {str(error)[:300]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=FOLDER / "kpi_oracle.json")
    asked = parser.parse_args()
    # others may commit while this runs: what is tried is what was imported now
    command = f"python -m tests.simulation.kpi_oracle --cases {asked.cases} --seed {asked.seed}"
    made = stamp(command, "the KPIs as compiled against their meaning in plain Python: cases that differ")
    made["machine"] += f", DuckDB {duckdb.__version__}, Hypothesis {hypothesis.__version__}"
    started, found = time.perf_counter(), []
    for kpi in CATALOGUE.values():
        found.append(compared(kpi, asked.cases, asked.seed))
        print(found[-1], flush=True)
    report = {
        **made,
        "kpis": len(found),
        "cases": sum(one["cases"] for one in found),
        "rows": sum(one["rows"] for one in found),
        "mismatches": sum(one["mismatches"] for one in found),
        "minutes": round((time.perf_counter() - started) / 60, 1),
        "cells": found,
    }
    asked.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(f"{report['cases']} cases of {report['kpis']} KPIs, {report['mismatches']} mismatches")


if __name__ == "__main__":
    main()
