"""From any rows to weeks: a week is measured as its rows say when pooled; an empty week has no value."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given

from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.parts import tables_of
from kpis.roll_up import Slice
from tests.hypothesis_profiles import examples
from tests.kpi_databases import in_duckdb
from tests.kpi_reference_measured import Expected, Place, measured, monday
from tests.properties.kpi_rows import Tables, case_seeds, rows_of_cases

CATALOGUE = load()
CASES = 10
TOLERANCE = 1e-12


def found_in(kpi: Kpi, rows: Tables) -> dict[Place, Measurement]:
    filled = {table: rows[table] for table in tables_of([kpi]) if rows.get(table)}
    last_days = {table: max(row["day"] for row in held) for table, held in filled.items()}
    found = measurements(in_duckdb([kpi], rows), {kpi.id: kpi}, last_days, Slice(every="week"))
    return {(one.unit, one.period.start): one for one in found}


def assert_measured(kpi: Kpi, rows: Tables) -> None:
    """Every week between the first and the last is as the rows say; one without rows has no value."""
    found, wanted = found_in(kpi, rows), measured(kpi, rows)
    assert set(wanted) <= set(found)
    for place, one in found.items():
        expected = wanted.get(place, Expected())
        for name, seen, true, error in differences(kpi, one, expected):
            assert (seen is None) == (true is None), (place, name, seen, true)
            assert seen is None or abs(seen - true) <= error, (place, name, seen, true)
        assert one.excluded == expected.excluded, place
        assert one.companions.keys() == (expected.companions if expected.n else {}).keys(), place


def differences(
    kpi: Kpi, one: Measurement, true: Expected
) -> Iterator[tuple[str, float | None, float | None, float]]:
    """Name, found, expected and the rounding error allowed."""
    size = max(abs(true.numerator), math.sqrt(true.squares * true.denominator**2), 1.0)
    yield "n", one.n, true.n, 0
    yield "numerator", one.numerator, true.numerator, TOLERANCE * size
    yield "denominator", one.denominator, true.denominator, TOLERANCE * max(1.0, abs(true.denominator))
    under = abs(true.denominator) or 1.0
    relative = size / under * (1 + 1 / under)
    yield "value", one.value, true.value, TOLERANCE * max(relative, abs(true.value or 0.0))
    yield "share", one.measured_share, true.measured_share, TOLERANCE
    yield "geometric", one.geometric_mean, true.geometric_mean, 1e-11 * (true.geometric_mean or 0.0)
    variance = one.standard_error**2 if one.standard_error is not None else None
    yield "variance", variance, true.variance, TOLERANCE * max(true.squares, true.variance or 0.0)
    for name, value in one.companions.items():
        yield name, value, true.companions.get(name), companion_error(kpi, name, true)


def companion_error(kpi: Kpi, name: str, true: Expected) -> float:
    value = abs(true.companions.get(name, 0.0))
    if kpi.statistic == "duration" and name in ("median", "p90"):
        return 0.0101 * value  # a bin of a histogram is 2 % wide
    return TOLERANCE * max(1.0, value, math.sqrt(true.squares * true.n))


@pytest.mark.parametrize("name", CATALOGUE)
@examples(2)
@given(seeds=case_seeds(CASES))
def test_a_week_is_what_its_rows_say(name: str, seeds: list[int]) -> None:
    kpi = CATALOGUE[name]
    assert_measured(kpi, rows_of_cases([kpi], seeds))


def test_where_nothing_is_open_the_median_of_working_time_is_that_of_what_is_ready() -> None:
    kpi = CATALOGUE["msg_tat_h"]
    rows = rows_of_cases([kpi], range(40))["Message"]
    assert_measured(kpi, {"Message": [row for row in rows if row["replied_at"] is not None]})


def test_week_53_and_the_weeks_of_the_clock_changes_are_measured() -> None:
    """29 December 2026 to 3 January 2027 is week 53 of 2026, and no week of 2027."""
    kpi = CATALOGUE["note_time_enc"]
    rows = {"NoteSession": [note(day) for day in (date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4))]}
    found = found_in(kpi, rows)
    assert [(one.period.label, one.n) for one in found.values()] == [("2026-W53", 2), ("2027-W01", 1)]
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        rows = {"NoteSession": [note(sunday + timedelta(days=number)) for number in (-7, 0, 1, 9)]}
        weeks = found_in(kpi, rows)
        assert [one.n for one in weeks.values()] == [1, 1, 1, 1]
        assert [start for _, start in weeks] == [monday(sunday) + timedelta(weeks=w) for w in (-1, 0, 1, 2)]


def test_a_week_without_rows_is_no_data_and_not_zero() -> None:
    rows = {"NoteSession": [note(date(2026, 3, 2)), note(date(2026, 3, 23))]}
    weeks = list(found_in(CATALOGUE["note_time_enc"], rows).values())
    assert [(one.n, one.value, one.standard_error) for one in weeks[1:3]] == [(0, None, None)] * 2
    assert [one.companions for one in weeks[1:3]] == [{}, {}]
    zero = {"NoteSession": [note(date(2026, 3, 2)) | {"active_seconds": 0.0, "tool_seconds": 3.0}]}
    (one,) = found_in(CATALOGUE["note_time_enc"], zero).values()
    assert one.value == pytest.approx(0.05, rel=1e-15)


def note(day: date) -> dict[str, Any]:
    return {
        "department": "cardiology",
        "day": day,
        "segment": "",
        "exposed": 0,
        "note": f"{day}",
        "active_seconds": 300.0,
        "tool_seconds": 0.0,
        "signed_at": datetime.combine(day, time(10)),
    }
