"""The rows of a file into a table of the engine: those of a large file in blocks, several at once."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol, runtime_checkable

import duckdb
import pyarrow as pa

from core.quoting import identifier
from data_connectors.connector import Source
from data_connectors.csv_blocks import Rows
from data_connectors.plain_rows import PlainRows

LARGE = 16 << 20
"""Bytes of a file for which it pays to learn its texts; a smaller one is read by the engine alone."""

OTHERS_AT_ONCE = 64 << 20
"""Bytes of rows that are not plain, after which the engine reads them."""

THREADS_AT_MOST = 4
"""That work on blocks; each holds one in memory, and one more waits."""

Pair = tuple[pa.RecordBatch | None, pa.RecordBatch | None]


@runtime_checkable
class InBlocks(Source, Protocol):
    """A source whose rows can be had in blocks that do not need each other."""

    def blocks(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """What gives the rows of each block."""

    def relation_of(
        self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], rows: Iterator[pa.RecordBatch]
    ) -> str:
        """A FROM-expression, like `relation`, of some of these rows."""


def fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: InBlocks,
    columns: tuple[str, ...],
    query: Callable[[str], str],
    plain: PlainRows,
) -> None:
    """Make a table of the whole source, for every session: plain rows at once, the others by the query."""
    rows = _ToldApart(_in_parallel(source.blocks(columns), partial(_split, plain)))
    nothing = source.relation_of(connection, columns, iter(()))
    connection.execute(f"CREATE TABLE {table} AS {query(nothing)}")
    given = ", ".join(map(identifier, plain.schema.names))
    while not rows.at_end:
        connection.register("plain", pa.RecordBatchReader.from_batches(plain.schema, rows.plain()))
        connection.execute(f"INSERT INTO {table} BY NAME SELECT {given}, false AS gone FROM plain")
        if rows.others:
            others = source.relation_of(connection, columns, iter(rows.others))
            connection.execute(f"INSERT INTO {table} BY NAME {query(others)}")
            rows.others.clear()


@dataclass(slots=True)
class _ToldApart:
    """Rows of which the plain ones are given and the others kept, until these are many."""

    pairs: Iterator[Pair]
    others: list[pa.RecordBatch] = field(default_factory=list)
    at_end: bool = False

    def plain(self) -> Iterator[pa.RecordBatch]:
        size = 0
        for plain, other in self.pairs:
            if other is not None:
                self.others.append(other)
                size += other.nbytes
            if plain is not None:
                yield plain
            if size > OTHERS_AT_ONCE:
                return
        self.at_end = True


def _split(plain: PlainRows, rows: Rows) -> list[Pair]:
    return [plain.split(batch) for batch in rows()]


def _in_parallel(blocks: Iterator[Rows], work: Callable[[Rows], list[Pair]]) -> Iterator[Pair]:
    """What the work makes of each block, in their order; a few blocks are ahead of those that were taken."""
    threads = min(_processors(), THREADS_AT_MOST)
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[list[Pair]]] = deque()
        try:
            while True:
                ahead.extend(pool.submit(work, rows) for rows in islice(blocks, 2 * threads - len(ahead)))
                if not ahead:
                    return
                yield from ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
