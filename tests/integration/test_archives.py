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


def told(
    folder: Path, capsys: pytest.CaptureFixture[str], *words: str | Path, files: str = "notes_*"
) -> tuple[int, str, str]:
    text = form('delimiter = ";"').replace('name = "NoteSession"', f'name = "NoteSession"\nfiles = "{files}"')
    (folder / "form.toml").write_text(text, "utf-8")
    place = ("--mapping", str(folder / "form.toml"), "--workspace", str(folder / "workspace"))
    code = main(["ingest", *map(str, words), *place])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_member_that_no_table_takes_does_not_hold_up_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path / "z1.zip", notes_1_dot_csv=csv(ROW), **{"map/lees mij_dot_txt": "Beste lezer"})
    code, out, err = told(tmp_path, capsys, path)
    assert (code, "z1.zip/notes_1.csv: loaded, 1 rows read" in out) == (3, True)
    assert err.strip() == (
        "z1.zip/map/lees mij.txt: The mapping does not say which table this file holds. "
        "Choose one with --table: NoteSession."
    )
    code, out, _ = told(tmp_path, capsys, path, "--json")
    files = {Path(one["file"]).relative_to(tmp_path).as_posix(): one for one in json.loads(out)["files"]}
    assert files["z1.zip/notes_1.csv"]["status"] == "unchanged"
    refused = files["z1.zip/map/lees mij.txt"]
    assert (refused["status"], refused["reason"]) == ("refused", "content_type_mismatch")
    assert refused["message"].startswith("z1.zip/map/lees mij.txt: ")


def test_a_handed_file_that_no_table_takes_does_not_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "readme.txt").write_text("Dear reader", "utf-8")
    (tmp_path / "notes_1.csv").write_text(csv(ROW), "utf-8")
    files = (tmp_path / "readme.txt", tmp_path / "notes_1.csv")
    code, out, err = told(tmp_path, capsys, *files)
    assert (code, "notes_1.csv: loaded" in out) == (3, True)
    assert err.startswith("readme.txt: The mapping does not say which table")
    assert told(tmp_path, capsys, files[0])[0] == 2
    chosen = told(tmp_path, capsys, *files, "--table", "NoteSession")
    assert (chosen[0], "The mapping needs column" in chosen[2]) == (3, True)


def test_a_refused_member_is_named_with_its_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path / "z6.zip", notes_a_dot_csv=csv(ROW), notes_b_dot_csv=csv().replace("duur", "x"))
    code, _, err = told(tmp_path, capsys, path)
    assert (code, err.startswith("z6.zip/notes_b.csv: ")) == (3, True)
    (report,) = (
        one
        for one in json.loads(told(tmp_path, capsys, path, "--json")[1])["files"]
        if one["status"] == "refused"
    )
    assert report["message"] == err.strip()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = zipped(tmp_path / "z.zip", notes_a_dot_csv=csv(ROW))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("notes_a.csv", csv(ROW))
    assert told(tmp_path, capsys, path)[2].strip() == (
        "z.zip: 'notes_a.csv' stands in this archive more than once. "
        "Make the archive again, with each name once."
    )
