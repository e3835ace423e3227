"""Delimited text, streamed to the engine as records and split there."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from core.language.text import N_, Text
from core.quoting import literal
from data_connectors.connector import LINE, NOT_DATA, PROBLEM, ConnectorKind, Refused, source_column
from data_connectors.csv_blocks import Rows, blocks
from data_connectors.csv_columns import Columns, column_name
from data_connectors.csv_dialect import Dialect, dialect
from data_connectors.csv_records import RECORD, SEPARATOR, Lines, records
from data_connectors.guards import check_columns, empty_file
from data_connectors.mapping import FileFormat
from data_connectors.not_data import NEVER, matching
from data_connectors.text_encoding import settled, text_blocks

OTHER_KINDS = (b"PAR1", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


@dataclass(slots=True)
class CsvFile:
    """An opened delimited file; see data_connectors.connector.Source."""

    path: Path
    file: FileFormat
    encoding: str
    layout: Dialect
    typed: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    _refusal: list[Refused] = field(default_factory=list)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of its columns."""
        return self.layout.names

    @property
    def dialect(self) -> Text:
        """Delimiter, quote and decimal sign."""
        marks = {"delimiter": self.layout.delimiter, "quote": self.file.quote, "decimal": self.file.decimal}
        return Text(
            N_("delimiter {delimiter}, quote {quote}, decimal {decimal}"),
            {name: repr(mark) for name, mark in marks.items()},
        )

    def batches(self, columns: Columns | None = None) -> Iterator[pa.RecordBatch]:
        """Every record below the header, or its columns."""
        for rows in self._blocks(columns):
            yield from rows()

    def blocks(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """The same by column_name, block by block; see data_connectors.filling."""
        parts = self._parts(columns)
        return (partial(_fitted, parts, rows) for rows in self._blocks(parts))

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
        """Streams rows through Arrow: their columns, or records that the engine splits."""
        parts = self._parts(columns)
        rows = self.batches(parts if self._pattern() == NEVER else None)
        return self.relation_of(connection, columns, map(parts.fitting, rows))

    def relation_of(
        self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], rows: Iterator[pa.RecordBatch]
    ) -> str:
        """A FROM-expression of some of the rows that `blocks` gave."""
        connection.register("incoming", pa.RecordBatchReader.from_batches(self._parts(columns).schema, rows))
        chosen = "".join(
            f", coalesce({column_name(place)}, fields[{place + 1}]) AS {source_column(name)}"
            for name in columns
            for place in (self.header.index(name),)
        )
        return (
            f"(SELECT {LINE}, {self._problem(self._pattern())} AS {PROBLEM}{chosen} "
            f"FROM (SELECT *, string_split({RECORD}, chr(31)) AS fields FROM incoming))"
        )

    def _blocks(self, columns: Columns | None) -> Iterator[Rows]:
        lines = Lines(text_blocks(self.path, self.encoding))
        for _ in range(self.layout.above):
            lines.take()
        next(records(lines, self.layout.delimiter, self.file.quote), None)
        try:
            yield from blocks(lines, self.layout.delimiter, self.file.quote, columns)
        except Refused as refusal:
            self._refusal.append(refusal)
            raise

    def _parts(self, columns: tuple[str, ...]) -> Columns:
        return Columns(
            header=self.layout.header[2].split(SEPARATOR),
            wanted=sorted({self.header.index(name) for name in columns}),
            delimiter=self.layout.delimiter,
            quote=self.file.quote,
        )

    def _pattern(self) -> str:
        return matching(self.file, self._written())

    def _written(self) -> str:
        """A record as it stands in the file, quotes aside."""
        return f"replace(left({RECORD}, -1), chr(31), {literal(self.layout.delimiter)})"

    def _problem(self, pattern: str) -> str:
        width = len(self.header)
        return (
            f"CASE WHEN {PROBLEM} IS NOT NULL THEN {PROBLEM} WHEN {RECORD} IS NULL THEN NULL "
            f"WHEN {RECORD} = {literal(self.layout.header[2] + SEPARATOR)} OR {pattern} "
            f"OR trim(replace({RECORD}, chr(31), '')) = '' THEN '{NOT_DATA}' "
            f"WHEN len(fields) > {width + 1} THEN 'too_many_fields' "
            f"WHEN len(fields) < {width + 1} THEN 'too_few_fields' "
            f"WHEN contains({RECORD}, chr(0)) THEN 'nul_byte' END"
        )

    def failure(self) -> Refused | None:
        """The refusal that the engine met while it pulled records."""
        return self._refusal[0] if self._refusal else None


def _fitted(parts: Columns, rows: Rows) -> list[pa.RecordBatch]:
    return [parts.fitting(batch) for batch in rows()]


def open_csv(path: Path, file: FileFormat) -> CsvFile:
    """Look at the first bytes and the header; raises Refused for what is not delimited text."""
    _look_at_bytes(path)
    encoding = settled(path, file.encoding)
    blocks = text_blocks(path, encoding)
    layout = dialect(chain.from_iterable(io.StringIO(text, newline="") for text in blocks), file, path.name)
    number, problem, header = layout.header
    if problem or "\0" in header:
        raise Refused(
            problem or "nul_byte",
            N_("Line {line} is no header: it has a stray quote or control characters."),
            where=path.name,
            remedy=N_("Check delimiter and encoding in the mapping."),
            line=number,
        )
    check_columns(header.count(SEPARATOR) + 1, path.name)
    return CsvFile(path, file, encoding, layout)


def _look_at_bytes(path: Path) -> None:
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


CONNECTOR = ConnectorKind(
    description=N_("Delimited text (CSV)"), suffixes=(".csv", ".txt", ".tsv"), open=open_csv
)
