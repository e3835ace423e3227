"""However a file is cut into blocks, its records are those that the exact reader finds."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from data_connectors import text_encoding
from data_connectors.csv_blocks import record_batches
from data_connectors.csv_records import SEPARATOR, Lines, records

TEXT = st.lists(
    st.sampled_from(
        ["a", "é", ";", '"', '""', "\n", "\r\n", "\r", "\x1f", '"b;\nc"', "\u2028", ";;", "long word "]
    ),
    max_size=60,
).map("".join)


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
