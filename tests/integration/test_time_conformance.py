"""The elements whose text differs, and working time: DuckDB, SQLite and PostgreSQL give equal answers."""

import math
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import pytest

from kpis.calendar import working_calendar
from kpis.portable import day, floor, ln, minutes_between, to_double
from kpis.working_time import working_days, working_minute_number, working_minutes
from tests.servers.postgresql import postgres_url
from tests.time_databases import END, SPAN, START, Database, Row, in_duckdb, in_sqlalchemy

__all__ = ["postgres_url"]

FIRST = datetime.fromisoformat("2026-03-20T00:00")
FROM, TO = (SPAN.c.start_at, START.c), (SPAN.c.end_at, END.c)
EDGES = (-2.0, -1.5, -0.5, -1e-9, 0.0, 1e-300, 0.5, 1.0, 86400.0)
HUGE = (2.0**52 + 0.5, 2.0**53, -(2.0**53), 1e300, -1e300)


@pytest.fixture(scope="module")
def calendar() -> pd.DataFrame:
    return working_calendar(date(2026, 3, 19), date(2026, 4, 30), "Europe/Amsterdam", time(8), time(17))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    chance = random.Random(2026)

    def moment() -> datetime | None:
        if chance.random() < 0.1:
            return None
        return FIRST + timedelta(microseconds=chance.randrange(30 * 86_400_000_000))

    ends = [FIRST + timedelta(days=at) for at in range(3)]
    return [
        *((moment(), moment(), x) for x in (*EDGES, *HUGE)),
        *((moment(), moment(), chance.uniform(-1e6, 1e6)) for _ in range(300)),
        *((at, at - timedelta(microseconds=1), None) for at in ends),
    ]


@pytest.fixture
def duckdb_answers(calendar: pd.DataFrame) -> Iterator[Database]:
    with in_duckdb(calendar) as answer:
        yield answer


@pytest.fixture
def sqlite_answers(calendar: pd.DataFrame) -> Iterator[Database]:
    with in_sqlalchemy("sqlite://", calendar) as answer:
        yield answer


@pytest.fixture
def postgresql_answers(calendar: pd.DataFrame, postgres_url: str) -> Iterator[Database]:
    with in_sqlalchemy(postgres_url, calendar) as answer:
        yield answer


def answers(ask: Database, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    counted = (working_days(FROM, TO), working_minutes(FROM, TO), working_minute_number(*FROM))
    found = ask(
        rows,
        day(SPAN.c.start_at),
        minutes_between(SPAN.c.start_at, SPAN.c.end_at),
        floor(SPAN.c.x),
        to_double(working_days(FROM, TO)) / 4,
        *counted,
    )
    return [(as_date(first), *rest) for first, *rest in found]


def as_date(found: Any) -> date | None:
    return found.date() if isinstance(found, datetime) else found


def wanted(row: Row) -> tuple[Any, ...]:
    start, end, x = row
    passed = None if start is None or end is None else (end - start) / timedelta(minutes=1)
    return None if start is None else start.date(), passed, None if x is None else float(math.floor(x))


def test_duckdb_gives_what_python_gives(duckdb_answers: Database, rows: list[Row]) -> None:
    assert [found[:3] for found in answers(duckdb_answers, rows)] == [wanted(row) for row in rows]


def test_sqlite_gives_what_duckdb_gives(
    duckdb_answers: Database, sqlite_answers: Database, rows: list[Row]
) -> None:
    assert answers(sqlite_answers, rows) == answers(duckdb_answers, rows)


@pytest.mark.postgres
def test_postgresql_gives_what_duckdb_gives(
    duckdb_answers: Database, postgresql_answers: Database, rows: list[Row]
) -> None:
    assert_equal(answers(postgresql_answers, rows), answers(duckdb_answers, rows))


def assert_equal(some: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> None:
    """To 1e-12: PostgreSQL divides seconds by 60, the others microseconds by 60,000,000."""
    for one, other in zip(some, others, strict=True):
        assert one[0] == other[0]
        assert known(one[1:]) == pytest.approx(known(other[1:]), rel=1e-12, abs=1e-9, nan_ok=True)


def known(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def positive(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[2] is not None and row[2] > 0]


def logarithms(ask: Database, rows: Sequence[Row]) -> list[float]:
    return [found for (found,) in ask(positive(rows), ln(SPAN.c.x))]


@pytest.mark.parametrize(
    "name",
    ["duckdb_answers", "sqlite_answers", pytest.param("postgresql_answers", marks=pytest.mark.postgres)],
)
def test_logarithm(name: str, request: pytest.FixtureRequest, rows: list[Row]) -> None:
    found = logarithms(request.getfixturevalue(name), rows)
    # the last bit differs between mathematical libraries
    assert found == pytest.approx([math.log(x) for _, _, x in positive(rows) if x], rel=1e-15, abs=1e-15)
