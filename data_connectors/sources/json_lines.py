"""JSON lines: one object per line. A nested value goes by its dotted path, such as participant.0.type."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from core.language.text import N_, Text
from data_connectors.cells import Exact, Fault
from data_connectors.connector import NOT_DATA, ConnectorKind, Refused
from data_connectors.guards import COLUMNS_LIMIT, bounded_byte_lines, check_columns, empty_file
from data_connectors.mapping import FileFormat
from data_connectors.row_source import Row, RowSource
from data_connectors.text_encoding import MIXED, UNREADABLE, decoded_line, settled, text_blocks

BOM = b"\xef\xbb\xbf"
DEEPEST = 30
LONGEST_LIST = 100
"""Items of a list beyond this one go by no name."""
LONGEST_TEXT = 32_768
MOST_NAMES = 10 * COLUMNS_LIMIT
"""On one line, at all depths together."""
NOT_FINITE, TOO_LONG = Fault("non_finite"), Fault("unparseable")


def open_json_lines(path: Path, file: FileFormat) -> RowSource:
    """Read all names once, so that a column which stands on the last line only is known too."""
    _look_at_start(path)
    encoding = settled(path, file.encoding)
    names: dict[str, None] = {}
    for _, _, found in _objects(path, encoding):
        names.update(dict.fromkeys(_names(found)))
        check_columns(len(names), path.name)
    if not names:
        raise _no_objects(path.name)
    return RowSource(
        path=path,
        header=tuple(names),
        read=lambda asked: _rows(path, encoding, asked),
        describe=lambda: Text(N_("JSON lines")),
        encoding=encoding,
    )


def _look_at_start(path: Path) -> None:
    with path.open("rb") as content:
        start = content.read(512).removeprefix(BOM)
    if not start:
        raise empty_file(path.name)
    if start.lstrip().startswith(b"["):
        raise _no_objects(path.name)


def _no_objects(where: str) -> Refused:
    return Refused(
        "content_type_mismatch",
        N_("The lines of this file are no JSON objects."),
        where=where,
        remedy=N_("Write one object per line, without a list around them (JSON lines)."),
    )


def _rows(path: Path, encoding: str, asked: tuple[str, ...]) -> Iterator[Row]:
    steps = [(name, name.split(".")) for name in asked]
    nothing = [None] * len(asked)
    for number, problem, found in _objects(path, encoding):
        cells = nothing if problem else [_value(found, name, path_to) for name, path_to in steps]
        yield Row(number, problem, cells)


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, str | None, dict[str, Any]]]:
    """Line number, reason code of a problem, and the object; blank lines are no data."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_unique, parse_int=Exact, parse_float=Exact, parse_constant=lambda _name: NOT_FINITE
    )
    written = "utf-8" if _is_wide(encoding) else encoding
    for number, line in enumerate(_lines(path, encoding), start=1):
        if number == 1:
            line = line.removeprefix(BOM)
        if line.count(b'":') > MOST_NAMES:  # before they take the memory that they ask
            check_columns(MOST_NAMES, path.name)
        yield number, *_object(line, written, decoder)


def _lines(path: Path, encoding: str) -> Iterator[bytes]:
    """Lines as they stand in the file; in UTF-8 where a byte of a line end may be part of a letter."""
    if _is_wide(encoding):
        for text in text_blocks(path, encoding):
            yield from (line.encode() for line in StringIO(text))
        return
    with path.open("rb") as content:
        yield from bounded_byte_lines(content, path.name)


def _is_wide(encoding: str) -> bool:
    return encoding.startswith(("utf-16", "utf-32"))


def _object(line: bytes, encoding: str, decoder: json.JSONDecoder) -> tuple[str | None, dict[str, Any]]:
    if not line.strip():
        return NOT_DATA, {}
    try:
        text = decoded_line(line) if encoding == MIXED else line.decode(encoding)
    except UnicodeError:
        return "encoding_error", {}
    if text.startswith(UNREADABLE):
        return "encoding_error", {}
    try:
        found = decoder.decode(text)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False, default=str).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return ("nul_byte" if "\0" in text else "malformed_json"), {}
    return (None, found) if isinstance(found, dict) else ("malformed_json", {})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _names(found: dict[str, Any]) -> Iterator[str]:
    """Dotted names of all values, in order."""
    waiting: list[tuple[str, Any, int]] = [(name, value, 1) for name, value in reversed(found.items())]
    for _ in range(MOST_NAMES):
        if not waiting:
            return
        name, value, depth = waiting.pop()
        inner = _inner(value) if depth < DEEPEST else []
        waiting += [(f"{name}.{key}", below, depth + 1) for key, below in reversed(inner)]
        if not isinstance(value, dict | list):
            yield name


def _inner(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return [(str(at), item) for at, item in enumerate(value[:LONGEST_LIST])]
    return []


def _value(found: dict[str, Any], name: str, path_to: list[str]) -> Any:
    value: Any = found.get(name)
    if value is None and len(path_to) > 1:
        value = found
        for step in path_to:
            value = _step(value, step)
    if isinstance(value, dict | list):
        return TOO_LONG
    return TOO_LONG if isinstance(value, str) and len(value) > LONGEST_TEXT else value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdigit() and len(step) < len(str(LONGEST_LIST)):
        return value[int(step)] if int(step) < len(value) else None
    return None


CONNECTOR = ConnectorKind(
    description=N_("JSON lines (one object per line)"), suffixes=(".jsonl", ".ndjson"), open=open_json_lines
)
