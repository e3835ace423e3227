"""Excel: .xlsx and .xlsm by openpyxl, .xls by xlrd. What a file is shows in its bytes, not in its name."""

import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from zipfile import BadZipFile, ZipInfo

from core.language.text import N_, Text, Value
from data_connectors.connector import ConnectorKind, Refused
from data_connectors.guards import checked_members, empty_file
from data_connectors.mapping import FileFormat
from data_connectors.row_source import Row, RowSource
from data_connectors.spreadsheet import SheetTable, Worksheet, first_rows

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XLS_LIMIT = 60_000_000
LOCKED = "EncryptedPackage".encode("utf-16-le")
SAVE_AS = N_("Open it in Excel and save it as an Excel workbook (.xlsx).")
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,  # what both XML parsers raise
    struct.error,
    TypeError,
    ValueError,
    zlib.error,
)
"""What openpyxl, xlrd and zipfile raise at bytes that no Excel wrote."""


def open_excel(path: Path, file: FileFormat) -> RowSource:
    """Choose the sheet and find its header; raises Refused for what cannot be read as a table."""
    with path.open("rb") as content:
        start = content.read(512)
    if not start:
        raise empty_file(path.name)
    with _readable(path.name):
        sheets = _sheets(path, start)
        sheet = _chosen(sheets, file, path.name)
        table = SheetTable(sheet, file, path.name)
        table.find_header()
    return RowSource(
        path=path,
        header=table.header,
        read=lambda asked: _rows(table, asked),
        describe=lambda: _dialect(table),
        hidden=table.hidden_names,
        sheets=tuple(each.name if each.visible else f"{each.name} (hidden)" for each in sheets),
    )


@contextmanager
def _readable(where: str) -> Iterator[None]:
    try:
        yield
    except DAMAGE:
        raise Refused(
            "unreadable_file",
            N_("This Excel file is damaged or cut off."),
            where=where,
            remedy=SAVE_AS,
        ) from None


def _rows(table: SheetTable, asked: tuple[str, ...]) -> Iterator[Row]:
    rows = table.rows(asked)
    while True:
        with _readable(table.where):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _sheets(path: Path, start: bytes) -> Sequence[Worksheet]:
    if start.startswith(ZIP):
        return _xlsx_sheets(path)
    if start.startswith(OLE):
        return _xls_sheets(path)
    words = start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").replace(b"\0", b"").lower()
    if words.startswith(b"<"):
        raise _mismatch(path, N_("This is a web page or XML with the name of an Excel file."), SAVE_AS)
    raise _mismatch(
        path,
        N_("This is no Excel file."),
        N_('Is it text? Then write format = "csv" in the mapping. Otherwise save it as .xlsx.'),
    )


def _xlsx_sheets(path: Path) -> Sequence[Worksheet]:
    _check_kind(path, checked_members(path))
    from openpyxl import load_workbook

    from data_connectors.xlsx_workbook import XlsxSheet

    with path.open("rb") as content, warnings.catch_warnings():  # openpyxl leaves a damaged file open
        warnings.simplefilter("ignore")
        book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
    book.close()
    return [XlsxSheet(path, book, sheet) for sheet in book.worksheets]


def _check_kind(path: Path, members: tuple[ZipInfo, ...]) -> None:
    names = {member.filename for member in members}
    if "xl/workbook.bin" in names:
        raise _mismatch(path, N_("This is a binary workbook (.xlsb)."), SAVE_AS)
    if "[Content_Types].xml" not in names:
        raise _mismatch(path, N_("This is an archive and no Excel workbook."), SAVE_AS)


def _xls_sheets(path: Path) -> Sequence[Worksheet]:
    if path.stat().st_size > XLS_LIMIT:
        raise Refused(
            "unreadable_file",
            N_("This .xls file is over {limit} MB."),
            where=path.name,
            remedy=SAVE_AS,
            limit=XLS_LIMIT // 1_000_000,
        )
    content = path.read_bytes()
    if LOCKED in content:
        raise _locked(path)
    from xlrd import XLRDError, open_workbook
    from xlrd.compdoc import CompDocError

    from data_connectors.xls_workbook import XlsSheet

    try:
        book = open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=StringIO()
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise _locked(path) from None
        raise ValueError(str(error)) from None
    except CompDocError as error:
        raise ValueError(str(error)) from None
    return [XlsSheet(book, sheet) for sheet in book.sheets()]


def _locked(path: Path) -> Refused:
    return Refused(
        "unreadable_file",
        N_("This workbook is locked with a password."),
        where=path.name,
        remedy=N_("Save it without one."),
    )


def _mismatch(path: Path, message: str, remedy: str) -> Refused:
    return Refused("content_type_mismatch", message, where=path.name, remedy=remedy)


def _chosen(sheets: Sequence[Worksheet], file: FileFormat, where: str) -> Worksheet:
    names = ", ".join(sheet.name for sheet in sheets)
    if file.sheet:
        found = next((sheet for sheet in sheets if sheet.name.strip() == file.sheet.strip()), None)
        if found is None:
            raise _no_choice(
                where,
                N_("There is no sheet '{sheet}'."),
                N_("Sheets of the file: {names}."),
                sheet=file.sheet,
                names=names,
            )
        return found
    filled = [sheet for sheet in sheets if sheet.visible and any(row.cells for row in sheet.rows())]
    if len(filled) > 1:
        raise _no_choice(
            where,
            N_("Several sheets hold something: {names}."),
            N_('Choose one in the mapping: sheet = "{first}".'),
            names=", ".join(sheet.name for sheet in filled),
            first=filled[0].name,
        )
    if not filled:
        raise Refused(
            "empty_file",
            N_("No visible sheet holds anything."),
            where=where,
            remedy=N_("Export it again, with its rows."),
        )
    return filled[0]


def _no_choice(where: str, message: str, remedy: str, **values: Value) -> Refused:
    return Refused("schema_drift", message, where=where, remedy=remedy, **values)


def _dialect(table: SheetTable) -> Text:
    told = Text(
        N_("sheet {sheet}, header to row {row}"),
        {"sheet": repr(table.sheet.name), "row": table.header_bottom},
    )
    if table.hidden_rows:
        left_out: dict[str, Value] = {"number": len(table.hidden_rows), "rows": first_rows(table.hidden_rows)}
        told = Text(N_("{told}, hidden rows left out: {number} ({rows})"), {"told": told} | left_out)
    if table.hidden_columns:
        from openpyxl.utils import get_column_letter

        letters = [get_column_letter(at) for at in sorted(table.hidden_columns)[:20]]
        told = Text(
            N_("{told}, hidden columns left out: {letters}"), {"told": told, "letters": ", ".join(letters)}
        )
    return told


CONNECTOR = ConnectorKind(
    description=N_("Excel workbooks"), suffixes=(".xlsx", ".xlsm", ".xls"), open=open_excel
)
