"""The text that a definition becomes, per database; and what that text may hold."""

import os
import re
from pathlib import Path

import pytest

from kpis.catalogue import load
from kpis.query import parts, statement, tables_of
from tests.sql_text import DIALECTS, text_in

PORTABLE_WORDS = """CASE AND OR IN NOT COUNT SUM CAST COALESCE AS FROM WHEN THEN ELSE SELECT BY ON
    EPOCH_US EXTRACT STRFTIME DATEDIFF_BIG LN LOG
    DATE TRUNC FLOOR ABS SUBSTR"""
FOLDER = Path(__file__).with_name("sql")


def sql(dialect: str, table: str) -> str:
    kpis = list(load().values())
    return text_in(dialect, statement(parts(kpis, table), table))


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
