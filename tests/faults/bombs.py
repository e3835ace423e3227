"""Files made to exhaust the machine: how soon and in how much memory each is refused.

    python -m tests.faults.bombs

Every file is looked at in one child process, where memory can be measured; starting it is not counted.
"""

import json
import os
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.simulation.evidence import FOLDER, stamp

CHILD = """
import json, re, sys, time
from pathlib import Path
from tempfile import TemporaryDirectory
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
        with TemporaryDirectory(dir=path.parent) as place:
            raise unpacked([path], Path(place)).refused[0].refusal
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


def bombs(folder: Path) -> list[Path]:
    """Files that claim, or become, more than any delivery does, and a sheet of empty rows."""
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
    made = sorted(path for path in folder.iterdir() if path.name not in ("plain.xlsx", "rows.xlsx"))
    return [*made, folder / "rows.xlsx"]


def outcomes(files: list[Path]) -> dict[str, Outcome]:
    """By name of the file why it was refused or its rows, the seconds, and the peak so far in MB."""
    run = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, files)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {name: Outcome(*found) for name, *found in lines}


def main() -> None:
    """Look at every file and write the figures."""
    with TemporaryDirectory() as folder:
        found = outcomes(bombs(Path(folder)))
    cells = [
        {"file": name, "seconds": round(one.seconds, 3), "peak_mb": round(one.megabytes), "rows": one.rows}
        | {"refused": one.refusal or ""}
        for name, one in found.items()
    ]
    about = "files made to exhaust the machine: seconds until refused, and the peak of memory in MB so far"
    text = stamp("python -m tests.faults.bombs", about) | {"cells": cells}
    (FOLDER / "bombs.json").write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
