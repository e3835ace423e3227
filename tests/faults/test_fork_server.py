"""The fork server of the fuzzer answers as the product's separate process does."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data_connectors.mapping import FileFormat
from data_connectors.separate_process import Died, table_from
from data_connectors.sources import spss_file
from tests.faults.fork_server import ForkServer
from tests.faults.parsers import PARSERS

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or not hasattr(os, "memfd_create"),
    reason="the fork server forks, and keeps its answers in a file in memory: Linux has both",
)
READER = """
import os, signal, sys, time
import pyarrow as pa

def main(wish):
    if wish == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if wish == "hang":
        time.sleep(60)
    if wish == "fail":
        raise ValueError
    if wish == "table":
        table = pa.table({"a": [1]})
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_table(table)
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.sav"
    path.write_bytes(PARSERS["SPSS"][1]())
    return path


@pytest.fixture
def server(sound: Path) -> Iterator[ForkServer]:
    with closing(ForkServer(spss_file.READER, str(sound), "{}")) as started:
        yield started


@pytest.mark.parametrize("options", [{}, {"metadataonly": True}, {"row_offset": 1, "row_limit": 1}])
def test_the_same_table_as_from_the_product(server: ForkServer, sound: Path, options: dict[str, int]) -> None:
    words = (str(sound), json.dumps(options))
    product = table_from(spss_file.READER, *words)
    for _ in range(2):
        found = server.table_from(spss_file.READER, *words)
        assert found.equals(product, check_metadata=True)
    assert product.column_names


def test_a_sound_file_yields_its_rows(
    server: ForkServer, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spss_file, "table_from", server.table_from)
    source = spss_file.open_spss(sound, FileFormat())
    assert [row.cells for row in source.read(source.header)] == [["NA", 1.5], ["KNO", 2.0]]


@pytest.mark.parametrize("wish", ["die", "hang", "fail", "nothing"])
def test_a_reader_that_takes_its_process_along_is_survived(tmp_path: Path, wish: str) -> None:
    script = tmp_path / "reader.py"
    script.write_text(READER, "utf-8")
    with closing(ForkServer(script, "table", seconds=1)) as server:
        with pytest.raises(Died):
            server.table_from(script, wish)
        assert server.table_from(script, "table").to_pydict() == {"a": [1]}


def test_a_server_that_cannot_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text(READER, "utf-8")
    with pytest.raises(RuntimeError, match="itself ended"):
        ForkServer(tmp_path / "reader.py", "fail")
