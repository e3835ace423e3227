"""Delimited text, streamed to the engine as records and split there."""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from core.language.text import N_
from core.quoting import literal
from data_connectors.connector import LINE, NOT_DATA, PROBLEM, ConnectorKind, Refused, source_column
from data_connectors.csv_records import SEPARATOR, Record, records
from data_connectors.guards import bounded_byte_lines, bounded_lines, check_columns, empty_file
from data_connectors.mapping import FileFormat

CHUNK = 65_536
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
OTHER_KINDS = (b"PAR1", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


@dataclass(slots=True)
class CsvFile:
    """An opened delimited file; see data_connectors.connector.Source."""

    path: Path
    file: FileFormat
    header: tuple[str, ...] = ()
    typed: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()
    sheets: tuple[str, ...] = ()
    _refusal: list[Refused] = field(default_factory=list)

    @property
    def encoding(self) -> str:
        """The declared encoding."""
        return codecs.lookup(self.file.encoding).name

    @property
    def dialect(self) -> str:
        """Delimiter, quote and decimal sign."""
        return f"delimiter {self.file.delimiter!r}, quote {self.file.quote!r}, decimal {self.file.decimal!r}"

    def lines(self) -> Iterator[str]:
        """Physical lines with their ends; raises Refused at a byte that is not of the encoding."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        try:
            with self.path.open(encoding=encoding, newline="") as text:
                yield from bounded_lines(text, self.path.name)
        except UnicodeError:
            raise Refused(
                "encoding_error",
                N_("Line {line} is not {encoding} text."),
                where=self.path.name,
                remedy=N_('Say in the mapping how the file is encoded, for instance encoding = "cp1252".'),
                line=self._undecodable_line(),
                encoding=self.encoding,
            ) from None

    def _undecodable_line(self) -> int:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        number = 0
        with self.path.open("rb") as content, suppress(UnicodeError):
            lines = bounded_byte_lines(content, self.path.name)
            for number, line in enumerate(lines, start=1):  # noqa: B007 - told after the loop breaks
                decoder.decode(line)
        return number

    def numbered_records(self) -> Iterator[Record]:
        """Every record from the header on."""
        found = records(self.lines(), self.file.delimiter, self.file.quote)
        started = False
        for record in found:
            started = started or (record[0] > self.file.skip_lines and bool(record[2] or record[1]))
            if started:
                yield record

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
        """Streams the records through Arrow; the engine splits them."""
        schema = pa.schema([(LINE, pa.int64()), (PROBLEM, pa.string()), ("record", pa.string())])
        connection.register("incoming", pa.RecordBatchReader.from_batches(schema, self._batches(schema)))
        chosen = "".join(
            f", fields[{self.header.index(name) + 1}] AS {source_column(name)}" for name in columns
        )
        header = literal(SEPARATOR.join(self.header))
        return (
            f"(SELECT {LINE}, CASE WHEN {PROBLEM} IS NOT NULL THEN {PROBLEM} "
            f"WHEN trim(replace(record, chr(31), '')) = '' OR record = {header} "
            f"THEN '{NOT_DATA}' "
            f"WHEN len(fields) > {len(self.header)} THEN 'too_many_fields' "
            f"WHEN len(fields) < {len(self.header)} THEN 'too_few_fields' "
            f"WHEN contains(record, chr(0)) THEN 'nul_byte' END AS {PROBLEM}{chosen} "
            f"FROM (SELECT *, string_split(record, chr(31)) AS fields FROM incoming))"
        )

    def failure(self) -> Refused | None:
        """The refusal that the engine met while it pulled records."""
        return self._refusal[0] if self._refusal else None

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        rows = self.numbered_records()
        next(rows, None)
        while chunk := self._chunk(rows):
            columns = zip(*chunk, strict=True)
            yield pa.RecordBatch.from_arrays(
                [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)],
                schema=schema,
            )

    def _chunk(self, rows: Iterator[Record]) -> list[Record]:
        try:
            return list(islice(rows, CHUNK))
        except Refused as refusal:
            self._refusal.append(refusal)
            raise


def open_csv(path: Path, file: FileFormat) -> CsvFile:
    """Look at the first bytes and the header; raises Refused for what is not delimited text."""
    _look_at_bytes(path, file)
    source = CsvFile(path, file)
    number, problem, header = next(source.numbered_records(), (0, None, ""))
    if not header:
        raise Refused("empty_file", N_("This file holds no rows."), where=path.name)
    if problem or "\0" in header:
        raise Refused(
            problem or "nul_byte",
            N_("Line {line} is no header: it has a stray quote or control characters."),
            where=path.name,
            remedy=N_("Check delimiter and encoding in the mapping."),
            line=number,
        )
    check_columns(header.count(SEPARATOR) + 1, path.name)
    source.header = tuple(name.strip() for name in header.split(SEPARATOR))
    return source


def _look_at_bytes(path: Path, file: FileFormat) -> None:
    with path.open("rb") as content:
        start = content.read(8)
    if not start:
        raise empty_file(path.name)
    if start.startswith(OTHER_KINDS):
        raise Refused(
            "content_type_mismatch",
            N_("This is no delimited text."),
            where=path.name,
            remedy=N_("Export it as CSV, or give a Parquet file its own extension."),
        )
    for mark, encoding in MARKS.items():
        if start.startswith(mark) and not codecs.lookup(file.encoding).name.startswith(encoding):
            raise Refused(
                "encoding_error",
                N_("This file says that it is {found}; the mapping says {declared}."),
                where=path.name,
                remedy=N_('Write encoding = "{found}".'),
                found=encoding,
                declared=file.encoding,
            )


CONNECTOR = ConnectorKind(
    description=N_("Delimited text (CSV)"), suffixes=(".csv", ".txt", ".tsv"), open=open_csv
)
