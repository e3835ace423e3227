"""A row is plain where each of its cells is; its values, flags and pseudonyms, and what becomes of others."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_connectors.connector import LINE
from data_connectors.csv_records import RECORD
from data_connectors.plain_rows import Cells, PlainRows
from data_connectors.text_buffers import Mask
from governance.pseudonymise import Key

KEY = Key(b"k" * 32)


def starts_with(letter: str, texts: pa.StringArray) -> Mask:
    return np.asarray(pc.starts_with(texts, letter).to_numpy(zero_copy_only=False), bool)


def name(pieces: Sequence[pa.StringArray], _rows: int) -> Cells:
    return Cells(values=pieces[0], clean=~starts_with("x", pieces[0]))


def number(flag: str, pieces: Sequence[pa.StringArray], rows: int) -> Cells:
    values = pc.cast(pc.if_else(pc.equal(pieces[0], ""), None, pieces[0]), pa.int64())
    odd = np.array([value is not None and value % 2 == 1 for value in values.to_pylist()])
    return Cells(values=values, clean=np.ones(rows, bool), flags={flag: odd})


def number_and_day(pieces: Sequence[pa.StringArray], rows: int) -> Cells:
    found = number("flag odd", pieces, rows)
    return replace(found, days=pc.add(found.values, 100))


def told(**other: Any) -> PlainRows:
    usual: dict[str, Any] = {
        "reads": {"who": name, "low": partial(number, "flag odd"), "high": partial(number, "flag odd")},
        "places": {"who": ("c0",), "low": ("c1",), "high": ("c2",)},
        "refuses": (("c0", partial(starts_with, "t")),),
        "hidden": ("who",),
        "orders": (("low", "high"),),
        "clock": "low",
        "key": KEY,
        "schema": pa.schema(
            {
                "high": pa.int8(),
                LINE: pa.int64(),
                "day": pa.int64(),
                "who": pa.string(),
                "low": pa.int64(),
                "flag odd": pa.bool_(),
                "flag other": pa.bool_(),
            }
        ),
    }
    return PlainRows(**(usual | other))


def block(*rows: tuple[str, str, str], records: int = 0) -> pa.RecordBatch:
    columns: dict[str, Any] = {LINE: pa.array(range(5, 5 + len(rows)), pa.int64())}
    columns[RECORD] = pa.array(["r"] * records + [None] * (len(rows) - records), pa.string())
    columns |= {f"c{i}": pa.array([row[i] for row in rows], pa.string()) for i in range(3)}
    return pa.RecordBatch.from_pydict(columns)


def test_a_block_of_plain_rows_has_no_others() -> None:
    rows = told()
    plain, others = rows.split(block(("a", "1", "2"), ("b", "2", "2")))
    assert others is None
    assert plain is not None
    assert plain.schema.equals(rows.schema)
    first = {"high": 2, LINE: 5, "day": 1, "who": KEY.pseudonym("who", "a"), "low": 1}
    second = {"high": 2, LINE: 6, "day": 2, "who": KEY.pseudonym("who", "b"), "low": 2}
    assert plain.to_pylist() == [
        first | {"flag odd": True, "flag other": False},
        second | {"flag odd": False, "flag other": False},
    ]


def test_a_row_that_is_not_plain_stays_as_it_is() -> None:
    whole = block(("xa", "1", "2"), ("a", "1", "1"), ("total", "1", "2"), ("b", "3", "2"), ("c", "3", ""))
    plain, others = told().split(whole)
    assert plain is not None
    assert plain.column(LINE).to_pylist() == [6, 9]
    assert others is not None
    assert others.equals(whole.take(pa.array([0, 2, 3])))


def test_where_no_row_is_plain_the_block_stays_as_it_is() -> None:
    whole = block(("xa", "1", "2"), ("total", "1", "2"))
    plain, others = told().split(whole)
    assert plain is None
    assert others is whole


def test_of_records_none_is_plain() -> None:
    for records in (1, 2):
        whole = block(("a", "1", "2"), ("b", "1", "2"), records=records)
        plain, others = told().split(whole)
        assert plain is None
        assert others is whole


def test_a_flag_of_either_column_counts() -> None:
    plain, _ = told().split(block(("a", "1", "2"), ("a", "2", "3"), ("a", "2", "4"), ("a", "1", "3")))
    assert plain is not None
    assert plain.column("flag odd").to_pylist() == [True, True, False, True]
    reads = {"who": name, "low": partial(number, "flag other"), "high": partial(number, "flag odd")}
    plain, _ = told(reads=reads).split(block(("a", "1", "2"), ("a", "2", "3")))
    assert plain is not None
    assert plain.column("flag odd").to_pylist() == [False, True]
    assert plain.column("flag other").to_pylist() == [True, False]


def test_the_day_of_a_time_is_the_one_that_was_read_with_it() -> None:
    reads = {"who": name, "low": number_and_day, "high": partial(number, "flag odd")}
    plain, _ = told(reads=reads).split(block(("a", "1", "2")))
    assert plain is not None
    assert (plain.column("day").to_pylist(), plain.column("low").to_pylist()) == ([101], [1])


def test_nobody_has_no_pseudonym() -> None:
    plain, _ = told().split(block(("", "1", "2"), ("a", "1", "2")))
    assert plain is not None
    assert plain.column("who").to_pylist() == [None, KEY.pseudonym("who", "a")]
