"""However a file is cut into blocks, its records are those that the exact reader finds."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from data_connectors import text_encoding
from data_connectors.csv_blocks import record_batches
from data_connectors.csv_columns import Columns
from data_connectors.csv_records import SEPARATOR, Lines, records
from tests.hypothesis_profiles import examples

TEXT = st.lists(
    st.sampled_from(
        ["a", "é", ";", '"', '""', "\n", "\r\n", "\r", "\x1f", '"b;\nc"', "\u2028", ";;", "long word "]
    ),
    max_size=60,
).map("".join)


@examples(100)
@given(text=TEXT, block=st.integers(1, 40))
def test_blocks_give_the_records_of_the_exact_reader(text: str, block: int) -> None:
    with TemporaryDirectory() as folder, patch.object(text_encoding, "BLOCK", block):
        path = Path(folder) / "x.csv"
        path.write_bytes(text.encode())
        lines = Lines(text_encoding.text_blocks(path, "utf-8"))
        found = [row for batch in record_batches(lines, ";", '"') for row in batch.to_pylist()]
    expected = records(io.StringIO(text, newline=""), ";", '"')
    assert [tuple(row.values()) for row in found] == [
        (number, problem, record + SEPARATOR) for number, problem, record in expected
    ]


HEADER = ["k", "é", "m"]
PLAIN = (
    "1;a;b\n",
    '2;"a";b\r\n',
    '3;"a;""b""";\n',
    ";;\n",
    " ;\u2003;\n",
    "\n",
    "4;5\n",
    "6;7;8;9\n",
    "NULL;NA;\n",
)
ODD = (
    'x"y;z;\n',
    '"a" ;b;c\n',
    '"two\nlines";b;c\n',
    '""";b;c\n',
    "\0;b;c\n",
    "\x1f;b;c\n",
    "\r",
    "\u2028;b;c\n",
)
HEADERS = ("k;é;m\n", '"k";é;m\n', "7;b;c", '";";";";";"\n', '"";"";""\n')
ROWS = st.lists(st.sampled_from((*PLAIN, *ODD, *HEADERS)), max_size=12).map("".join)


@examples(100)
@given(text=ROWS, block=st.integers(1, 200), wanted=st.sets(st.integers(0, 2), min_size=1))
def test_columns_are_those_of_the_exact_reader(text: str, block: int, wanted: set[int]) -> None:
    columns = Columns(header=HEADER, wanted=sorted(wanted), delimiter=";", quote='"')
    with TemporaryDirectory() as folder, patch.object(text_encoding, "BLOCK", block):
        path = Path(folder) / "x.csv"
        path.write_bytes(text.encode())
        lines = Lines(text_encoding.text_blocks(path, "utf-8"))
        batches = record_batches(lines, ";", '"', columns)
        found = [tuple(row.values()) for batch in batches for row in columns.fitting(batch).to_pylist()]
    exact = {
        number: (problem, record)
        for number, problem, record in records(io.StringIO(text, newline=""), ";", '"')
    }
    assert sorted(number for number, *_ in found) == sorted(exact)
    for number, problem, record, *values in found:
        if record is not None:
            assert (problem, record) == (exact[number][0], exact[number][1] + SEPARATOR)
            continue
        fields = exact[number][1].split(SEPARATOR)
        assert exact[number][0] is None
        assert values == [fields[place] for place in sorted(wanted)]
        assert len(fields) == len(HEADER)
        assert fields != HEADER
        assert "".join(fields).strip()


def test_a_plain_block_with_a_few_odd_rows_goes_the_fast_way() -> None:
    columns = Columns(header=HEADER, wanted=[0, 2], delimiter=";", quote='"')
    plain = columns.plain('1;"a;b";c\r\n2;3\r\n\r\nk;é;m\r\n4;;"d"')
    assert plain is not None
    rows = [row for batch in columns.rows(5, 5, plain) for row in batch.to_pylist()]
    assert [tuple(row.values()) for row in rows] == [
        (5, None, None, "1", "c"),
        (9, None, None, "4", "d"),
        (6, None, "2\x1f3\x1f", None, None),
        (7, None, "\x1f", None, None),
        (8, None, "k\x1fé\x1fm\x1f", None, None),
    ]
