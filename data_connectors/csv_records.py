"""Records of delimited text, exactly: what one quote too many does to a file stays on its own line.

A record without a quote is a line. A record with one goes through the csv module in strict mode; where that
fails (a quote that never closes swallows all that follows) only its first line is set aside and reading goes
on with the line after it.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from data_connectors.connector import LINE, PROBLEM

SEPARATOR = "\x1f"
"""Stands between the fields of a record; a field may not hold it."""

Record = tuple[int, str | None, str]
"""First line number, reason code of a problem, fields joined by SEPARATOR."""

RECORD = "record"
SCHEMA = pa.schema([(LINE, pa.int64()), (PROBLEM, pa.string()), (RECORD, pa.string())])
"""Of records in batches; here every field of a record ends with SEPARATOR, the last one included."""


class Lines:
    """Numbered lines of a text that comes in blocks of whole lines; lines can be put back."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self._blocks = iter(blocks)
        self._read = 0
        self._ready: deque[tuple[int, str]] = deque()

    @property
    def left_over(self) -> bool:
        """Whether lines of an opened block are still to be taken."""
        return bool(self._ready)

    def block(self) -> tuple[int, str] | None:
        """The next block unopened, with the number of its first line; only when nothing is left over."""
        text = next(self._blocks, None)
        return None if text is None else (self._read + 1, text)

    def skip(self, lines: int) -> None:
        """Count the lines of a block that was read as a whole."""
        self._read += lines

    def open(self, block: str) -> None:
        """Make the lines of a block ready to be taken."""
        fresh = list(enumerate(io.StringIO(block, newline=""), start=self._read + 1))
        self._ready.extend(fresh)
        self._read += len(fresh)

    def take(self) -> tuple[int, str] | None:
        """The next line with its number, or None at the end."""
        while not self._ready:
            text = next(self._blocks, None)
            if text is None:
                return None
            self.open(text)
        return self._ready.popleft()

    def put_back(self, numbered: list[tuple[int, str]]) -> None:
        """Give lines back that were taken last."""
        self._ready.extendleft(reversed(numbered))


def records(lines: Iterable[str] | Lines, delimiter: str, quote: str) -> Iterator[Record]:
    """Every record of the lines (which keep their ends), blank ones included."""
    reading = lines if isinstance(lines, Lines) else Lines(lines)
    while (numbered := reading.take()) is not None:
        number, line = numbered
        body = line.rstrip("\r\n")
        if SEPARATOR in body:
            yield number, "unparseable", ""
        elif quote not in body:
            yield number, None, body.replace(delimiter, SEPARATOR)
        else:
            yield number, *_joined(_quoted(line, reading, delimiter, quote))


def _quoted(line: str, reading: Lines, delimiter: str, quote: str) -> list[str] | None:
    taken: list[tuple[int, str]] = []

    def feed() -> Iterator[str]:
        yield line
        while (numbered := reading.take()) is not None:
            taken.append(numbered)
            yield numbered[1]

    try:
        return next(csv.reader(feed(), delimiter=delimiter, quotechar=quote, strict=True))
    except csv.Error:
        reading.put_back(taken)
        return None


def _joined(fields: list[str] | None) -> tuple[str | None, str]:
    if fields is None or any(SEPARATOR in value for value in fields):
        return "unparseable", ""
    return None, SEPARATOR.join(fields)


def batch_of(found: Sequence[Record]) -> pa.RecordBatch:
    """Records as a batch."""
    return pa.RecordBatch.from_arrays(
        [
            pa.array([number for number, _, _ in found], pa.int64()),
            pa.array([problem for _, problem, _ in found], pa.string()),
            pa.array([record + SEPARATOR for _, _, record in found], pa.string()),
        ],
        schema=SCHEMA,
    )
