"""A few rows as a block, for tests: which are plain, what those come to, and what the engine makes of all."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from core.quoting import identifier
from data_connectors.connector import LINE, PROBLEM, source_column
from data_connectors.csv_columns import column_name
from data_connectors.csv_records import RECORD
from data_connectors.intake import set_pads
from data_connectors.mapping import FileFormat
from data_connectors.parsed import Reading
from data_connectors.parsing_query import parsing_query
from data_connectors.plain_columns import plain_rows
from data_connectors.plain_rows import PlainRows
from governance.pseudonymise import Key
from kpis.tables import TABLES
from storage.duck import connect
from tests.intake_files import TODAY, mapping

AMSTERDAM = "Europe/Amsterdam"
KEY = Key(b"k" * 32, (b"another secret of thirty-two bytes",))
FIRST_LINE = 7
Row = dict[str, Any]


class Told(NamedTuple):
    """Plain rows by their line, and the lines of the others."""

    plain: dict[int, Row]
    others: list[int]


def reading_of(file: FileFormat) -> Reading:
    zone = file.timezone or AMSTERDAM
    return Reading(
        file=file,
        typed=frozenset(),
        zone=zone,
        hospital_zone=AMSTERDAM,
        today=TODAY,
        links=len(KEY.secrets),
    )


def reader(toml: str, header: Sequence[str], key: Key = KEY) -> PlainRows | None:
    chosen = mapping(toml)
    (table,) = chosen.table
    return plain_rows(table, TABLES[table.name], reading_of(chosen.file), key, header)


def block(header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.RecordBatch:
    none = pa.nulls(len(rows), pa.string())
    columns = {column_name(i): pa.array([row[i] for row in rows], pa.string()) for i in range(len(header))}
    lines = pa.array(range(FIRST_LINE, FIRST_LINE + len(rows)), pa.int64())
    return pa.RecordBatch.from_pydict({LINE: lines, PROBLEM: none, RECORD: none} | columns)


def told_apart(toml: str, header: Sequence[str], *rows: Sequence[str]) -> Told:
    found = reader(toml, header)
    assert found is not None
    plain, others = found.split(block(header, rows))
    assert plain is None or plain.schema.equals(found.schema)
    return Told(
        {row[LINE]: row for row in ([] if plain is None else plain.to_pylist())},
        [] if others is None else others.column(LINE).to_pylist(),
    )


def by_engine(toml: str, header: Sequence[str], *rows: Sequence[str]) -> dict[int, Row]:
    """Every row by its line, as it is made without blocks."""
    chosen = mapping(toml)
    (table,) = chosen.table
    named = "".join(f", {column_name(i)} AS {source_column(name)}" for i, name in enumerate(header))
    relation = f"(SELECT {identifier(LINE)}, {identifier(PROBLEM)}{named} FROM block)"
    with connect() as connection:
        set_pads(connection, KEY)
        connection.register("block", block(header, rows))
        query = parsing_query(relation, table, TABLES[table.name], reading_of(chosen.file))
        made = connection.sql(query).to_arrow_table().to_pylist()
    return {row[LINE]: row for row in made}


def agreeing(toml: str, header: Sequence[str], *rows: Sequence[str]) -> Told:
    """What is plain, which is to the last value what the engine makes of it."""
    told, made = told_apart(toml, header, *rows), by_engine(toml, header, *rows)
    assert sorted([*told.plain, *told.others]) == sorted(made)
    for line, row in told.plain.items():
        nothing = dict.fromkeys(made[line])
        assert made[line] == nothing | row | {"fault": None, "gone": False}
    return told
