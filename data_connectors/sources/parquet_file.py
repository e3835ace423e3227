"""Parquet. Values are written out as text and then checked like those of any other file."""

from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.language.text import N_, Text
from core.quoting import identifier, literal
from data_connectors.connector import LINE, PROBLEM, TYPED_COLUMNS, ConnectorKind, Refused, source_column
from data_connectors.guards import check_columns, empty_file
from data_connectors.mapping import FileFormat

_PARTS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
"""How many of its units a length of time has in a second."""


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """An opened Parquet file; see data_connectors.connector.Source."""

    path: Path
    schema: pa.Schema
    typed: frozenset[str]
    encoding: str = ""
    dialect: Text = Text(N_("parquet"))
    mixed: frozenset[str] = frozenset()
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Names of its columns, in order."""
        return tuple(self.schema.names)

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:  # noqa: ARG002
        """Scans the file; a line is the number of a row, from 1."""
        kinds = dict(zip(self.header, self.schema.types, strict=True))
        chosen = "".join(
            f", {_text(identifier(name), kinds[name])} AS {source_column(name)}" for name in columns
        )
        return (
            f"(SELECT file_row_number + 1 AS {LINE}, NULL::VARCHAR AS {PROBLEM}{chosen} "
            f"FROM read_parquet({literal(escape(str(self.path)))}, file_row_number = true))"
        )

    def failure(self) -> Refused | None:
        """The engine's own error says what is wrong."""
        return None


def open_parquet(path: Path, _file: FileFormat) -> ParquetFile:
    """Read the schema; raises Refused for what is not Parquet or was cut off."""
    if path.stat().st_size == 0:
        raise empty_file(path.name)
    try:
        with pq.ParquetFile(path) as opened:
            schema, footer = opened.schema_arrow, opened.metadata.metadata or {}
        declared = set(footer.get(TYPED_COLUMNS.encode(), b"").decode().splitlines())
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
        raise Refused(
            "unreadable_file",
            N_("This Parquet file is damaged or cut off."),
            where=path.name,
            remedy=N_("Export it again."),
        ) from None
    check_columns(len(schema.names), path.name)
    text = {item.name for item in schema if _is_text(item.type)}
    return ParquetFile(path, schema, frozenset(schema.names) - (text - declared))


def _is_text(kind: pa.DataType) -> bool:
    """Whether a column holds words, in whichever way Parquet keeps them."""
    words = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, _is_bytes)
    return any(test(words) for test in tests)


def _is_bytes(kind: pa.DataType) -> bool:
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(test(kind) for test in tests)


def _text(column: str, kind: pa.DataType) -> str:
    """A column as text. A length of time says its own unit; bytes are words where they are UTF-8."""
    if pa.types.is_duration(kind):
        return f"printf('%.9f s', {column}::DOUBLE / {_PARTS[kind.unit]})"
    if _is_bytes(kind.value_type if pa.types.is_dictionary(kind) else kind):
        return f"coalesce(TRY(decode({column})), CAST({column} AS VARCHAR))"
    return f"CAST({column} AS VARCHAR)"


CONNECTOR = ConnectorKind(description=N_("Parquet"), suffixes=(".parquet", ".pq"), open=open_parquet)
