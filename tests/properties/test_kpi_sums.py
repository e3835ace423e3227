"""Cells are sums: parts merge to the whole and the whole less a part is the rest, without a rounding error.

Whole numbers of seconds, cents and counts add up exactly in doubles; logarithms do not, and get a tolerance.
"""

import math
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from kpis.catalogue import load
from kpis.cells import CELLS, LEFT_OUT, merged
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import GRAIN, MEASURES, STAFF_KEYS, STAFF_MEASURES
from kpis.parts import tables_of
from kpis.query_histogram import COLUMNS as HISTOGRAM
from kpis.roll_up import Slice, rolled_up
from kpis.statistic import standard_error
from tests.hypothesis_profiles import examples
from tests.kpi_databases import in_duckdb
from tests.properties.kpi_rows import Tables, case_seeds, rows_of_cases, wild_rows

CATALOGUE = load()
SHAPES = (
    "letter_write_min",
    "note_time_enc",
    "edit_distance",
    "letter_24h",
    "opd_letter_5wd",
    "wow8",
    "cost_per_ai_encounter",
    "major_error_per_100",
    "ccc_total",
    "staff_nps",
    "msg_tat_h",
    "heavy_use",
    "sus",
    "trust_share",
)
"""Every statistic, over one and over two tables, with working time and with rows that are gathered."""

TOGETHER = tuple(CATALOGUE[name] for name in SHAPES)
WITHOUT_GROUPS = tuple(kpi for kpi in TOGETHER if kpi.group is None)
LOGARITHMS = ("log_total", "log_squares")
COUNTS = ("n", "rows", "open", "expected", "log_n")
TOLERANCE = {"sum": 5e-16, "logarithms": 1e-12}
"""Sums are exact in the unit of the columns; then each of three cells is scaled, by one rounding."""

SUMMED = {"cells": MEASURES, "left_out": ("rows",), "histogram": ("rows",), "staff": STAFF_MEASURES}
KEYS = {"cells": GRAIN, "left_out": LEFT_OUT[:-1], "histogram": HISTOGRAM[:-1], "staff": STAFF_KEYS}


def whole_numbers(rows: Tables) -> Tables:
    """The same rows with every ordinary number and every time rounded, to whole minutes."""
    return {
        table: [{k: _rounded(x) for k, x in row.items()} for row in found] for table, found in rows.items()
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    ordinary = isinstance(value, float) and abs(value) < 1e6
    return float(round(value)) if ordinary else value


def parted(rows: Tables, chance: Random, by: tuple[str, ...]) -> tuple[Tables, Tables]:
    """Two parts of the rows; rows that agree in `by` stay together, each is on its own when it is empty."""
    side: dict[Any, bool] = {}
    parts: tuple[Tables, Tables] = ({}, {})
    for table, found in rows.items():
        for number, row in enumerate(found):
            key = tuple(row[name] for name in by) or (table, number)
            parts[side.setdefault(key, chance.random() < 0.5)].setdefault(table, []).append(row)
    return parts


def added(name: str, *frames: pd.DataFrame) -> pd.DataFrame:
    """The frames as one sum by their keys."""
    both = pd.concat(frames, ignore_index=True)
    return both.groupby(list(KEYS[name]), as_index=False, sort=True)[list(SUMMED[name])].sum()


def terms(cells: pd.DataFrame) -> np.ndarray:
    """An upper bound of the sizes of a cell's terms, summed: where they cancel, rounding is of that size."""
    if "squares" not in cells:
        return np.zeros(len(cells))
    squares = cells["squares"].to_numpy(float) + cells["numerator_squares"].to_numpy(float)
    return np.sqrt(cells["n"].to_numpy(float) * squares)


def assert_equal(name: str, found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    keys = list(KEYS[name])
    assert found[keys].to_dict("records") == wanted[keys].to_dict("records")
    for column in SUMMED[name]:
        one, other = found[column].to_numpy(float), wanted[column].to_numpy(float)
        size = np.maximum(np.abs(other), terms(wanted)) * TOLERANCE["sum"] * (column not in COUNTS)
        if column in LOGARITHMS:
            size = np.maximum(np.abs(other), 200 * wanted["n"].to_numpy(float)) * TOLERANCE["logarithms"]
        assert (np.abs(one - other) <= size).all(), (name, column)


@examples(2)
@given(seeds=case_seeds(5))
@pytest.mark.parametrize("by", [("day",), ("department",), ("department", "day")])
def test_any_parts_by_days_or_departments_are_the_whole(by: tuple[str, ...], seeds: list[int]) -> None:
    """Cells of a part are bit by bit those of the whole: nothing in a cell depends on other days or units."""
    rows = rows_of_cases(TOGETHER, seeds)
    one, other = (in_duckdb(TOGETHER, part) for part in parted(rows, Random(seeds[0]), by))
    for name, frame in in_duckdb(TOGETHER, rows).frames().items():
        keys = list(KEYS[name])
        both = pd.concat([one.frames()[name], other.frames()[name]], ignore_index=True)
        parts_, whole = (found.sort_values(keys, ignore_index=True) for found in (both, frame))
        pd.testing.assert_frame_equal(parts_, whole, check_dtype=False, rtol=1e-15)


@examples(3)
@given(seeds=case_seeds(5))
def test_any_parts_of_the_rows_merge_to_the_whole_and_part_from_it(seeds: list[int]) -> None:
    """Also parts of a cell. Only the rows of one questionnaire must stay together."""
    rows = whole_numbers(rows_of_cases(WITHOUT_GROUPS, seeds))
    one, other = (in_duckdb(WITHOUT_GROUPS, part) for part in parted(rows, Random(seeds[0]), ()))
    for name, frame in in_duckdb(WITHOUT_GROUPS, rows).frames().items():
        whole = added(name, frame)
        assert_equal(name, added(name, one.frames()[name], other.frames()[name]), whole)
        less = frame.assign(**{column: -frame[column] for column in SUMMED[name]})
        rest = added(name, one.frames()[name], other.frames()[name], less)
        assert not rest[[column for column in SUMMED[name] if column in COUNTS]].any(axis=None)


def test_months_and_weeks_are_the_sums_of_their_days() -> None:
    content = in_duckdb(TOGETHER, whole_numbers(wild_rows(TOGETHER, 5, 1500)))
    for every in ("week", "month"):
        longer = rolled_up(content.cells, Slice(every=every), MEASURES)
        for column in set(MEASURES) - set(LOGARITHMS):
            total, days = longer.groupby("kpi")[column].sum(), content.cells.groupby("kpi")[column].sum()
            assert (np.abs(total - days) <= 1e-14 * np.abs(days)).all(), column


def test_frames_of_two_queries_meet_in_one_cell() -> None:
    cell = dict.fromkeys(CELLS, 0.0) | {"kpi": "k", "day": pd.Timestamp("2026-03-29"), "department": "a"}
    above, below = cell | {"numerator": 3.0}, cell | {"denominator": 4.0, "n": 4.0}
    both = merged([pd.DataFrame([above]), pd.DataFrame([below])], CELLS, MEASURES)
    assert both[["numerator", "denominator", "n"]].to_numpy().tolist() == [[3.0, 4.0, 4.0]]


def weekly_error(kpi: Kpi, rows: Tables) -> dict[Any, float | None]:
    content = in_duckdb([kpi], rows)
    last_days = {table: max(row["day"] for row in rows[table]) for table in tables_of([kpi])}
    found = measurements(content, {kpi.id: kpi}, last_days, Slice(every="week"))
    return {(one.unit, one.period): one.standard_error for one in found}


@pytest.mark.parametrize("name", ["letter_write_min", "sus", "edit_distance"])
@pytest.mark.parametrize("offset", [1.0, -7.5, 40.0])
def test_the_offset_around_which_squares_are_summed_changes_no_variance(name: str, offset: float) -> None:
    kpi = CATALOGUE[name]
    rows = wild_rows([kpi], 11, 2500)
    plain, moved = weekly_error(kpi, rows), weekly_error(replace(kpi, offset=offset), rows)
    assert plain.keys() == moved.keys()
    assert sum(error is not None for error in plain.values()) > 5
    for place, error in plain.items():
        # the size of the squares is at most about 200 times the variance here
        assert moved[place] == (None if error is None else pytest.approx(error, rel=1e-9, abs=1e-9)), place


def test_an_offset_keeps_the_variance_where_the_mean_is_huge() -> None:
    """Around 0 the squares of 1e9 + (0 ... 9) cancel to nothing; around the offset every digit is kept."""
    kpi = replace(CATALOGUE["letter_write_min"], exclusions=(), cap=None, offset=1e9)
    row = wild_rows([kpi], 1, 1)["Letter"][0] | {"kind": "discharge"}
    values = [1e9 + number for number in range(10)]
    rows = {"Letter": [row | {"writing_minutes": value} for value in values]}
    content: Content = in_duckdb([kpi], rows)
    found = standard_error(kpi, content.cells.iloc[0].to_dict(), None)
    assert found == pytest.approx(math.sqrt(82.5 / 9 / 10), rel=1e-14)
