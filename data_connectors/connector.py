"""What a source of rows must offer. A new one is a file in `sources` that holds a CONNECTOR."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from core.errors import InputError
from core.language.text import Text, Value
from core.quoting import identifier
from data_connectors.mapping import FileFormat
from data_connectors.pulling import PullKind

LINE, PROBLEM = "_line", "_problem"
NOT_DATA = "not_data"
"""Problem of a row that is no data: a blank line or a repeated header."""
TYPED_COLUMNS = "meetlat.typed_columns"
"""In the footer of a Parquet file: columns of text that were written from a type, one a line."""


def source_column(name: str) -> str:
    """A column of the file as a SQL identifier that no column of ours can clash with."""
    return identifier(f"source {name}")


def typed_column(name: str) -> str:
    """Beside source_column(name) where a source is `mixed`: whether that cell came with a type."""
    return identifier(f"typed {name}")


class Refused(InputError):
    """A file whose content cannot be taken in at all; `code` is its reason code."""

    def __init__(
        self, code: str, message: str, *, where: str = "", remedy: str = "", **values: Value
    ) -> None:
        super().__init__(message, where=where, remedy=remedy, **values)
        self.code = code


class Source(Protocol):
    """An opened file. Nothing but its header has been read yet."""

    @property
    def path(self) -> Path:
        """Where it stands."""

    @property
    def header(self) -> tuple[str, ...]:
        """Names of its columns, in order."""

    @property
    def typed(self) -> frozenset[str]:
        """Columns that came with a type, written as ISO 8601 and with a decimal point."""

    @property
    def mixed(self) -> frozenset[str]:
        """Columns in which a cell may have come with a type or not; the relation has their typed_column."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """Its sheets, where it has any, with what was left out of them."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of columns that were left out because they do not show."""

    @property
    def encoding(self) -> str:
        """How its text is encoded; nothing where the format settles that."""

    @property
    def dialect(self) -> Text:
        """How its rows are written, in a few words."""

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
        """A FROM-expression with LINE (BIGINT), PROBLEM (reason code, perhaps with | and a column of the
        file, or NULL) and the columns.

        Each is text and goes by source_column(name).
        """

    def failure(self) -> Refused | None:
        """Why reading stopped, when the engine only says that it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorKind:
    """A kind of source. `open` reads a file that was handed in; `asked` fetches rows from elsewhere."""

    description: str
    suffixes: tuple[str, ...] = ()
    open: Callable[[Path, FileFormat], Source] | None = None
    asked: PullKind | None = None
