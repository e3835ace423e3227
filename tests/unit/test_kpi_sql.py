"""The text that a definition becomes, per database; and what that text may hold."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from kpis import query_histogram, query_staff
from kpis.catalogue import load
from kpis.gather import sums
from kpis.kpi import Kpi
from kpis.parts import parts, tables_of
from kpis.query import Spans, statement
from tests.sql_text import DIALECTS, text_in

KPIS = tuple(load().values())
TABLES = tables_of(KPIS)
SHAPES = {
    "duration": "letter_write_min",
    "mean": "edit_distance",
    "proportion": "letter_24h",
    "ratio": "wow8",
    "rate": "major_error_per_100",
    "ordinal": "ccc_total",
    "net": "staff_nps",
    "censored": "msg_tat_h",
    "staff_share": "heavy_use",
    "scale": "sus",
}
"""One definition per statistic, and one whose rows are gathered into a scale."""

FOLDER = Path(__file__).with_name("sql")
DAYS: Spans = [(date(2026, 3, 23), date(2026, 3, 29)), (date(2026, 10, 19), date(2026, 10, 25))]

STANDARD = "CASE AND OR IN NOT COUNT SUM CAST COALESCE AS FROM WHEN THEN ELSE SELECT BY ON ABS FLOOR LN WHERE"
OWN = {
    "duckdb": "EPOCH_US",
    "postgresql": "EXTRACT",
    "sqlite": "STRFTIME SUBSTR DATE",
    "mssql": "DATEDIFF_BIG LOG",
    "oracle": "EXTRACT TRUNC TO_DATE",
}
"""What may stand before a bracket: words of the language and functions that every database has, and those
with which `portable` builds its elements in one of them (Oracle's dates are written with TO_DATE)."""

RESERVED_IN_ORACLE = """ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COMMENT
    COMPRESS CONNECT CREATE CURRENT DATE DECIMAL DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS FILE
    FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX INITIAL INSERT INTEGER INTERSECT
    INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NOAUDIT NOCOMPRESS NOT NOWAIT NULL
    NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID
    ROWNUM ROWS SELECT SESSION SET SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER
    UID UNION UNIQUE UPDATE USER VALIDATE VALUES VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH"""
"""Oracle Database SQL Language Reference 19c, appendix E: the reserved words."""


def statements(kpis: tuple[Kpi, ...], table: str, days: Spans | None = None) -> list[sa.SelectBase]:
    """Everything that is asked of a table: sums, gathered rows, clinicians and histograms."""
    contributions = parts(kpis, table)
    beside = (module.statement(contributions, table, days) for module in (query_staff, query_histogram))
    return [
        *(one for _, one in sums(contributions, table, days)),
        *(one for one in beside if one is not None),
    ]


def texts(dialect: str, kpis: tuple[Kpi, ...], table: str, days: Spans | None = None) -> list[str]:
    return [text_in(dialect, one) for one in statements(kpis, table, days)]


def without_values(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", text)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("table", TABLES)
def test_only_what_the_database_has(dialect: str, table: str) -> None:
    allowed = {*STANDARD.split(), *OWN[dialect].split()}
    for text in texts(dialect, KPIS, table, DAYS):
        assert {word.upper() for word in re.findall(r"([A-Za-z_]+)\s*\(", without_values(text))} <= allowed
        assert "FILTER" not in text.upper()


@pytest.mark.parametrize("dialect", ["mssql", "oracle"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("days", [None, [], DAYS])
def test_servers_without_truth_values_meet_none(dialect: str, table: str, days: Spans | None) -> None:
    """T-SQL and Oracle before 23 have no TRUE, FALSE or boolean column: comparisons stand in conditions."""
    for text in map(without_values, texts(dialect, KPIS, table, days)):
        assert not re.search(r"\b(TRUE|FALSE|BOOLEAN)\b", text, re.IGNORECASE)
        # a condition that begins or ends with a bare 0 or 1
        assert not re.search(r"\b(WHERE|AND|OR|NOT|WHEN) \(?[01]\)?( (AND|OR|THEN)\b|\)|$)", text)
        # a comparison as a column, or as what CASE gives
        assert not re.search(r"\b(THEN|ELSE) \(?[\w.\"\[\]]+ ?(=|<|>|IS|IN)", text)


@pytest.mark.parametrize("table", TABLES)
def test_oracle_takes_every_name_and_value(table: str) -> None:
    reserved = set(RESERVED_IN_ORACLE.split())
    for text in texts("oracle", KPIS, table, DAYS):
        # to Oracle an empty text is NULL, and equals nothing
        assert not re.search(r"(?<!')''(?!')", text)
        names = re.findall(r"(?:\.|\bAS )([A-Za-z_]\w*)", without_values(text))
        assert {name.upper() for name in names} & reserved <= {"TIMESTAMP", "DATE"}
        assert max(map(len, names)) <= 128
        # a table gets its alias without AS
        assert not re.search(r"\bAS (valued|masked|gathered|binned|calendar_\w+)\b", text)


def test_every_statistic_has_an_approved_text() -> None:
    kpis = load()
    assert {kpis[name].statistic for name in SHAPES.values()} == {kpi.statistic for kpi in KPIS}


@pytest.mark.parametrize("dialect", ["mssql", "oracle"])
@pytest.mark.parametrize("shape", SHAPES)
def test_text_for_servers_that_are_not_here(dialect: str, shape: str) -> None:
    """Compared with the text that was read and approved; MEETLAT_APPROVE=1 writes it anew."""
    kpi = load()[SHAPES[shape]]
    found = [one for table in tables_of([kpi]) for one in texts(dialect, (kpi,), table)]
    text = "\n\n".join(laid_out(one) for one in found) + "\n"
    approved = FOLDER / f"{shape}.{dialect}.sql"
    if os.environ.get("MEETLAT_APPROVE"):
        approved.write_text(text, "utf-8")
    assert text == approved.read_text("utf-8")


def laid_out(text: str) -> str:
    """One line per column, so that a person can read it and a difference is short."""
    bare = re.sub(r"\s+\n", "\n", text)
    return re.sub(r", (?=(?:[^()]|\([^()]*\)|\((?:[^()]|\([^()]*\))*\))* AS )", ",\n    ", bare)


def test_no_approved_text_is_left_over() -> None:
    wanted = {f"{shape}.{dialect}.sql" for shape in SHAPES for dialect in ("mssql", "oracle")}
    assert {path.name for path in FOLDER.iterdir()} == wanted


def test_values_are_bound_not_written() -> None:
    compiled = statement(parts(KPIS, "Letter"), "Letter").compile(
        dialect=DIALECTS["duckdb"], compile_kwargs={"render_postcompile": True}
    )
    assert "discharge'" not in str(compiled)
    assert "discharge" in compiled.params.values()
