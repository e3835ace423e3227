"""Parquet files: a column is read by what it holds, in whichever way the file keeps it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_connectors.connector import Refused
from data_connectors.databases.values_as_text import as_text
from governance.pseudonymise import Key
from tests.taken_files import HEADER, Taken, taken_file

ROW = dict(zip(HEADER, ("CAR", "1", "p", "03-04-2026 10:00", "5"), strict=True))
LENGTHS = [timedelta(seconds=4), timedelta(minutes=7, milliseconds=500), None, timedelta(seconds=-1)]


def taken(folder: Path, **columns: pa.Array) -> Taken:
    """A file in which some columns are others; the mapping says minutes, and a comma for decimals."""
    count = len(next(iter(columns.values())))
    plain = {name: pa.array([text] * count) for name, text in ROW.items()}
    keys = {"notitie": pa.array([str(i) for i in range(count)])}
    path = folder / "notes.parquet"
    pq.write_table(pa.table(plain | keys | columns), path)
    return taken_file(path)


def seconds(found: Taken) -> set[float | None]:
    return {row["active_seconds"] for row in found.rows}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_length_of_time_says_its_own_unit(tmp_path: Path, unit: str) -> None:
    found = taken(tmp_path, duur=pa.array(LENGTHS, pa.duration(unit)))
    assert seconds(found) == {4.0, 420.5, None}
    assert found.account.set_aside == {"negative_duration": 1}


def test_seconds_are_no_minutes(tmp_path: Path) -> None:
    assert seconds(taken(tmp_path, duur=pa.array([4, 5], pa.duration("s")))) == {4.0, 5.0}


def test_a_length_of_time_in_a_database_says_its_own_unit() -> None:
    found, typed = as_text(LENGTHS)
    assert (found.to_pylist(), typed) == (["4.000000 s", "420.500000 s", None, "-1.000000 s"], True)


def test_words_are_read_in_the_notation_of_the_mapping_however_they_are_kept(tmp_path: Path) -> None:
    written = pa.array(["1.0", "1,5", "3"])
    plain = taken(tmp_path, duur=written)
    assert (seconds(plain), plain.account.set_aside) == ({90.0, 180.0}, {"unparseable": 1})
    for kept in (written.dictionary_encode(), written.cast(pa.large_string()), written.cast(pa.binary())):
        assert seconds(taken(tmp_path, duur=kept)) == {90.0, 180.0}


def test_bytes_are_words(tmp_path: Path) -> None:
    (row,) = taken(tmp_path, afdeling=pa.array(["Oncologië".encode()])).rows
    assert row["department"] == "Oncologië"


def test_a_column_that_stands_there_twice_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "twice.parquet"
    arrays = [pa.array([text]) for text in (*ROW.values(), "6")]
    pq.write_table(pa.Table.from_arrays(arrays, [*HEADER, "duur"]), path)
    with pytest.raises(Refused) as refused:
        taken_file(path)
    assert refused.value.code == "schema_drift"


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.decimal128(20, 2)])
def test_a_key_that_is_kept_with_a_point_is_the_whole_number(tmp_path: Path, kind: pa.DataType) -> None:
    values = [Decimal("991010"), Decimal("0.5"), None]
    made = pa.array(values, pa.decimal128(20, 2)).cast(kind)
    found = taken(tmp_path, patnr=made)
    assert {row["patient"] for row in found.rows} == {Key(b"k" * 32).pseudonym("patient", "991010"), None}
    assert found.account.set_aside == {"unparseable": 1}
