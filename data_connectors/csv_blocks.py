"""Records of delimited text in batches, as fast as each block of the file allows.

A plain block gives its columns at once. One without quotes is split into records by its line ends alone. One
whose quotes all close within it goes through the csv module in one go. Only a block with something odd is
read record by record. All four give the same rows: `records` in csv_records says what is right.
"""

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from data_connectors.csv_columns import Columns
from data_connectors.csv_records import SCHEMA, SEPARATOR, Lines, Record, batch_of, records

Rows = Callable[[], list[pa.RecordBatch]]
"""Gives the rows of a block. Blocks do not need each other, so several may be read at once."""


def record_batches(
    lines: Lines, delimiter: str, quote: str, columns: Columns | None = None
) -> Iterator[pa.RecordBatch]:
    """All records that are left in the lines; where `columns` can have them, the columns of rows instead."""
    for rows in blocks(lines, delimiter, quote, columns):
        yield from rows()


def blocks(lines: Lines, delimiter: str, quote: str, columns: Columns | None = None) -> Iterator[Rows]:
    """The same, block by block."""
    exact = records(lines, delimiter, quote)
    while True:
        if not lines.left_over:
            numbered = lines.block()
            if numbered is None:
                return
            number, text = numbered
            plain = columns.plain(text) if columns is not None else None
            if columns is not None and plain is not None:
                count = plain.count("\n")
                lines.skip(count)
                yield partial(columns.rows, number, count, plain)
                continue
            batch = _without_quotes(number, text, delimiter, quote)
            if batch is not None:
                lines.skip(batch.num_rows)
                yield partial(list, [batch])
                continue
            whole = _closed_quotes(number, text, delimiter, quote)
            if whole is not None:
                lines.skip(_line_count(text))
                yield partial(list, [batch_of(whole)])
                continue
            lines.open(text)
        yield partial(list, [batch_of(_left_over(lines, exact))])


def _left_over(lines: Lines, exact: Iterator[Record]) -> list[Record]:
    found = []
    while lines.left_over:
        found.append(next(exact))
    return found


def _without_quotes(number: int, text: str, delimiter: str, quote: str) -> pa.RecordBatch | None:
    if quote in text or SEPARATOR in text:
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return None
    if not text.endswith("\n"):
        text += "\n"
    content = np.frombuffer(bytearray(text.replace(delimiter, SEPARATOR), "utf-8"), np.uint8)
    ends = np.flatnonzero(content == ord("\n"))
    content[ends] = ord(SEPARATOR)
    offsets = np.zeros(len(ends) + 1, np.int32)
    offsets[1:] = ends + 1
    return pa.RecordBatch.from_arrays(
        [
            pa.array(np.arange(number, number + len(ends))),
            pa.nulls(len(ends), pa.string()),
            pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(content)),
        ],
        schema=SCHEMA,
    )


def _closed_quotes(number: int, text: str, delimiter: str, quote: str) -> list[Record] | None:
    if SEPARATOR in text:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    found: list[Record] = []
    first = number
    try:
        for fields in reader:
            found.append((first, None, SEPARATOR.join(fields)))
            first = number + reader.line_num
    except csv.Error:
        return None
    return found


def _line_count(text: str) -> int:
    return sum(1 for _ in io.StringIO(text, newline=""))
