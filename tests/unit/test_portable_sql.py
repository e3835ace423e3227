"""The elements whose text differs: what each database is sent."""

from datetime import datetime

import duckdb
import pytest
import sqlalchemy as sa

from kpis.portable import day, floor, ln, minutes_between, to_double
from kpis.working_time import CALENDAR, working_days
from tests.sql_text import DIALECTS, text_in

COLUMNS = sa.table("t", sa.column("a"), sa.column("b")).c


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("duckdb", "(epoch_us(t.b) - epoch_us(t.a)) / 6e7"),
        ("postgresql", "CAST(EXTRACT(EPOCH FROM (t.b - t.a)) AS DOUBLE PRECISION) / 60"),
        ("mssql", "CAST(DATEDIFF_BIG(MICROSECOND, t.a, t.b) AS DOUBLE PRECISION) / 60000000"),
        (
            "oracle",
            "(EXTRACT(DAY FROM (CAST(t.b AS TIMESTAMP) - CAST(t.a AS TIMESTAMP))) * 86400"
            " + EXTRACT(HOUR FROM (CAST(t.b AS TIMESTAMP) - CAST(t.a AS TIMESTAMP))) * 3600"
            " + EXTRACT(MINUTE FROM (CAST(t.b AS TIMESTAMP) - CAST(t.a AS TIMESTAMP))) * 60"
            " + EXTRACT(SECOND FROM (CAST(t.b AS TIMESTAMP) - CAST(t.a AS TIMESTAMP))) * 1) / 60",
        ),
        (
            "sqlite",
            "((strftime('%s', substr(t.b, 1, 19)) - strftime('%s', substr(t.a, 1, 19))) * 1000000 + "
            "(substr(substr(t.b, 21) || '000000', 1, 6) - substr(substr(t.a, 21) || '000000', 1, 6))) / 6e7",
        ),
    ],
)
def test_minutes_between(dialect: str, expected: str) -> None:
    assert text_in(dialect, minutes_between(COLUMNS.a, COLUMNS.b)) == expected


@pytest.mark.parametrize("dialect", DIALECTS)
def test_day(dialect: str) -> None:
    expected = {"sqlite": "date(t.a)", "oracle": "TRUNC(t.a)"}
    assert text_in(dialect, day(COLUMNS.a)) == expected.get(dialect, "CAST(t.a AS DATE)")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_floor(dialect: str) -> None:
    without = (
        "CASE WHEN ABS(t.a) < 9007199254740992.0 THEN"
        " CAST(CAST(t.a AS INTEGER) - (t.a < CAST(t.a AS INTEGER)) AS REAL) ELSE t.a END"
    )
    assert text_in(dialect, floor(COLUMNS.a)) == (without if dialect == "sqlite" else "FLOOR(t.a)")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_logarithm(dialect: str) -> None:
    assert text_in(dialect, ln(COLUMNS.a)) == ("LOG(t.a)" if dialect == "mssql" else "LN(t.a)")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_double(dialect: str) -> None:
    name = "DOUBLE" if dialect == "sqlite" else "DOUBLE PRECISION"
    assert text_in(dialect, to_double(COLUMNS.a)) == f"CAST(t.a AS {name})"


def test_minutes_between_counts_elapsed_time_in_duckdb() -> None:
    asked = minutes_between(
        sa.literal(datetime.fromisoformat("2026-03-29T00:50")),
        sa.literal(datetime.fromisoformat("2026-03-29T03:10:30")),
    )
    text = text_in("duckdb", asked).replace("'2026", "TIMESTAMP '2026")
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {text}").fetchone() == (140.5,)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_working_days_read_the_same_everywhere(dialect: str) -> None:
    start, end = CALENDAR.alias("s").c, CALENDAR.alias("e").c
    assert text_in(dialect, working_days((COLUMNS.a, start), (COLUMNS.b, end))) == (
        "CASE WHEN (t.b < e.rolls_over) THEN e.working_days_before"
        " WHEN (t.b >= e.rolls_over) THEN e.working_days_after END"
        " - CASE WHEN (t.a < s.rolls_over) THEN s.working_days_before"
        " WHEN (t.a >= s.rolls_over) THEN s.working_days_after END"
    )
