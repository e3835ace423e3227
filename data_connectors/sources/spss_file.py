"""SPSS (.sav) by pyreadstat. What the questionnaire calls missing is missing; dates are dates.

A column with value labels comes twice: under its own name with the codes, and as NAME.label with the words.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.language.text import N_, Text
from data_connectors.connector import ConnectorKind, Refused
from data_connectors.guards import UNPACKED_LIMIT, check_columns, empty_file
from data_connectors.mapping import FileFormat
from data_connectors.row_source import Row, RowSource
from data_connectors.separate_process import Died, table_from
from data_connectors.wide_rows import LABEL

MAGIC = (b"$FL2", b"$FL3")
BLOCK = 10_000
READER = Path(__file__).parents[1] / "spss_reader.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """names: of the columns; words: per column its value labels; rows: as many as the file says it holds.

    lengths: columns that hold seconds, of a time of day or of a length of time.
    """

    names: tuple[str, ...]
    words: dict[str, dict[Any, str]]
    rows: int
    encoding: str
    lengths: frozenset[str]


def open_spss(path: Path, _file: FileFormat) -> RowSource:
    """Read the dictionary of variables; raises Refused for what is no SPSS file."""
    _look_at_bytes(path)
    _, about = _read(path, metadataonly=True)
    check_columns(len(about.names), path.name)
    return RowSource(
        path=path,
        header=(*about.names, *(name + LABEL for name in about.names if name in about.words)),
        read=lambda asked: _rows(path, asked, about),
        describe=lambda: Text(N_("SPSS")),
        encoding=about.encoding,
    )


def _look_at_bytes(path: Path) -> None:
    with path.open("rb") as content:
        start = content.read(4)
    if not start:
        raise empty_file(path.name)
    if not start.startswith(MAGIC):
        raise Refused(
            "content_type_mismatch",
            N_("This is no SPSS file (.sav)."),
            where=path.name,
            remedy=N_("Save it in SPSS as .sav, or export it as CSV."),
        )
    if path.stat().st_size > UNPACKED_LIMIT:
        raise Refused(
            "unreadable_file",
            N_("This SPSS file is over {limit} MB."),
            where=path.name,
            remedy=N_("Export it as CSV or Parquet."),
            limit=UNPACKED_LIMIT // 1_000_000,
        )


def _read(path: Path, **options: Any) -> tuple[dict[str, list[Any]], Variables]:
    if find_spec("pyreadstat") is None:
        raise Refused(
            "unreadable_file",
            N_("Reading SPSS files needs the package pyreadstat."),
            where=path.name,
            remedy=N_("Install it (pip install meetlat[spss]), or export the file as CSV."),
        )
    try:
        found = table_from(READER, str(path.resolve()), json.dumps(options))
    except Died:
        raise _damaged(path) from None
    said = found.schema.metadata
    names: list[str | None] = json.loads(said[b"names"])
    if None in names:
        raise _damaged(path)
    return found.to_pydict(), Variables(
        names=tuple(name for name in names if name is not None),
        words={name: dict(pairs) for name, pairs in json.loads(said[b"words"]).items()},
        rows=int(said[b"rows"]),
        encoding=said[b"encoding"].decode().lower(),
        lengths=frozenset(json.loads(said[b"lengths"])),
    )


def _damaged(path: Path) -> Refused:
    return Refused(
        "unreadable_file",
        N_("This SPSS file is damaged or cut off."),
        where=path.name,
        remedy=N_("Save it again in SPSS."),
    )


def _rows(path: Path, asked: tuple[str, ...], about: Variables) -> Iterator[Row]:
    names = set(about.names)
    origins = [name if name in names else name.removesuffix(LABEL) for name in asked]
    words = [{} if name in names else about.words[name.removesuffix(LABEL)] for name in asked]
    start = 0
    while True:
        columns, read = _read(
            path, usecols=sorted(set(origins)) or None, row_offset=start, row_limit=BLOCK, user_missing=False
        )
        columns |= {name: list(map(_length, columns[name])) for name in read.lengths}
        taken = [columns[name] for name in origins] if origins else list(columns.values())
        rows = list(zip(*taken, strict=True))
        for number, cells in enumerate(rows, start=start + 1):
            yield Row(number, None, [_cell(cell, word) for cell, word in zip(cells, words, strict=False)])
        start += len(rows)
        if len(rows) < BLOCK:
            break
    if start < about.rows:
        raise _damaged(path)


def _length(seconds: float | None) -> time | timedelta | None:
    """A time of day where it can be one; a length of time where it is below zero or of a day and more."""
    if seconds is None or math.isnan(seconds):
        return None
    length = timedelta(seconds=seconds)
    of_a_day = timedelta() <= length < timedelta(days=1)
    return (datetime(1, 1, 1, tzinfo=UTC) + length).time() if of_a_day else length


def _cell(cell: Any, words: dict[Any, str]) -> Any:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, str) and not cell.strip():
        return None
    if words:
        return words.get(cell, cell)
    if isinstance(cell, int | float | str | date | datetime | time | timedelta):
        return cell
    return str(cell)


CONNECTOR = ConnectorKind(description=N_("SPSS (.sav)"), suffixes=(".sav", ".zsav"), open=open_spss)
