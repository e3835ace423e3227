# ruff: noqa: DTZ001 - a spreadsheet holds local times without a zone
"""Workbooks that other libraries wrote, with what people do to them: every row of known fate."""

import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from data_connectors.connector import Refused
from data_connectors.mapping import FileFormat
from data_connectors.sources.excel_file import open_excel
from governance.pseudonymise import Key
from tests.taken_files import HEADER, form, taken_file
from tests.unit.test_wide_rows import SURVEY

BEGIN = datetime(2025, 3, 9, 10, 0)


def good(note: Any = 1, **changes: Any) -> list[Any]:
    row = {"afdeling": "NA", "notitie": note, "patnr": "007", "begin": BEGIN, "duur": 4.5} | changes
    return list(row.values())


def book(*rows: list[Any]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.append(list(HEADER))
    for row in rows:
        made.active.append(row)
    return made


def saved(made: openpyxl.Workbook, folder: Path, name: str = "visits.xlsx") -> Path:
    made.save(folder / name)
    return folder / name


def test_typed_cells_and_text_cells_side_by_side(tmp_path: Path) -> None:
    rows = [
        good(1),
        good(2, begin="09-03-2025 10:00", duur="4,5"),
        good(3, duur="1.234"),
        good(4, duur=1.234),
    ]
    found = taken_file(saved(book(*rows), tmp_path))
    assert found.account.rows_loaded == 3
    assert found.aside == [(4, "implausible", "active_seconds")]  # 1234 minutes, by the declared notation
    assert {row["started_at"] for row in found.rows} == {datetime(2025, 3, 9, 9, 0)}
    assert sorted(row["active_seconds"] for row in found.rows) == pytest.approx([74.04, 270, 270])
    assert found.rows[0]["patient"] == Key(b"k" * 32).pseudonym("patient", "007")
    assert {row["note"] for row in found.rows} >= {Key(b"k" * 32).pseudonym("note", "1")}


def test_a_key_with_a_fraction_is_set_aside(tmp_path: Path) -> None:
    found = taken_file(saved(book(good(991010.0), good(0.5), good("0.5")), tmp_path))
    known = {Key(b"k" * 32).pseudonym("note", text) for text in ("991010", "0.5")}
    assert {row["note"] for row in found.rows} == known
    assert found.aside == [(3, "unparseable", "note")]


@pytest.mark.parametrize("epoch", [1900, 1904])
@pytest.mark.parametrize("day", [date(2004, 2, 29), date(2025, 3, 9), date(2026, 10, 25)])
def test_dates_under_both_epochs(tmp_path: Path, epoch: int, day: date) -> None:
    made = book(good(begin=datetime(day.year, day.month, day.day, 23, 59)))
    if epoch == 1904:
        made.epoch = CALENDAR_MAC_1904
    found = taken_file(saved(made, tmp_path))
    assert [row["day"] for row in found.rows] == [day]


def test_an_old_workbook(tmp_path: Path) -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Blad1")
    shape = xlwt.easyxf(num_format_str="DD-MM-YYYY HH:MM")
    for at, name in enumerate(HEADER):
        sheet.write(0, at, name)
    for number in (1, 2, 3):
        for at, cell in enumerate(good(number)):
            sheet.write(number, at, cell, shape) if at == 3 else sheet.write(number, at, cell)
    sheet.row(2).hidden = True
    sheet.write(5, 0, "NA")
    made.save(tmp_path / "old.xls")
    found = taken_file(tmp_path / "old.xls")
    assert (found.account.rows_read, found.account.rows_loaded, found.account.rows_not_data) == (5, 2, 2)
    assert found.aside == [(6, "missing_value", "note")]
    assert found.rows[0]["started_at"] == datetime(2025, 3, 9, 9, 0)
    assert "hidden rows left out: 1 (3)" in found.source.dialect.render("en")


def test_two_levels_of_header_and_a_title(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (["Overzicht 2025"], [], ["afdeling", "sleutels", None, "tijden", None]):
        sheet.append(row)
    sheet.append([None, "notitie", "patnr", "begin", "duur"])
    sheet.merge_cells("A1:E1")
    for part in ("A3:A4", "B3:C3", "D3:E3"):
        sheet.merge_cells(part)
    sheet.append(good())
    source = open_excel(saved(made, tmp_path), FileFormat())
    assert source.header == (
        "afdeling",
        "sleutels / notitie",
        "sleutels / patnr",
        "tijden / begin",
        "tijden / duur",
    )
    toml = form(
        notitie="sleutels / notitie",
        patnr="sleutels / patnr",
        begin="tijden / begin",
        duur="tijden / duur",
    )
    found = taken_file(tmp_path / "visits.xlsx", toml)
    assert (found.account.rows_read, found.account.rows_loaded) == (1, 1)


def test_what_is_hidden_is_left_out_and_told(tmp_path: Path) -> None:
    made = book(good(1), good(2), good(3))
    made.active.insert_cols(3)
    made.active["C1"], made.active["C2"] = "geheim", "x"
    made.active.column_dimensions["C"].hidden = True
    made.active.row_dimensions[3].hidden = True
    made.create_sheet("Lijsten").append(["a", "b"])
    made["Lijsten"].sheet_state = "veryHidden"
    path = saved(made, tmp_path)
    found = taken_file(path)
    assert (found.account.rows_read, found.account.rows_loaded, found.account.rows_not_data) == (3, 2, 1)
    assert found.source.sheets == ("Sheet", "Lijsten (hidden)")
    assert found.source.header == HEADER
    assert found.source.dialect.render("en") == (
        "sheet 'Sheet', header to row 1, hidden rows left out: 1 (3), hidden columns left out: C"
    )
    assert found.source.dialect.render("nl") == (
        "blad 'Sheet', kop t/m rij 1, verborgen rijen weggelaten: 1 (3), verborgen kolommen weggelaten: C"
    )
    everything = taken_file(path, form("hidden = true"))
    assert everything.account.rows_loaded == 3
    assert "geheim" in everything.source.header


def test_a_hidden_column_that_the_mapping_needs_is_called_hidden(tmp_path: Path) -> None:
    made = book(good(1))
    made.active.column_dimensions["A"].hidden = True
    with pytest.raises(Refused, match=r"is hidden in the sheet\..*hidden = true") as refused:
        taken_file(saved(made, tmp_path))
    assert refused.value.code == "missing_column"


def test_several_sheets_need_a_choice(tmp_path: Path) -> None:
    made = book(good())
    made.create_sheet("Totalen").append(["a", "b"])
    path = saved(made, tmp_path)
    with pytest.raises(Refused, match=r"Several sheets hold something: Sheet, Totalen\."):
        open_excel(path, FileFormat())
    assert taken_file(path, form('sheet = "Sheet"')).account.rows_loaded == 1
    with pytest.raises(Refused, match="There is no sheet 'Blad9'"):
        open_excel(path, FileFormat(sheet="Blad9"))


def test_formulas_and_errors(tmp_path: Path) -> None:
    made = book(good(1), good(2), good(3), good(4))
    made.active["E3"] = "=1+1"  # openpyxl writes no value
    made.active["E4"] = "#N/A"
    made.active["D5"] = 9e9
    made.active["D5"].number_format = "dd-mm-yyyy"
    found = taken_file(saved(made, tmp_path))
    assert [(line, reason) for line, reason, _ in found.aside] == [
        (3, "formula_without_value"),
        (4, "excel_error"),
        (5, "excel_error"),
    ]


def test_a_fault_of_a_cell_is_that_of_its_column(tmp_path: Path) -> None:
    found = taken_file(saved(book(good(1), good(2, patnr="#N/A"), good(3, duur="#DIV/0!")), tmp_path))
    assert found.aside == [(3, "excel_error", "patient"), (4, "excel_error", "active_seconds")]


def test_a_fault_of_an_answer_is_that_of_the_column_of_answers(tmp_path: Path) -> None:
    day = BEGIN.date()
    made = openpyxl.Workbook()
    for row in (["id", "afd", "dag", "q1", "q2"], ["a", "CHI", day, 1, 2], ["b", "CHI", day, 3, "#N/A"]):
        made.active.append(row)
    found = taken_file(saved(made, tmp_path), SURVEY)
    assert [row["score"] for row in found.rows] == [1.0, 2.0]
    assert found.aside == [(3, "excel_error", "score")]


def test_a_formula_with_a_value_is_that_value(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, good(1, begin="09-03-2025 10:00"))
        sheet.write_formula(1, 4, "=2+3", value=5)
    assert taken_file(path).rows[0]["active_seconds"] == 300


def test_merged_cells_below_the_header(tmp_path: Path) -> None:
    made = book(good(1), good(2), good(3), good(4))
    made.active.merge_cells("A2:A4")
    made.active.merge_cells("E4:E5")
    found = taken_file(saved(made, tmp_path))
    assert {row["department"] for row in found.rows} == {"NA"}
    assert found.account.rows_loaded == 2
    assert found.aside == [(4, "unparseable", "active_seconds"), (5, "unparseable", "active_seconds")]


def test_blank_rows_repeated_headers_and_stray_cells(tmp_path: Path) -> None:
    made = book(good(1), [], list(HEADER), [" ", None, "", None, None], good(2), [*good(3), "let op"])
    made.active["A5000"].number_format = "0.00"
    found = taken_file(saved(made, tmp_path))
    assert (found.account.rows_read, found.account.rows_not_data, found.account.rows_loaded) == (6, 3, 2)
    assert found.aside == [(7, "too_many_fields", "")]


def test_durations_and_times_are_not_taken_for_numbers(tmp_path: Path) -> None:
    found = taken_file(saved(book(good(1, duur=timedelta(minutes=4)), good(2)), tmp_path))
    assert found.aside == [(2, "unit_missing", "active_seconds")]  # a clock notation is declared, or not read


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><table><tr><td>x</td></tr></table></html>", "content_type_mismatch"),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><Workbook/>", "content_type_mismatch"),
        (b"a;b\n1;2\n", "content_type_mismatch"),
        (b"", "empty_file"),
        (b"PK\x03\x04 and no more", "unreadable_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "unreadable_file"),
    ],
)
@pytest.mark.parametrize("name", ["x.xls", "x.xlsx"])
def test_what_is_no_workbook(tmp_path: Path, content: bytes, code: str, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        open_excel(tmp_path / name, FileFormat())
    assert refused.value.code == code
    assert refused.value.remedy.render("nl")


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        (rb'<row r="40".*', b"<row r="),
        (rb'<row r="40"', b'<row r="39"'),
        (rb'<row r="51"', b'<row r="999999999999"'),
        (rb'r="B40"', b'r="A40"'),
    ],
)
def test_a_damaged_sheet_is_refused_where_it_breaks(tmp_path: Path, pattern: bytes, damage: bytes) -> None:
    path = saved(book(*(good(number) for number in range(50))), tmp_path)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith("sheet1.xml"):
                content = re.sub(pattern, damage, content, flags=re.DOTALL)
            new.writestr(member, content)
    with pytest.raises(Refused) as refused:
        taken_file(broken)
    assert refused.value.code == "unreadable_file"
