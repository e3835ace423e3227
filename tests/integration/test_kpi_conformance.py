"""One definition, three databases: the same rows give the same cells to 1e-12."""

import random
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measurements import GRAIN, MEASURES
from kpis.query import tables_of
from tests.kpi_databases import Found, in_duckdb, in_sqlalchemy, types
from tests.properties.kpi_rows import FIRST, INSTRUMENTS, WORDS
from tests.servers.postgresql import postgres_url

__all__ = ["postgres_url"]

# the logarithms differ in their last bit between libraries, and sums are taken in another order
TOLERANCE = 1e-12


def value(chance: random.Random, name: str, kind: str) -> Any:
    if name == "department":
        return chance.choice(["cardiology", "o'neill \\ 100%"])
    if name in ("segment", "exposed"):
        return chance.choice(["", "first"] if name == "segment" else [0, 1])
    if name == "day":
        return date(2026, 3, 20) + timedelta(days=chance.randrange(20))
    if chance.random() < 0.1:
        return None
    if name in ("instrument", "measure"):
        return chance.choice(INSTRUMENTS)
    return {
        "text": lambda: chance.choice(WORDS),
        "number": lambda: round(chance.lognormvariate(4, 1.5), 3),
        "time": lambda: FIRST + timedelta(milliseconds=chance.randrange(10**9)),
        "date": lambda: date(2026, 3, 29),
        "flag": lambda: chance.randrange(2),
        "integer": lambda: chance.randrange(1000),
    }[kind]()


@pytest.fixture(scope="module")
def kpis() -> list[Kpi]:
    return list(load().values())


@pytest.fixture(scope="module")
def rows(kpis: list[Kpi]) -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(2026)
    return {
        table: [{name: value(chance, name, kind) for name, kind in types(table).items()} for _ in range(400)]
        for table in tables_of(kpis)
    }


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Databases sort text by their own rules."""
    return frame.sort_values([name for name in frame if name not in (*MEASURES, "rows")], ignore_index=True)


def assert_agree(one: Found, other: Found) -> None:
    cells, left_out = map(in_order, one)
    other = tuple(map(in_order, other))
    assert set(cells["kpi"]) == set(load())
    pd.testing.assert_frame_equal(left_out, other[1], check_dtype=False)
    pd.testing.assert_frame_equal(cells[list(GRAIN)], other[0][list(GRAIN)], check_dtype=False)
    for name in MEASURES:
        scale = cells[name].abs().clip(lower=20 * cells["n"].clip(lower=1))
        assert ((cells[name] - other[0][name]).abs() <= TOLERANCE * scale).all(), name


def test_sqlite_gives_what_duckdb_gives(kpis: list[Kpi], rows: dict[str, Any]) -> None:
    engine = sa.create_engine("sqlite://")
    assert_agree(in_duckdb(kpis, rows), in_sqlalchemy(engine, kpis, rows))
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_gives_what_duckdb_gives(
    kpis: list[Kpi],
    rows: dict[str, Any],
    postgres_url: str,
) -> None:
    engine = sa.create_engine(postgres_url)
    assert_agree(in_duckdb(kpis, rows), in_sqlalchemy(engine, kpis, rows))
    engine.dispose()
