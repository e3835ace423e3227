"""Records of delimited text, exactly: what one quote too many does to a file stays on its own line.

A record without a quote is a line. A record with one goes through the csv module in strict mode; where that
fails (a quote that never closes swallows all that follows) only its first line is set aside and reading goes
on with the line after it.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

SEPARATOR = "\x1f"
"""Stands between the fields of a record; a field may not hold it."""

Record = tuple[int, str | None, str]
"""First line number, reason code of a problem, fields joined by SEPARATOR."""


def records(lines: Iterable[str], delimiter: str, quote: str) -> Iterator[Record]:
    """Every record of the lines (which keep their ends), blank ones included."""
    reading = _Lines(lines)
    while (numbered := reading.take()) is not None:
        number, line = numbered
        body = line.rstrip("\r\n")
        if SEPARATOR in body:
            yield number, "unparseable", ""
        elif quote not in body:
            yield number, None, body.replace(delimiter, SEPARATOR)
        else:
            yield number, *_joined(_quoted(line, reading, delimiter, quote))


class _Lines:
    """Numbered lines that can be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._fresh = enumerate(lines, start=1)
        self._again: deque[tuple[int, str]] = deque()

    def take(self) -> tuple[int, str] | None:
        return self._again.popleft() if self._again else next(self._fresh, None)

    def put_back(self, numbered: list[tuple[int, str]]) -> None:
        self._again.extendleft(reversed(numbered))


def _quoted(line: str, reading: _Lines, delimiter: str, quote: str) -> list[str] | None:
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
