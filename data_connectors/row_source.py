"""A source that gives rows of typed cells: spreadsheets, JSON lines, files of statistical packages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from core.language.text import Text
from core.quoting import identifier
from data_connectors.cells import Fault, is_typed, written
from data_connectors.connector import LINE, PROBLEM, Refused, source_column, typed_column

CHUNK = 8_192


class Row(NamedTuple):
    """Line, reason code of a problem of the whole row, and the cells that were asked for."""

    line: int
    problem: str | None
    cells: Sequence[Any]


@dataclass(slots=True, kw_only=True)
class RowSource:
    """An opened file; see data_connectors.connector.Source. `read` gives the rows with the asked columns."""

    path: Path
    header: tuple[str, ...]
    read: Callable[[tuple[str, ...]], Iterator[Row]]
    describe: Callable[[], Text]
    encoding: str = ""
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    typed: frozenset[str] = frozenset()
    _refusal: list[Refused] = field(default_factory=list)

    @property
    def mixed(self) -> frozenset[str]:
        """Every cell says for itself whether it has a type."""
        return frozenset(self.header)

    @property
    def dialect(self) -> Text:
        """In a few words, complete once all rows were read."""
        return self.describe()

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
        """Streams the rows through Arrow."""
        schema = pa.schema(
            [(LINE, pa.int64()), (PROBLEM, pa.string())]
            + [(f"c{i}", pa.string()) for i in range(len(columns))]
            + [(f"t{i}", pa.bool_()) for i in range(len(columns))]
        )
        batches = self._batches(schema, columns)
        connection.register("incoming", pa.RecordBatchReader.from_batches(schema, batches))
        chosen = "".join(
            f", {identifier(f'c{i}')} AS {source_column(name)}, {identifier(f't{i}')} AS {typed_column(name)}"
            for i, name in enumerate(columns)
        )
        return f"(SELECT {LINE}, {PROBLEM}{chosen} FROM incoming)"

    def failure(self) -> Refused | None:
        """The refusal that the engine met while it pulled rows."""
        return self._refusal[0] if self._refusal else None

    def _batches(self, schema: pa.Schema, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        rows = self.read(columns)
        while chunk := self._chunk(rows):
            cells = list(zip(*(row.cells for row in chunk), strict=True))
            arrays = [
                [row.line for row in chunk],
                [row.problem or _fault(row.cells, columns) for row in chunk],
                *(
                    [written(cell) if type(cell) is not Fault else None for cell in column]
                    for column in cells
                ),
                *([is_typed(cell) for cell in column] for column in cells),
            ]
            yield pa.RecordBatch.from_arrays(
                [pa.array(values, kind.type) for values, kind in zip(arrays, schema, strict=True)],
                schema=schema,
            )

    def _chunk(self, rows: Iterator[Row]) -> list[Row]:
        try:
            return list(islice(rows, CHUNK))
        except Refused as refusal:
            self._refusal.append(refusal)
            raise


def _fault(cells: Sequence[Any], columns: Sequence[str]) -> str | None:
    """'reason|column' of the first cell with a fault; a NUL character is one too."""
    for cell, column in zip(cells, columns, strict=True):
        if type(cell) is Fault:
            return f"{cell.reason}|{column}"
        if isinstance(cell, str) and "\0" in cell:
            return f"nul_byte|{column}"
    return None
