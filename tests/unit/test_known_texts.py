"""A text is parsed once, and then known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pytest

from data_connectors import known_texts
from data_connectors.engine import engine
from data_connectors.known_texts import KnownTexts
from kpis.tables import TABLES
from tests.intake_files import mapping
from tests.plain_blocks import reading_of

NOTES = """
[[table]]
name = "NoteSession"
department = "afd"
exposed = { value = "ja" }

[table.columns]
note = "id"
started_at = "begin"
active_seconds = { from = "duur", unit = "minutes" }
"""


@dataclass
class Parsed:
    """Which texts were parsed, call by call."""

    calls: list[list[str]] = field(default_factory=list)


@pytest.fixture
def parsed() -> Iterator[Parsed]:
    noted, parse = Parsed(), KnownTexts._parsed

    def noting(self: KnownTexts, texts: Sequence[str]) -> pa.Table:
        noted.calls.append([*texts])
        return parse(self, texts)

    with patch.object(KnownTexts, "_parsed", noting):
        yield noted


def known(name: str, database: duckdb.DuckDBPyConnection | None = None) -> KnownTexts:
    chosen = mapping(NOTES)
    (table,) = chosen.table
    return KnownTexts(
        name=name,
        engine=database or engine(),
        mapping=table,
        table=TABLES[table.name],
        reading=reading_of(chosen.file),
    )


def column(*texts: str) -> pa.StringArray:
    return pa.array(texts, pa.string())


def test_each_text_has_its_value_and_marks() -> None:
    values, clean, flags = known("active_seconds").read(column("4", "x", "", "4"))
    assert isinstance(values, pa.Array)
    assert values.to_pylist() == [240.0, None, None, 240.0]
    assert clean.tolist() == [True, False, True, True]
    assert {name: rows.tolist() for name, rows in flags.items()} == {
        "flag converted_unit": [True, False, False, True]
    }


def test_a_constant_is_made_of_no_column() -> None:
    values, clean, flags = known("exposed").read(column("", ""))
    assert (values.to_pylist(), clean.tolist(), flags) == ([1, 1], [True, True], {})


def test_what_came_before_is_not_parsed_again(parsed: Parsed) -> None:
    texts = known("active_seconds")
    found = [texts.read(column(*some))[0].to_pylist() for some in (("1", "2"), ("2", "1"), ("3", "2"))]
    assert found == [[60.0, 120.0], [120.0, 60.0], [180.0, 120.0]]
    assert parsed.calls == [["1", "2"], ["3"]]


def test_with_too_many_texts_all_is_forgotten(parsed: Parsed) -> None:
    texts = known("active_seconds")
    blocks = (("1", "2"), ("2", "3"), ("3", "4"), ("4", "3"), ("1",), ("5", "6", "7", "8"), ("8",))
    with patch.object(known_texts, "MOST", 3):
        found = [texts.read(column(*some))[0].to_pylist() for some in blocks]
    assert found == [[60.0 * int(text) for text in some] for some in blocks]
    assert parsed.calls == [["1", "2"], ["3"], ["3", "4"], ["1"], ["5", "6", "7", "8"]]


def test_nothing_is_left_in_an_engine_that_others_share() -> None:
    engine = duckdb.connect()
    known("active_seconds", engine).read(column("1"))
    with pytest.raises(duckdb.CatalogException):
        engine.sql("FROM texts")


def test_a_long_text_is_left_to_the_engine_and_not_remembered(parsed: Parsed) -> None:
    columns = known("department")
    _, clean, _ = columns.read(column("KNO", "x" * 300, "y" * 301, "é" * 151))
    assert clean.tolist() == [True, True, False, False]
    assert max(len(text) for texts in parsed.calls for text in texts) == 300


def test_a_day_with_an_offset_is_that_of_utc_whatever_the_machine_says() -> None:
    assert engine().cursor().sql("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
