"""The text that a definition becomes, per database; and what that text may hold."""

import os
import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle, postgresql, sqlite

from kpis.catalogue import load
from kpis.portable import DuckDBDialect, day, floor, ln, minutes_between, to_double
from kpis.query import parts, statement, tables_of

DIALECTS = {
    "duckdb": DuckDBDialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
    "mssql": mssql.dialect(),
    "oracle": oracle.dialect(),
}
PORTABLE_WORDS = """CASE AND OR IN NOT COUNT SUM CAST COALESCE AS FROM WHEN THEN ELSE SELECT BY ON
    EPOCH_US EXTRACT STRFTIME DATEDIFF_BIG LN LOG
    DATE TRUNC FLOOR ABS"""
FOLDER = Path(__file__).with_name("sql")
COLUMNS = sa.table("t", sa.column("a"), sa.column("b")).c


def text_in(dialect: str, expression: sa.ClauseElement) -> str:
    compiled = expression.compile(
        dialect=DIALECTS[dialect], compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )
    return str(compiled)


def sql(dialect: str, table: str) -> str:
    kpis = list(load().values())
    return text_in(dialect, statement(parts(kpis, table), table))


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
            "((strftime('%s', t.b) + (strftime('%f', t.b) - strftime('%S', t.b)))"
            " - (strftime('%s', t.a) + (strftime('%f', t.a) - strftime('%S', t.a)))) / 60.0",
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
@pytest.mark.parametrize("table", tables_of(list(load().values())))
def test_only_what_every_database_has(dialect: str, table: str) -> None:
    called = {word.upper() for word in re.findall(r"([A-Za-z_]+)\s*\(", sql(dialect, table))}
    assert called <= set(PORTABLE_WORDS.split())
    assert "FILTER" not in sql(dialect, table).upper()


@pytest.mark.parametrize("dialect", ["mssql", "oracle"])
def test_text_for_servers_that_are_not_here(dialect: str) -> None:
    """Compared with the text that was read and approved; MEETLAT_APPROVE=1 writes it anew."""
    approved = FOLDER / f"letter.{dialect}.sql"
    if os.environ.get("MEETLAT_APPROVE"):
        approved.write_text(sql(dialect, "Letter") + "\n", "utf-8")
    assert sql(dialect, "Letter") + "\n" == approved.read_text("utf-8")


def test_values_are_bound_not_written() -> None:
    kpis = list(load().values())
    compiled = statement(parts(kpis, "Letter"), "Letter").compile(
        dialect=DIALECTS["duckdb"], compile_kwargs={"render_postcompile": True}
    )
    assert "discharge'" not in str(compiled)
    assert "discharge" in compiled.params.values()
