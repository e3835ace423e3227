"""The rows of one table into one Parquet file, a chunk at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from core.errors import UserError
from data_connectors.connector import TYPED_COLUMNS
from data_connectors.databases import watermark
from data_connectors.databases.options import Origin
from data_connectors.databases.selection import newest, relation, selection, wanted
from data_connectors.databases.snapshot import Snapshot
from data_connectors.databases.values_as_text import as_text
from data_connectors.mapping import TableMapping
from data_connectors.pulling import Delivered, Pulling


def deliver(
    snapshot: Snapshot, mapping: TableMapping, origin: Origin, pulling: Pulling, path: Path
) -> Delivered:
    """Fetch a table; raises UserError, and then no file is left."""
    where = f"{mapping.name} ({origin.table or 'query'})"
    since = pulling.since.get(mapping.name)
    found = relation(snapshot, origin, where)
    names = wanted(mapping, origin)
    asked = selection(snapshot, found, names, origin, since, where)
    seen, rows = watermark.Seen(where), 0
    with _whole(path), _Writer(path, names) as writer:
        for chunk in _chunks(snapshot, asked):
            columns = list(zip(*chunk, strict=True))
            if origin.watermark:
                seen.add(columns[names.index(origin.watermark)])
            rows += len(chunk)
            writer.write(columns)
            pulling.progress(rows)
        if since and origin.watermark and (seen.newest is None or watermark.before(seen.newest, since)):
            now = newest(snapshot, found, origin, where)
            if now is not None and watermark.before(now, since):
                raise watermark.went_back(now, since, where)
    whole = origin.complete and not (origin.watermark and since)
    return Delivered(
        table=mapping.name,
        path=path,
        watermark=seen.reached(since) if origin.watermark else None,
        rows=rows,
        gone_at_most=snapshot.options.gone_at_most if whole else None,
    )


def _chunks(snapshot: Snapshot, asked: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    size = snapshot.options.chunk_rows
    streamed = asked.execution_options(stream_results=True, max_row_buffer=size)
    with snapshot.connection.execute(streamed) as result:
        try:
            for chunk in result.partitions(size):
                snapshot.fed()
                yield chunk
        except (sa.exc.DBAPIError, UserError):
            snapshot.connection.invalidate()  # or closing the cursor waits for a lost line
            raise


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Leave a whole file or none."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Writer:
    """A Parquet file of text; its footer says which columns came with a type."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in names])
        self._typed: set[str] = set()
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, columns: Sequence[Sequence[Any]]) -> None:
        """One row group."""
        arrays = []
        for name, values in zip(self._schema.names, columns, strict=True):
            array, typed = as_text(values)
            arrays.append(array)
            self._typed |= {name} if typed else set()
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.add_key_value_metadata({TYPED_COLUMNS: "\n".join(sorted(self._typed))})
        self._file.close()
