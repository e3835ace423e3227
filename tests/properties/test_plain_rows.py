"""A file read in blocks comes to the same rows, faults and flags as one that the engine reads by itself."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quoting import identifier
from data_connectors import filling, known_texts, text_encoding
from data_connectors.filling import fill
from data_connectors.intake import PARSED, Account, take_in
from data_connectors.sources.csv_file import open_csv
from governance.pseudonymise import Key
from storage.duck import connect
from tests.hypothesis_profiles import examples
from tests.intake_files import mapping
from tests.taken_files import TODAY

KEY = Key(b"k" * 32, (b"another secret of thirty-two bytes",))
SPACES = ("", " ", "\u00a0", "\t", " x ", "x\u00a0")
NAMES = (
    "a",
    "b",
    "A",
    "a b",
    "é",
    "1,2E+11",
    "+1",
    "NULL",
    "-",
    "'",
    "x" * 301,
    "a\x01b",
    "a\x7f",
    "NA",
    "０",
    *SPACES,
)
MOMENTS = (
    "2026-03-29 02:30:00",
    "2026-03-29 01:59:59",
    "2026-03-30 09:00:00",
    "2026-03-27 09:00:00",
    "2025-10-26 02:30:00",
    "2025-10-26 03:30",
    "2026-07-01T09:00:00",
    "2026-07-01 24:00:00",
    "2026-07-01 23:59:60",
    "2024-02-29 10:00",
    "2025-02-29 10:00",
    "2026-06-31 10:00:00",
    "1989-12-31 23:30:00",
    "1990-01-01 00:30:00",
    "1990-01-03 00:30:00",
    "2027-11-24 00:30:00",
    "2027-11-21 12:30:00",
    "2028-01-01 10:00:00",
    "2026-07-01 09:00:00.5",
    "2026-07-01T09:00:00.123",
    "2026-07-01 09:00:00.999999",
    "2026-07-01 09:00:00.1234567",
    "2026-07-01 09:00:00.123456789Z",
    "2026-07-01 09:00:00.123+02:00",
    "2026-03-29 01:59:59.999",
    "2027-11-24 00:00:00.001",
    "01-07-2026 09:00:00,5",
    "01-07-2026 09:00:00,1234567",
    "01/07/2026 09:00",
    "2026-07-01 09:00:00.0000000 +02:00",
    "2026-07-01 09:00:00 +99:00",
    "2026-07-01T09:00 Z",
    "2026-07-01 09:00:00Z",
    "2026-07-01 9:00",
    "2026-07-01T23:30:00+02:00",
    "2026-10-25 02:30:00+01:00",
    "2026-07-01 09:00:00+15:00",
    "2026-07-01 00:30Z",
    "2026-07-01T00:30:00+0200",
    "09:30:00",
    "10:00",
    "2026/07/01 09:00:00",
    "01-07-2026 09:00",
    "1-7-2026 9:00",
    "29-03-2026 02:30",
    "31-02-2026 09:00",
    "01-07-26 09:00",
    "07-01-2026 09:00",
    " 2026-07-01 10:00:00",
    "2026-07-01 10:00:00 ",
    "２026-07-01 10:00:00",
    "20\u00e96-07-01 10:00:00"[:19],
    *SPACES,
)
DAYS = ("2026-07-01", "01-07-2026", "2026-07-01 00:00:00", "31-02-2026", "2026-13-01", "1980-01-01", *SPACES)
NUMBERS = (
    *("0", "1", "2.5", "2,5", "1.234,5", "1.234", "-3", "+4", "1e3", "1e400", "nan", "inf", "#N/A"),
    *("1:30", "90 min", "1,5 uur", "veel", "2000", "0012", ".5", "5.", "9007199254740993", *SPACES),
)
FLAGS = ("1", "0", "ja", "Nee", "J", "x", "misschien", *SPACES)

ISO = """
[[table]]
name = "NoteSession"
department = "afdeling"
segment = { from = "soort", values = { E = "first", "a b" = "follow_up" } }
exposed = { from = "vlag", default = "0" }
deleted = { from = "weg", values = { "x " = "ja" } }

[table.columns]
note = "sleutel"
patient = "patnr"
clinician = "arts"
started_at = "begin"
ended_at = "eind"
active_seconds = { from = "getal", unit = "minutes" }
template = "soort"
"""
DUTCH = """
[file]
delimiter = ";"
decimal = ","
thousands = "."
null = ["NULL", "-", "01-07-2026 09:00"]
time_format = ["%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S"]
date_format = ["%d-%m-%Y", "%Y-%m-%d"]
departments = ["a", "A b"]

[[table]]
name = "Document"
department = { from = "afdeling", default = "elders" }
exposed = "vlag"

[table.columns]
document = "sleutel"
drafted_at = "begin"
opened_at = "eind"
edit_distance = "getal"
"""
FRACTIONS = DUTCH.replace(
    '"%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S"', '"%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S,%f", "%d/%m/%Y %H:%M"'
)
COUNTED = """
[file]
date_format = ["%d-%m-%Y", "%Y-%m-%d"]

[[table]]
name = "AggregatedCount"
department = { from = "afdeling", default = "elders" }
exposed = { value = "ja" }

[table.columns]
measure = "sleutel"
period_start = "dag"
total = "getal"
failures = "ander"
"""
JOINED = """
[file]
timezone = "UTC"
null = ["10:00", "b"]
not_data = [{ column = "soort", values = ["a", "x"] }, { column = "vlag", matches = "^[jm]" }]

[[table]]
name = "NoteSession"
department = "afdeling"

[table.columns]
note = ["sleutel", "patnr"]
patient = "arts"
started_at = "begin"
ended_at = ["dag", "eind"]
"""
HEADER = (
    "sleutel",
    "afdeling",
    "patnr",
    "arts",
    "begin",
    "eind",
    "dag",
    "getal",
    "ander",
    "vlag",
    "weg",
    "soort",
)
CELLS = (NAMES, NAMES, NAMES, NAMES, MOMENTS, MOMENTS, DAYS, NUMBERS, NUMBERS, FLAGS, FLAGS, ("E", *NAMES))
ROW = st.tuples(*(st.sampled_from(cells) for cells in CELLS))
GOOD = (
    "k",
    "a",
    "p",
    "c",
    "2026-07-01 09:00:00",
    "2026-07-01 09:30:00",
    "2026-07-01",
    "4",
    "3",
    "1",
    "0",
    "E",
)
SOUND = {
    ISO: GOOD,
    DUTCH: (*GOOD[:4], "02-07-2026 09:00", "02-07-2026 09:30", GOOD[6], "0,5", *GOOD[8:]),
    FRACTIONS: (*GOOD[:4], "02-07-2026 09:00:00,25", "02-07-2026 09:30:00,125", GOOD[6], "0,5", *GOOD[8:]),
    COUNTED: GOOD,
    JOINED: (*GOOD[:5], "09:30:00", *GOOD[6:]),
}
"""By mapping a row that is plain."""


def with_cell(row: Sequence[str], place: int, cell: str) -> tuple[str, ...]:
    return (*row[:place], cell, *row[place + 1 :])


ONE_CELL = st.integers(0, len(HEADER) - 1).flatmap(
    lambda place: st.tuples(st.just(place), st.sampled_from(CELLS[place]))
)
"""Of a row that is sound otherwise, so that no other fault hides what becomes of it."""

ROWS = st.lists(st.one_of(ROW, *[ONE_CELL] * 4), min_size=1, max_size=30)


def parsed(path: Path, toml: str, large: int) -> tuple[Account | str, list[tuple[Any, ...]]]:
    chosen = mapping(toml)
    with connect() as connection, patch.object(filling, "LARGE", large):
        source = open_csv(path, chosen.file)
        account = take_in(connection, source, chosen.table[0], chosen.file, KEY, ("Europe/Amsterdam", TODAY))
        names = map(identifier, sorted(connection.sql(f"FROM {PARSED}").columns))
        rows = connection.sql(f"SELECT {', '.join(names)} FROM {PARSED} ORDER BY _line")
        return account, [(*map(str, rows.columns), *map(str, rows.types)), *rows.fetchall()]


def both_ways(toml: str, rows: Sequence[Sequence[str]], block: int, at_once: int) -> None:
    """Every two rows share a key."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=mapping(toml).file.delimiter, lineterminator="\n")
    writer.writerows(
        [HEADER, *((f"{row[0]}{i // 2}" if row[0] else "", *row[1:]) for i, row in enumerate(rows))]
    )
    limits = patch.multiple(filling, OTHERS_AT_ONCE=at_once)
    with TemporaryDirectory() as folder, patch.object(text_encoding, "BLOCK", block), limits:
        path = Path(folder) / "rows.csv"
        path.write_text(text.getvalue(), "utf-8")
        with patch.object(known_texts, "MOST", 5), patch.object(filling, "fill", wraps=fill) as filled:
            found = parsed(path, toml, 0)
        assert filled.called
        assert found == parsed(path, toml, 1 << 40)


MAPPINGS = pytest.mark.parametrize("toml", [*SOUND], ids=["ISO", "Dutch", "fractions", "counted", "joined"])


@MAPPINGS
@examples(10)
@given(rows=ROWS, block=st.sampled_from([200, 900, 1 << 20]), at_once=st.sampled_from([0, 1 << 20]))
def test_blocks_come_to_the_same(toml: str, rows: list[Any], block: int, at_once: int) -> None:
    filled = [with_cell(SOUND[toml], *row) if len(row) == 2 else row for row in rows]
    both_ways(toml, filled, block, at_once)


@MAPPINGS
@pytest.mark.parametrize("block", [2_000, 20_000])
def test_each_cell_in_a_row_that_is_sound_otherwise_comes_to_the_same(toml: str, block: int) -> None:
    rows = [
        with_cell(SOUND[toml], place, cell)
        for place, cells in enumerate(CELLS)
        for cell in cells
        for _ in range(2)
    ]
    both_ways(toml, rows, block, 1 << 20)


@MAPPINGS
def test_a_file_of_sound_rows_needs_no_engine(toml: str, tmp_path: Path) -> None:
    """But for its first block, which is opened with the header."""
    chosen = mapping(toml)
    rows = [HEADER, *(with_cell(SOUND[toml], 0, f"k{i}") for i in range(500))]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(map(chosen.file.delimiter.join, rows)), "utf-8")
    with patch.object(text_encoding, "BLOCK", 1_000), patch.object(filling, "fill", wraps=fill) as filled:
        account, _ = parsed(path, toml, 0)
        plain, source = filled.call_args.args[-1], open_csv(path, chosen.file)
        blocks = source.blocks(filled.call_args.args[3])
        told = [plain.split(batch) for rows in blocks for batch in rows()]
    assert isinstance(account, Account)
    assert account.rows_loaded == 500
    assert sum(one.num_rows for one, _ in told if one is not None) > 480
