"""A small table written as a file of every kind that hospitals send, each by a library that is not ours."""

import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import xlsxwriter
import xlwt

Header, Rows = Sequence[str], Sequence[Sequence[object]]


def as_text(value: object) -> str:
    """A cell as people here type it."""
    if isinstance(value, datetime):
        return value.strftime("%d-%m-%Y %H:%M")
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def lines(header: Header, rows: Rows) -> str:
    """Text with a semicolon between cells."""
    return "\n".join(";".join(map(as_text, row)) for row in (header, *rows))


def _csv(path: Path, header: Header, rows: Rows) -> None:
    path.write_text(lines(header, rows), "utf-8")


def _json_lines(path: Path, header: Header, rows: Rows) -> None:
    records = [dict(zip(header, map(as_text, row), strict=True)) for row in rows]
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")


def _openpyxl(path: Path, header: Header, rows: Rows) -> None:
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    book.active.row_dimensions[4].hidden = True
    if len(rows) > 7:
        book.active.merge_cells("A6:A8")
    book.save(path)


def _xlsxwriter(path: Path, header: Header, rows: Rows) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((header, *rows)):
            sheet.write_row(at, 0, row)


def _xlwt(path: Path, header: Header, rows: Rows) -> None:
    book = xlwt.Workbook()
    sheet, moment = book.add_sheet("Blad1"), xlwt.easyxf(num_format_str="dd-mm-yyyy hh:mm")
    for at, row in enumerate((header, *rows)):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, moment if isinstance(cell, datetime) else xlwt.Style.default_style)
    book.save(str(path))


def _spss(path: Path, header: Header, rows: Rows) -> None:
    pyreadstat.write_sav(pd.DataFrame(list(rows), columns=list(header)), str(path))


def _parquet(path: Path, header: Header, rows: Rows) -> None:
    pq.write_table(pa.Table.from_pylist([dict(zip(header, row, strict=True)) for row in rows]), path)


def _zip(path: Path, header: Header, rows: Rows) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", lines(header, rows))


WRITERS: dict[str, tuple[str, Callable[[Path, Header, Rows], None]]] = {
    "csv": (".csv", _csv),
    "json_lines": (".jsonl", _json_lines),
    "openpyxl": (".xlsx", _openpyxl),
    "xlsxwriter": (".xlsx", _xlsxwriter),
    "xlwt": (".xls", _xlwt),
    "pyreadstat": (".sav", _spss),
    "pyarrow": (".parquet", _parquet),
    "zipfile": (".zip", _zip),
}
