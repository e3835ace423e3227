"""On any rows, the compiled SQL gives what the plain-Python meaning of the definition gives.

What is not a number never passes for one: as a numerator it is implausible, as a denominator it is missing,
whatever a database makes of it.
"""

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from kpis.catalogue import load
from kpis.content import Content
from kpis.kpi import Kpi, MissingRule
from kpis.rules import problems
from tests.hypothesis_profiles import examples
from tests.kpi_databases import in_duckdb, in_sqlalchemy
from tests.kpi_reference import Tables
from tests.kpi_reference_sums import cells, histogram, look
from tests.properties.kpi_rows import case_seeds, rows_of_cases, wild_rows, without_nan

CATALOGUE = load()
TOGETHER = tuple(CATALOGUE.values())
CASES = 10
MISSING: tuple[MissingRule, ...] = ("exclude", "zero", "fail")

# sums of up to 60 doubles in another order; logarithms are shifted by n * ln(scale), which may cancel
RELATIVE = 1e-12


def key(row: dict[str, Any]) -> tuple[str, date, str, int]:
    return row["department"], row["day"].date(), row["segment"], int(row["exposed"])


def assert_same(kpi: Kpi, content: Content, rows: Tables) -> None:
    """All four frames of the content, of this KPI alone, are those of the reference."""
    found = {
        name: frame[frame["kpi"] == kpi.id].to_dict("records") for name, frame in content.frames().items()
    }
    wanted = look(kpi, rows)
    assert {(key(row), row["reason"]): row["rows"] for row in found["left_out"]} == wanted.left_out
    binned = {(key(row), row["kind"], row["bin"]): row["rows"] for row in found["histogram"]}
    assert binned == histogram(kpi, wanted)
    totals = {
        (row["department"], row["day"].date(), row["clinician"]): (row["numerator"], row["denominator"])
        for row in found["staff"]
    }
    assert totals == wanted.staff
    seen, sums = {key(row): row for row in found["cells"]}, cells(kpi, wanted)
    assert seen.keys() == sums.keys()
    for place, measures in sums.items():
        sizes = _sizes(kpi, measures)
        for name, value in measures.items():
            assert seen[place][name] == pytest.approx(value, abs=RELATIVE * sizes[name]), (place, name)


def _sizes(kpi: Kpi, sums: dict[str, float]) -> dict[str, float]:
    """What a rounding error of each sum is relative to: the size of its terms, not of what is left."""
    n, spread = max(sums["n"], 1.0), sums["numerator_squares"]
    terms = math.sqrt(n * max(spread, sums["squares"]))
    sizes = {name: max(1.0, 20 * n, abs(value)) for name, value in sums.items()}
    around = (kpi.offset * kpi.numerator.scale) ** 2 * n
    for name in ("total", "numerator", "uncapped"):
        sizes[name] = max(sizes[name], terms)
    sizes["cross"] = max(sizes["cross"], math.sqrt(max(spread, 1) * max(sums["denominator_squares"], 1)))
    sizes["numerator_squares"] = sizes["squares"] = max(spread + around + 2 * math.sqrt(around * spread), 1.0)
    sizes["log_squares"] = max(sizes["log_squares"], 200 * n)
    return sizes


def with_rule(kpi: Kpi, missing: MissingRule) -> Kpi:
    """The definition with another rule for missing values, where it can have it."""
    changed = replace(kpi, missing=missing)
    return kpi if problems(changed) else changed


@pytest.mark.parametrize("name", CATALOGUE)
@examples(2)
@given(seeds=case_seeds(CASES), missing=st.sampled_from(MISSING))
def test_sql_means_what_the_definition_says(name: str, seeds: list[int], missing: MissingRule) -> None:
    kpi = with_rule(CATALOGUE[name], missing)
    rows = rows_of_cases([kpi], seeds)
    assert_same(kpi, in_duckdb([kpi], rows), rows)


def test_the_rows_reach_every_part_of_every_definition() -> None:
    """The property is worth nothing for a KPI of which no row counts, or where no reason is ever tried."""
    for kpi in CATALOGUE.values():
        found = look(kpi, wild_rows([kpi], 7, 2000))
        counted = sum(used > 0 for used, _ in found.staff.values()) if kpi.staff else len(found.seen)
        assert counted >= 5, kpi.id
        reasons = {reason for _, reason in found.left_out}
        wanted = {one.reason for one in kpi.exclusions} if kpi.staff is None else set()
        wanted |= {"implausible"} if kpi.plausible or (kpi.group and kpi.group.item_range) else set()
        wanted |= {"incomplete"} if kpi.group is not None else set()
        assert wanted <= reasons, kpi.id
        assert kpi.statistic != "censored" or any(one.since is not None for one in found.seen)


def test_the_rows_hold_every_kind_of_trouble() -> None:
    """Of a duration in seconds, of a ratio and of a span of time."""
    kpis = [CATALOGUE[name] for name in ("message_read_time", "wow8", "review_time", "msg_tat_h")]
    rows = rows_of_cases(kpis, range(200))
    seconds = [row["read_seconds"] for row in rows["Message"]]
    assert {None, math.inf, -math.inf, 1e300, 0.0, 1.0, 3600.0} <= set(seconds)
    assert any(value is not None and math.isnan(value) for value in seconds)
    assert {None, 0.0} <= {row["scheduled_minutes"] for row in rows["Session"]}
    received = {row["received_at"] for row in rows["Message"] if row["received_at"] is not None}
    # the hour that is skipped, and the hour that comes twice, in UTC
    for hour in ("2026-03-29T01", "2026-10-25T00", "2026-10-25T01"):
        assert any(f"{moment:%Y-%m-%dT%H}" == hour for moment in received), hour
    assert (2026, 53) in {row["day"].isocalendar()[:2] for row in rows["Message"]}
    spans = [
        (row["signed_at"] - row["opened_at"]).total_seconds() / 60
        for row in rows["Document"]
        if row["signed_at"] is not None and row["opened_at"] is not None
    ]
    # review_time may take 14 400 seconds
    assert {0.0, 240.0} <= set(spans)
    assert min(spans) < 0
    assert any(240 < span < 240.001 for span in spans)


@examples(2)
@given(seeds=case_seeds(10))
def test_one_scan_for_all_kpis_changes_none_of_them(seeds: list[int]) -> None:
    rows = rows_of_cases(TOGETHER, seeds)
    content = in_duckdb(TOGETHER, rows)
    for kpi in TOGETHER:
        assert_same(kpi, content, rows)


@examples(2)
@given(seeds=case_seeds(4))
def test_sqlite_means_the_same(seeds: list[int]) -> None:
    rows = rows_of_cases(TOGETHER, seeds)
    held = {table: without_nan(found) for table, found in rows.items()}
    engine = sa.create_engine("sqlite://")
    content = in_sqlalchemy(engine, TOGETHER, held)
    engine.dispose()
    for kpi in TOGETHER:
        assert_same(kpi, content, held)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize(
    ("name", "side", "reason"),
    [
        ("letter_write_min", "numerator", "implausible"),
        ("wow8", "numerator", "implausible"),
        ("wow8", "denominator", "missing_value"),
        ("cost_per_ai_encounter", "numerator", "implausible"),
        ("sus", "numerator", "implausible"),
    ],
)
def test_what_is_not_finite_is_left_out_and_counted(name: str, side: str, reason: str, odd: float) -> None:
    """The intake sets such rows aside; were one there, nothing would be summed and the reason be counted."""
    kpi, quantity = CATALOGUE[name], getattr(CATALOGUE[name], side)
    ordinary = wild_rows([kpi], 3, 400)
    spoilt = {
        table: [row | ({quantity.value: odd} if table == quantity.table else {}) for row in found]
        for table, found in ordinary.items()
    }
    found = in_duckdb([kpi], spoilt)
    assert (found.left_out["reason"] == reason).any()
    measured = found.cells[["numerator", "squares"] if side == "numerator" else ["denominator"]]
    assert not measured.any(axis=None)
    assert_same(kpi, found, spoilt)
