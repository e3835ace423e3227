"""One definition, three databases: the same rows give the same content to 1e-12, for the whole catalogue."""

import math

import pandas as pd
import pytest
import sqlalchemy as sa

from kpis.catalogue import load
from kpis.content import Content
from kpis.measurements import MEASURES
from tests.kpi_databases import in_duckdb, in_sqlalchemy
from tests.properties.kpi_rows import Tables, rows_for_each, without_nan
from tests.servers.postgresql import postgres_url

__all__ = ["postgres_url"]

KPIS = tuple(load().values())
SUMMED = (*MEASURES, "rows", "numerator", "denominator")

# the logarithms differ in their last bit between libraries, and sums are taken in another order
TOLERANCE = 1e-12


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Databases sort text by their own rules."""
    return frame.sort_values([name for name in frame if name not in SUMMED], ignore_index=True)


def assert_agree(one: Content, other: Content) -> None:
    """Every frame: the same keys and counts, the same sums but for their last bits."""
    for name, frame in one.frames().items():
        ours, theirs = in_order(frame), in_order(other.frames()[name])
        assert len(ours), name
        exact = [column for column in ours if column not in MEASURES or name == "staff"]
        pd.testing.assert_frame_equal(ours[exact], theirs[exact], check_dtype=False)
        for column in (column for column in ours if column not in exact):
            size = ours[column].abs().clip(lower=20 * ours["n"].clip(lower=1))
            assert ((ours[column] - theirs[column]).abs() <= TOLERANCE * size).all(), column


def assert_covers(content: Content) -> None:
    """Every KPI has cells, or totals of clinicians; every kind of histogram is there."""
    staffed = {kpi.id for kpi in KPIS if kpi.statistic == "staff_share"}
    assert set(content.cells["kpi"]) | staffed == {kpi.id for kpi in KPIS}
    assert set(content.staff["kpi"]) == staffed
    binned = {kpi.id for kpi in KPIS if kpi.statistic in ("duration", "ordinal", "censored")}
    assert set(content.histogram["kpi"]) == binned
    assert set(content.histogram["kind"]) == {"value", "open"}


@pytest.fixture(scope="module")
def rows() -> Tables:
    found = rows_for_each(KPIS, 250)
    assert any(isinstance(x, float) and math.isnan(x) for row in found["WorkDay"] for x in row.values())
    return found


def test_sqlite_gives_what_duckdb_gives(rows: Tables) -> None:
    same = {table: without_nan(found) for table, found in rows.items()}
    engine = sa.create_engine("sqlite://")
    expected = in_duckdb(KPIS, same)
    assert_covers(expected)
    assert_agree(expected, in_sqlalchemy(engine, KPIS, same))
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_gives_what_duckdb_gives(rows: Tables, postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    expected = in_duckdb(KPIS, rows)
    assert_covers(expected)
    assert_agree(expected, in_sqlalchemy(engine, KPIS, rows))
    engine.dispose()
