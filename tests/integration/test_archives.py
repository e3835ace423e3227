"""A ZIP at the command line: every member a file of its own, taken in once."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.taken_files import HEADER, form
from workflows.cli import main

ROW = ("NA", "1", "007", "09-03-2025 10:00", "4,5")


def csv(*rows: tuple[str, ...]) -> str:
    return "".join(";".join(row) + "\n" for row in (HEADER, *rows))


def zipped(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("_dot_", "."), content)
    return path


def ingest(
    folder: Path, capsys: pytest.CaptureFixture[str], *files: Path
) -> tuple[int, list[tuple[str, ...]]]:
    (folder / "form.toml").write_text(form('delimiter = ";"'), "utf-8")
    words = ["ingest", *map(str, files), "--mapping", str(folder / "form.toml"), "--json"]
    code = main([*words, "--workspace", str(folder / "workspace")])
    found = json.loads(capsys.readouterr().out)["files"]
    return code, [
        (Path(each["file"]).relative_to(folder).as_posix(), each["status"], each["rows_loaded"])
        for each in found
    ]


def test_members_are_taken_in_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = zipped(tmp_path / "march.zip", a_dot_csv=csv(ROW), b_dot_csv=csv((*ROW[:1], "2", *ROW[2:])))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("__MACOSX/a.csv", b"litter")
        made.writestr("map/", b"")
    assert ingest(tmp_path, capsys, path) == (
        0, [("march.zip/a.csv", "loaded", 1), ("march.zip/b.csv", "loaded", 1)]
    )  # fmt: skip
    again = zipped(tmp_path / "again.zip", c_dot_csv=csv(ROW))
    (tmp_path / "a.csv").write_text(csv(ROW), "utf-8")
    assert ingest(tmp_path, capsys, again, tmp_path / "a.csv") == (
        0, [("again.zip/c.csv", "unchanged", 0), ("a.csv", "unchanged", 0)]
    )  # fmt: skip
    assert list((tmp_path / "workspace" / "working").iterdir()) == []


def test_kinds_side_by_side_and_one_that_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append(("NA", 3, 7, "09-03-2025 10:00", 4.5))
    made.save(tmp_path / "x.xlsx")
    path = zipped(
        tmp_path / "all.zip",
        x_dot_xlsx=(tmp_path / "x.xlsx").read_bytes(),
        a_dot_csv=csv(ROW),
        readme_dot_pdf=b"%PDF-1.7",
    )
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 and no more")
    assert ingest(tmp_path, capsys, path, bad) == (
        3,
        [
            ("bad.zip", "refused", 0),
            ("all.zip/x.xlsx", "loaded", 1),
            ("all.zip/a.csv", "loaded", 1),
            ("all.zip/readme.pdf", "refused", 0),
        ],
    )
