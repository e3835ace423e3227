"""What a reader written in C does to its own process."""

from pathlib import Path

import pytest

from data_connectors.separate_process import Died, table_from

TABLE = """
import sys
import pyarrow as pa

table = pa.table({"a": [len(sys.argv[1])]})
with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
    stream.write_table(table)
"""


def test_a_table_comes_back(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text(TABLE, "utf-8")
    assert table_from(tmp_path / "reader.py", "four").to_pydict() == {"a": [4]}


@pytest.mark.parametrize("fault", ["import os; os.abort()", "1 / 0", "print('no table')", "pass"])
def test_a_reader_that_takes_its_process_along_is_survived(tmp_path: Path, fault: str) -> None:
    (tmp_path / "reader.py").write_text(fault, "utf-8")
    with pytest.raises(Died):
        table_from(tmp_path / "reader.py")
