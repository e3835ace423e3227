"""Files made to exhaust the machine, or to write outside a folder: refused at once, in little memory."""

import json
import os
import re
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_connectors.archive import unpacked
from data_connectors.connector import Refused
from data_connectors.guards import checked_members

SECONDS = 10.0
"""A second on an idle machine; this notices one that hangs or is read to its end."""
MEGABYTES = 300
CHILD = """
import json, re, sys, time
from pathlib import Path
from data_connectors.archive import unpacked
from data_connectors.connector import Refused
from data_connectors.guards import checksum, require_ends
from data_connectors.mapping import FileFormat
from workflows.intake_run import connectors

kinds = {suffix: kind for kind in connectors().values() for suffix in kind.suffixes}
AUTO = FileFormat(delimiter="auto", skip_lines="auto", encoding="auto").sought(("a", "b"))
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
def look(path):
    if path.suffix == ".zip":
        with unpacked([path], path.parent) as delivery:
            raise delivery.refused[0].refusal
    require_ends(path, checksum(path))
    source = kinds[path.suffix].open(path, AUTO if ".auto." in path.name else FileFormat())
    if hasattr(source, "batches"):
        return sum(batch.num_rows for batch in source.batches())
    return sum(1 for _ in source.read(("a",)))
for name in sys.argv[1:]:
    started, rows, refusal = time.perf_counter(), None, None
    try:
        rows = look(Path(name))
    except Refused as found:
        refusal = found.render("en")
    print(json.dumps([Path(name).name, refusal, rows, time.perf_counter() - started, peak()]), flush=True)
"""


class Outcome(NamedTuple):
    refusal: str | None
    rows: int | None
    seconds: float
    megabytes: float


def archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


def zeros(path: Path, name: str, megabytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open(name, "w") as member:
        for _ in range(megabytes):
            member.write(b"\0" * 1_000_000)
    return path


def overwrite(path: Path, offset: int, kind: str, value: int) -> None:
    """Change a field of the first entry of an archive's directory."""
    content = bytearray(path.read_bytes())
    struct.pack_into(kind, content, content.find(b"PK\x01\x02") + offset, value)
    path.write_bytes(content)


def sparse(path: Path, start: bytes, size: int) -> None:
    with path.open("wb") as made:
        made.write(start)
        made.truncate(size)


def empty_rows(folder: Path, count: int) -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.active.append([1, 2])
    made.save(folder / "plain.xlsx")
    rows = b"".join(b'<row r="%d" ht="%d.5"/>' % (at, at * 7919) for at in range(3, count))
    with zipfile.ZipFile(folder / "plain.xlsx") as old, zipfile.ZipFile(folder / "rows.xlsx", "w", 8) as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b"</sheetData>", rows + b"</sheetData>"))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Every file looked at in one child process, where memory can be measured."""
    folder = tmp_path_factory.mktemp("bombs")
    zeros(folder / "bomb.zip", "a.csv", 60)
    zeros(folder / "bomb.xlsx", "xl/worksheets/sheet1.xml", 60)
    overwrite(archive(folder / "large.zip", ("a.csv", os.urandom(9_000_000))), 24, "<L", 600_000_000)
    archive(folder / "many.zip", *((f"{at}.csv", b"") for at in range(10_001)))
    archive(folder / "nested.zip", ("in/inner.ZIP", b"PK"))
    overwrite(archive(folder / "locked.zip", ("a.csv", b"a;b")), 8, "<H", 1)
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "link.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    (folder / "million.csv").write_bytes(b",".join(b"c%d" % at for at in range(1_000_000)) + b"\n")
    (folder / "million.auto.csv").write_bytes((folder / "million.csv").read_bytes())
    (folder / "wide.csv").write_bytes(b",".join(b"c%d" % at for at in range(400_000)) + b"\n1\n")
    keys = b", ".join(b'"c%d": 1' % at for at in range(400_000))
    (folder / "wide.jsonl").write_bytes(b"{" + keys + b"}\n")
    pq.write_table(pa.table({f"c{at}": [1] for at in range(10_001)}), folder / "wide.parquet")
    sparse(folder / "endless.csv", b"", 10_000_000_000)
    sparse(folder / "endless.jsonl", b"", 10_000_000_000)
    sparse(folder / "later.csv", b"a,b\n1,2\n", 10_000_000_000)
    sparse(folder / "later.jsonl", b'{"a": 1}\n', 10_000_000_000)
    empty_rows(folder, 200_000)
    made_here = sorted(path for path in folder.iterdir() if path.name not in ("plain.xlsx", "rows.xlsx"))
    files = [*made_here, folder / "rows.xlsx"]
    run = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, files)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {name: Outcome(*found) for name, *found in lines}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bomb.zip", "more than 100 times its size"),
        ("bomb.xlsx", "more than 100 times its size"),
        ("large.zip", "more than 500 MB"),
        ("many.zip", "too many files"),
        ("nested.zip", "an archive within the archive"),
        ("locked.zip", "locked with a password"),
        ("link.zip", "outside the archive"),
        ("million.csv", "more than 10,?000 columns"),
        ("million.auto.csv", "more than 10,?000 columns"),
        ("wide.csv", "more than 10,?000 columns"),
        ("wide.jsonl", "more than 10,?000 columns"),
        ("wide.parquet", "more than 10,?000 columns"),
        ("endless.csv", "a line of over 8 MB"),
        ("endless.jsonl", "a line of over 8 MB"),
        ("later.csv", "a line of over 8 MB"),
        ("later.jsonl", "a line of over 8 MB"),
    ],
)
def test_it_is_refused_soon_and_in_little_memory(outcomes: dict[str, Outcome], name: str, said: str) -> None:
    found = outcomes[name]
    assert found.refusal is not None
    assert re.search(said, found.refusal)
    assert found.seconds < SECONDS
    assert found.megabytes < MEGABYTES


def test_a_sheet_of_empty_rows_is_read_in_little_memory(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["rows.xlsx"].rows == 1
    assert outcomes["rows.xlsx"].megabytes < MEGABYTES


def test_a_header_that_lies_about_its_size_yields_no_more_than_it_says(tmp_path: Path) -> None:
    path = zeros(tmp_path / "lie.zip", "a.csv", 5)
    overwrite(path, 24, "<L", 1000)
    with unpacked([path], tmp_path) as delivery:
        assert delivery.files == []
        assert [report.reason for report in delivery.refused] == ["unreadable_file"]
        assert sum(found.stat().st_size for found in tmp_path.rglob("a.csv")) <= 1000


@pytest.mark.parametrize(
    "name", ["../up.csv", "a/../../up.csv", "/etc/passwd", "..\\up.csv", "C:\\windows\\x.csv", "a\0.csv"]
)
def test_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "path.zip"
    safe = "x" * len(name)
    archive(path, (safe, b"a;b\n"))
    path.write_bytes(path.read_bytes().replace(safe.encode(), name.encode()))
    with pytest.raises(Refused, match="outside the archive"):
        checked_members(path)
