"""Every parser of what comes from outside, as a function of bytes: it reads, or refuses in a sentence."""

import atexit
import io
import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, TypeVar

import pyarrow as pa

from core.errors import UserError
from data_connectors import mapping_file
from data_connectors.connector import LINE
from data_connectors.csv_columns import Columns
from data_connectors.csv_dialect import DELIMITERS, dialect, guessed
from data_connectors.csv_records import RECORD, SEPARATOR, records
from data_connectors.fhir.bundle import page
from data_connectors.fhir.ndjson import Folder
from data_connectors.fhir.resources import Rejections, validator
from data_connectors.heading import heading
from data_connectors.heading_match import table_of
from data_connectors.mapping import FileFormat
from data_connectors.plain_times import read_times
from data_connectors.sources.excel_file import open_excel
from data_connectors.sources.json_lines import open_json_lines
from data_connectors.sources.spss_file import open_spss
from data_connectors.text_encoding import AUTO, settled, text_blocks
from data_connectors.time_layout import iso_layouts
from data_connectors.value_notation import notation, time_formats
from tests.file_writers import WRITERS
from tests.intake_files import NOTES

Found = TypeVar("Found")
ENCOUNTER = {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"}}
BUNDLE = {"resourceType": "Bundle", "total": 1, "entry": [{"resource": ENCOUNTER}]}
SHAPES = [*iso_layouts()]
CSV = 'a;b\n"x\ny";1,5\n'


def delimited(text: str) -> None:
    """Every line belongs to exactly one record, in order, whatever the quotes do."""
    lines = text.splitlines(keepends=True)
    for delimiter in DELIMITERS:
        numbers = [number for number, _, _ in records(iter(lines), delimiter, '"')]
        assert numbers == sorted(set(numbers))
        assert (numbers[0] == 1) if lines and numbers else not numbers
    _refusable(lambda: dialect(iter(lines), FileFormat(delimiter=AUTO, skip_lines=AUTO), "f"))
    _refusable(lambda: guessed(iter(lines), '"', "f"))


def block(text: str) -> None:
    """The columns of a block are those of the exact reader, and its times are those of Python."""
    columns = Columns(header=["a", "b"], wanted=[0, 1], delimiter=";", quote='"')
    plain = columns.plain(text)
    if plain is None:
        return
    exact = {number: record for number, _, record in records(io.StringIO(plain, newline=""), ";", '"')}
    rows = [row for batch in columns.rows(1, plain.count("\n"), plain) for row in batch.to_pylist()]
    assert sorted(row[LINE] for row in rows) == sorted(exact)
    assert all(
        (row[RECORD] or f"{row['c0']}{SEPARATOR}{row['c1']}{SEPARATOR}") == exact[row[LINE]] + SEPARATOR
        for row in rows
    )
    texts = [row["c0"] or "" for row in rows]
    times = read_times(pa.array(texts, pa.string()), SHAPES, ("UTC", "UTC"), date(2026, 11, 23))
    for moment, text, clean in zip(times.utc.to_pylist(), texts, times.clean, strict=True):
        close = re.sub(" (?=[Z+-])", "", text)
        assert not clean or not text or moment == _utc(datetime.fromisoformat(close))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def mapping(text: str) -> None:
    """A mapping, or at least one reason why not."""
    found, issues = mapping_file.read(text, "f.toml")
    assert (found is None) == bool(issues)


def words(text: str) -> None:
    """What is guessed from names of columns and from their values."""
    values = text.split("\n")
    _refusable(lambda: table_of([heading(value) for value in values]))
    notation(values)
    for kind in ("date", "time"):
        time_formats(values, kind)


def bundle(content: bytes) -> None:
    """A page of a FHIR server, and every resource on it against the definition."""
    found = _refusable(lambda: page(content, "f"))
    for resource in found.matches if found else ():
        _valid(resource)


def ndjson(path: Path) -> None:
    """A file of a bulk export."""
    for portion in Folder(path.parent, time.monotonic() + 60).portions("Encounter"):
        for resource in portion:
            _valid(resource)


def encoding(path: Path) -> None:
    """Text of any encoding in whole lines."""
    blocks = list(text_blocks(path, settled(path, AUTO)))
    assert all(block.endswith(("\n", "\r")) for block in blocks[:-1])


def opened(open_file: Callable[[Path, FileFormat], Any], path: Path) -> None:
    """Every row of a file."""
    source = open_file(path, FileFormat())
    for row in source.read(source.header):
        assert len(row.cells) == len(source.header)


def _valid(resource: Any) -> None:
    rejections = Rejections()
    assert validator("Encounter")(resource, "f", rejections) == (rejections.total == 0)


def _refusable(parse: Callable[[], Found]) -> Found | None:
    try:
        return parse()
    except UserError:
        return None


def _as_text(parse: Callable[[str], None], content: bytes) -> None:
    parse(content.decode("utf-8", "replace"))


@cache
def _folder() -> Path:
    """In memory where the machine has such a place: a parser is tried a million times."""
    memory = Path("/dev/shm")
    folder = Path(mkdtemp(dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _as_file(parse: Callable[[Path], None], suffix: str, content: bytes) -> None:
    path = _folder() / f"Encounter{suffix}"
    path.write_bytes(content)
    _refusable(lambda: parse(path))


def _written(writer: str) -> bytes:
    suffix, write = WRITERS[writer]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"f{suffix}"
        write(path, ("afdeling", "duur"), [("NA", 1.5), ("KNO", 2)])
        return path.read_bytes()


PARSERS: dict[str, tuple[Callable[[bytes], None], Callable[[], bytes]]] = {
    "delimited text": (partial(_as_text, delimited), CSV.encode),
    "blocks of text": (
        partial(_as_text, block),
        b'2026-07-01 09:30:00+02:00;1\n2026-07-01T09:30:00Z;"2"\n'.strip,
    ),
    "encodings": (partial(_as_file, encoding, ".csv"), "één;€\r\n".encode),
    "mappings": (partial(_as_text, mapping), NOTES.encode),
    "names and notations": (partial(_as_text, words), b"Afdeling\n12-03-2026\n1.234,5\n10:00".strip),
    "FHIR bundles": (bundle, json.dumps(BUNDLE).encode),
    "FHIR lines": (partial(_as_file, ndjson, ".ndjson"), json.dumps(ENCOUNTER).encode),
    "JSON lines": (partial(_as_file, partial(opened, open_json_lines), ".jsonl"), b'{"a":{"b":1.5}}\n'.strip),
    "XLSX": (partial(_as_file, partial(opened, open_excel), ".xlsx"), partial(_written, "openpyxl")),
    "XLS": (partial(_as_file, partial(opened, open_excel), ".xls"), partial(_written, "xlwt")),
    "SPSS": (partial(_as_file, partial(opened, open_spss), ".sav"), partial(_written, "pyreadstat")),
}
"""Per name the parser and a sound example."""
