"""Blocks side by side into one table: plain rows as they are, the others by the query, each once."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from queue import Queue
from threading import Event
from typing import Any, cast
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pytest

from data_connectors import filling
from data_connectors.filling import InBlocks, Pair, Rows, fill
from data_connectors.plain_rows import PlainRows

NUMBERS = pa.schema({"less": pa.int64(), "n": pa.int64()})
BYTES = 16
"""Of one row."""


def batch(number: int) -> pa.RecordBatch:
    columns = [pa.array([found], pa.int64()) for found in (-number, number)]
    return pa.RecordBatch.from_arrays(columns, schema=NUMBERS)


@dataclass
class Blocks:
    """A source of numbers. relations: of which ones a relation was made, call by call."""

    numbers: list[list[int]]
    relations: list[list[int]] = field(default_factory=list)

    def blocks(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        assert columns == ("n",)
        return (partial(self._rows, numbers) for numbers in self.numbers)

    def _rows(self, numbers: list[int]) -> list[pa.RecordBatch]:
        time.sleep(0.02 / numbers[0])  # the first one takes the longest
        return [batch(number) for number in numbers]

    def relation_of(
        self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], rows: Iterator[pa.RecordBatch]
    ) -> str:
        assert columns == ("n",)
        given = list(rows)
        self.relations.append([number for one in given for number in one.column("n").to_pylist()])
        connection.register("incoming", pa.Table.from_batches(given, NUMBERS))
        return "incoming"


class Even:
    """Even numbers are plain."""

    schema = NUMBERS

    def split(self, rows: pa.RecordBatch) -> Pair:
        return (rows, None) if rows.column("n")[0].as_py() % 2 == 0 else (None, rows)


def filled(numbers: list[list[int]], at_once: int) -> tuple[list[tuple[Any, ...]], list[list[int]]]:
    """The rows of the table, and the numbers that the engine was given, time by time."""
    source = Blocks(numbers)
    with duckdb.connect() as connection, patch.object(filling, "OTHERS_AT_ONCE", at_once):
        fill(
            connection,
            "numbers",
            cast(InBlocks, source),
            ("n",),
            lambda relation: f"SELECT less, n * 10 AS n, true AS gone, 'odd' AS what FROM {relation}",
            cast(PlainRows, Even()),
        )
        return connection.sql("FROM numbers").fetchall(), source.relations


def plain(number: int) -> tuple[Any, ...]:
    return (-number, number, False, None)


def other(number: int) -> tuple[Any, ...]:
    return (-number, number * 10, True, "odd")


def test_the_others_follow_the_plain_ones_in_their_order() -> None:
    found, given = filled([[1, 2], [3], [4, 6, 5]], 1_000)
    assert found == [*map(plain, (2, 4, 6)), *map(other, (1, 3, 5))]
    assert given == [[], [1, 3, 5]]


def test_of_plain_rows_the_engine_is_given_none() -> None:
    assert filled([[2], [4]], 1_000) == ([plain(2), plain(4)], [[]])


def test_the_others_do_not_become_too_many() -> None:
    found, given = filled([[1, 3], [5, 2], [7]], BYTES)
    assert found == [other(1), other(3), plain(2), other(5), other(7)]
    assert given == [[], [1, 3], [5, 7]]


def test_a_source_without_rows_makes_an_empty_table() -> None:
    assert filled([], 1_000) == ([], [[]])


@dataclass
class Worked:
    """Which blocks were drawn, begun and done; all but the first one go on when they are told to."""

    drawn: list[int] = field(default_factory=list)
    begun: Queue[int] = field(default_factory=Queue)
    done: list[int] = field(default_factory=list)
    going_on: Event = field(default_factory=Event)

    def blocks(self, count: int) -> Iterator[Rows]:
        for number in range(count):
            self.drawn.append(number)
            yield partial(self._rows, number)

    def _rows(self, number: int) -> list[pa.RecordBatch]:
        self.begun.put(number)
        if number:
            self.going_on.wait()
        self.done.append(number)
        return [batch(number)]


def work(rows: Rows) -> list[Pair]:
    return [(one, None) for one in rows()]


@pytest.mark.parametrize(("processors", "ahead"), [(1, 2), (2, 4), (64, 8)])
def test_a_few_blocks_are_ahead(processors: int, ahead: int) -> None:
    worked = Worked()
    worked.going_on.set()
    with patch.object(filling, "_processors", return_value=processors):
        pairs = filling._in_parallel(worked.blocks(9), work)
        for taken in range(1, 10):
            (one, _) = next(pairs)
            assert one is not None
            assert one.column("n")[0].as_py() == taken - 1
            assert worked.drawn == [*range(min(9, taken - 1 + ahead))]
        assert next(pairs, None) is None


def test_blocks_that_wait_are_given_up_where_nobody_takes_more() -> None:
    worked = Worked()

    class GivingUp(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            worked.going_on.set()
            super().shutdown(wait=wait)

    with (
        patch.object(filling, "_processors", return_value=2),
        patch.object(filling, "ThreadPoolExecutor", GivingUp),
    ):
        pairs = filling._in_parallel(worked.blocks(9), work)
        next(pairs)
        assert sorted(worked.begun.get() for _ in range(3)) == [0, 1, 2]
        cast(Any, pairs).close()
    assert sorted(worked.done) == [0, 1, 2]


def test_a_process_has_the_processors_that_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that may use two of many, and on systems that only say how many there are."""
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda process: {3, 5} if process == 0 else set(), raising=False
    )
    assert filling._processors() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert filling._processors() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert filling._processors() == 1
