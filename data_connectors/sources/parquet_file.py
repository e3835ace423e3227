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


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """An opened Parquet file; see data_connectors.connector.Source."""

    path: Path
    header: tuple[str, ...]
    typed: frozenset[str]
    encoding: str = "utf-8"
    dialect: Text = Text(N_("parquet"))
    mixed: frozenset[str] = frozenset()
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:  # noqa: ARG002
        """Scans the file; a line is the number of a row, from 1."""
        chosen = "".join(
            f", CAST({identifier(name)} AS VARCHAR) AS {source_column(name)}" for name in columns
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
        schema = pq.read_schema(path)
        names = tuple(schema.names)
        declared = set((schema.metadata or {}).get(TYPED_COLUMNS.encode(), b"").decode().splitlines())
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
        raise Refused(
            "unreadable_file",
            N_("This Parquet file is damaged or cut off."),
            where=path.name,
            remedy=N_("Export it again."),
        ) from None
    check_columns(len(names), path.name)
    text = {
        item.name for item in schema if pa.types.is_string(item.type) or pa.types.is_large_string(item.type)
    }
    return ParquetFile(path, names, frozenset(names) - (text - declared))


CONNECTOR = ConnectorKind(description=N_("Parquet"), suffixes=(".parquet", ".pq"), open=open_parquet)
