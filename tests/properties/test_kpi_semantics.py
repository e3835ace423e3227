"""On any rows, the compiled SQL gives what the plain-Python meaning of the definition gives."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.period import Every, containing
from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measure import Slice, measurements
from kpis.measurements import MEASURES
from tests.kpi_databases import Found, in_duckdb, in_sqlalchemy
from tests.kpi_reference import measure
from tests.properties.kpi_rows import tables

CATALOGUE = load()
# raw sums are exact or nearly so; logarithms are shifted by n * ln(scale), which may cancel against them
RELATIVE = 1e-12
MISSING = ("exclude", "zero", "fail")


def as_reference(found: Found) -> tuple[dict[Any, dict[str, float]], dict[Any, int]]:
    cells, left_out = found
    return (
        {
            (row["department"], row["day"].date(), row["segment"], int(row["exposed"])): {
                name: row[name] for name in MEASURES
            }
            for row in cells.to_dict("records")
        },
        {
            (
                (row["department"], row["day"].date(), row["segment"], int(row["exposed"])),
                row["reason"],
            ): row["rows"]
            for row in left_out.to_dict("records")
        },
    )


def assert_same(kpi: Kpi, found: Found, rows: dict[str, Any]) -> None:
    cells, left_out = as_reference(found)
    wanted, wanted_left_out = measure(kpi, rows)
    assert left_out == wanted_left_out
    assert cells.keys() == wanted.keys()
    for key, sums in wanted.items():
        for name, value in sums.items():
            size = max(1.0, sums["n"] * 20, abs(value))
            assert cells[key][name] == pytest.approx(value, abs=RELATIVE * size), (key, name)


@pytest.mark.parametrize("name", CATALOGUE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_sql_means_what_the_definition_says(name: str, data: st.DataObject) -> None:
    kpi = replace(CATALOGUE[name], missing=data.draw(st.sampled_from(MISSING)))
    rows = data.draw(tables(tuple({kpi.numerator.table, kpi.denominator.table})))
    assert_same(kpi, in_duckdb([kpi], rows), rows)


@pytest.mark.parametrize("name", CATALOGUE)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_sqlite_means_the_same(name: str, data: st.DataObject) -> None:
    kpi = CATALOGUE[name]
    rows = data.draw(tables(tuple({kpi.numerator.table, kpi.denominator.table})))
    engine = sa.create_engine("sqlite://")
    assert_same(kpi, in_sqlalchemy(engine, [kpi], rows), rows)
    engine.dispose()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_one_scan_for_all_kpis_changes_none_of_them(data: st.DataObject) -> None:
    together = [kpi for kpi in CATALOGUE.values() if kpi.denominator.table in ("Letter", "Message")]
    rows = data.draw(tables(("Letter", "Message", "UsageEvent")))
    cells, left_out = in_duckdb(together, rows)
    for kpi in together:
        mine = cells[cells["kpi"] == kpi.id], left_out[left_out["kpi"] == kpi.id]
        assert as_reference(mine) == as_reference(in_duckdb([kpi], rows))


@pytest.mark.parametrize("every", ["day", "week", "month"])
@pytest.mark.parametrize("name", ["note_time_enc", "letter_24h", "wow8", "utilisation"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_period_from_cells_is_what_its_rows_give_directly(
    name: str, every: Every, data: st.DataObject
) -> None:
    kpi = CATALOGUE[name]
    rows = data.draw(tables(tuple({kpi.numerator.table, kpi.denominator.table})))
    cells, left_out = in_duckdb([kpi], rows)
    found = measurements(cells, left_out, {name: kpi}, {}, Slice(every=every))
    wanted, wanted_left_out = measure(
        kpi, {table: [_in_period(row, every) for row in rows[table]] for table in rows}
    )
    seen = {(one.unit, one.period.start): one for one in found}
    for (department, start, _, _), sums in wanted.items():
        one = seen[department, start]
        assert one.n == sums["n"]
        if one.value is not None:
            assert one.value == pytest.approx(sums["numerator"] / sums["denominator"], rel=1e-12)
    for ((department, start, _, _), reason), count in wanted_left_out.items():
        assert seen[department, start].excluded[reason] == count
    assert sum(one.n for one in found) == sum(sums["n"] for sums in wanted.values())


def _in_period(row: dict[str, Any], every: Every) -> dict[str, Any]:
    """The row as if everything of its period and department happened in one cell."""
    return row | {"day": containing(row["day"], every).start, "segment": "", "exposed": 0}
