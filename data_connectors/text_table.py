"""A Parquet file of text columns, written in batches: what a pull leaves behind."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 20_000


class TextTable:
    """Rows go in one by one and leave memory in batches."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns, self.rows = tuple(columns), 0
        self._schema = pa.schema([(name, pa.string()) for name in self.columns])
        self._writer = pq.ParquetWriter(path, self._schema)
        self._waiting: list[Mapping[str, str | None]] = []

    def add(self, row: Mapping[str, str | None]) -> None:
        """One row."""
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting.clear()

    def __enter__(self) -> "TextTable":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()
