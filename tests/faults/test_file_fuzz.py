"""A small run of the fuzz: a few damaged files of every writer."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_connectors.connector import Refused
from data_connectors.mapping import FileFormat
from data_connectors.sources.parquet_file import open_parquet
from tests.faults.file_fuzz import fuzz
from tests.file_writers import WRITERS


@pytest.mark.parametrize("writer", WRITERS)
def test_damaged_files_are_refused_or_add_up(writer: str) -> None:
    found = fuzz(writer, seconds=2.0, seed=1000, most=30)
    assert found["files"] > 1


def test_a_name_of_a_column_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"afdeling": ["KNO"]}), path)
    path.write_bytes(path.read_bytes().replace(b"afdeling", b"\xe8\xf2deling"))
    with pytest.raises(Refused, match="damaged or cut off"):
        open_parquet(path, FileFormat())
