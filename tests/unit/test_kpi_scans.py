"""Every KPI over the rows of a table comes from one pass over it, however many there are."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

from kpis.catalogue import load
from kpis.gather import sums
from kpis.kpi import Kpi
from kpis.parts import over_rows, parts, tables_of
from storage.scan import compiled
from tests.kpi_databases import ARROW, types
from tests.properties.kpi_rows import rows_for_each

CATALOGUE = load()
FIFTY = 50


def many(table: str) -> list[Kpi]:
    """Fifty definitions over the rows of a table, made of those that the catalogue has."""
    known = [part.kpi for part in over_rows(parts(list(CATALOGUE.values()), table)) if part.role == "both"]
    return [replace(known[n % len(known)], id=f"kpi_{n}", expected=None) for n in range(FIFTY)]


def held(kpis: list[Kpi]) -> tuple[duckdb.DuckDBPyConnection, dict[str, int]]:
    """A database with rows for them in real tables, and how many."""
    connection, rows = duckdb.connect(), rows_for_each(kpis[:5], 200)
    for table, found in rows.items():
        schema = pa.schema([(name, ARROW[kind]) for name, kind in types(table).items()])
        connection.register("arriving", pa.Table.from_pylist(found, schema=schema))
        connection.execute(f'CREATE TABLE "{table}" AS SELECT * FROM arriving')
    return connection, {table: len(found) for table, found in rows.items()}


def rows_read(connection: duckdb.DuckDBPyConnection, statement: sa.Select[Any]) -> Iterator[tuple[str, int]]:
    """Every scan of a table that DuckDB ran, with the rows that came out of it."""
    text, values = compiled(statement)
    (_, plan), *_ = connection.execute(f"EXPLAIN (ANALYZE, FORMAT json) {text}", values).fetchall()
    waiting = list(json.loads(plan)["operator"])
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", ())
        if "Table" in node["extra_info"]:
            yield node["extra_info"]["Table"].rsplit(".", 1)[1].strip('"'), node["intermediate_rows"]


@pytest.mark.parametrize("table", ["WorkDay", "Document", "Encounter", "TextReview", "Discharge"])
def test_fifty_kpis_of_a_table_take_one_pass(table: str) -> None:
    kpis = many(table)
    connection, rows = held(kpis)
    ((chosen, statement),) = sums(parts(kpis, table), table)
    assert {part.kpi.id for part in chosen} == {kpi.id for kpi in kpis}
    assert list(rows_read(connection, statement)) == [(table, rows[table])]
    found = connection.execute(*compiled(statement)).fetchall()
    connection.close()
    assert found


def test_the_text_names_every_table_once() -> None:
    """Once for all sums over rows, and once for each column that gathers rows into values first."""
    kpis = list(CATALOGUE.values())
    for table in tables_of(kpis):
        for _, statement in sums(parts(kpis, table), table):
            text, _ = compiled(statement)
            assert len(re.findall(rf'(FROM|JOIN) "{table}"', text)) == 1, table
    gathering = {table: len(sums(parts(kpis, table), table)) for table in tables_of(kpis)}
    assert {table: number for table, number in gathering.items() if number > 1} == {
        "SurveyResponse": 2,
        "TextReview": 2,
    }
