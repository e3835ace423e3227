"""Workbooks of today's Excel (.xlsx, .xlsm), streamed: openpyxl knows cells, dates and styles.

Its own read-only mode neither tells hidden rows, merged cells or formulas without a value, nor lets go of
rows that it has read; so the stream of rows is driven here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from data_connectors.cells import Fault
from data_connectors.spreadsheet import Merge, SheetRow

CHUNK = 1 << 20
LONGEST_TAG = 200
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NO_VALUE = Fault("formula_without_value")
ERROR = Fault("excel_error")
END_OF_DAYS = 2_957_004
"""Serial number of the last day that Excel knows, under the later of its epochs."""
TRUE = ("1", "true")


class XlsxSheet:
    """One sheet of a workbook that openpyxl opened read-only; see spreadsheet.Worksheet."""

    def __init__(self, path: Path, book: Workbook, sheet: ReadOnlyWorksheet) -> None:
        self._path, self._book, self._sheet = path, book, sheet
        self.name: str = sheet.title
        self.visible: bool = sheet.sheet_state == "visible"

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        with ZipFile(self._path) as archive, archive.open(self._sheet._worksheet_path) as content:
            yield content

    def merges(self) -> tuple[Merge, ...]:
        """They stand below the rows; a search through the bytes finds them without reading cells."""
        found: dict[bytes, None] = {}
        tail = b""
        with self._stream() as content:
            while piece := content.read(CHUNK):
                piece = tail + piece
                found.update(dict.fromkeys(MERGED.findall(piece)))
                tail = piece[-LONGEST_TAG:]
        ranges = (range_boundaries(text.decode()) for text in found)
        return tuple(
            Merge(top=top, bottom=bottom, left=left, right=right) for left, top, right, bottom in ranges
        )

    def hidden_columns(self) -> frozenset[int]:
        """From the column definitions, which come before the rows."""
        found: set[int] = set()
        with self._stream() as content:
            for event, element in iterparse(content, events=("start", "end")):  # noqa: S314 - expat bounds entities
                if element.tag == f"{NAMESPACE}sheetData":
                    break
                if event == "end" and element.tag == f"{NAMESPACE}col" and element.get("hidden") in TRUE:
                    last = min(int(element.get("max", 0)), LAST_COLUMN)
                    found.update(range(int(element.get("min", 1)), last + 1))
        return frozenset(found)

    def rows(self) -> Iterator[SheetRow]:
        """Each row element is let go once it is read, so that a million empty ones take no memory."""
        with self._stream() as content:
            cells = _Cells(self._book, self._sheet, content)
            rows: Element | None = None
            last = 0
            for event, element in iterparse(content, events=("start", "end")):  # noqa: S314 - expat bounds entities
                if element.tag == f"{NAMESPACE}sheetData":
                    rows = element
                elif event == "end" and element.tag == f"{NAMESPACE}row" and rows is not None:
                    row = cells.row(element)
                    if not last < row.number <= LAST_ROW:
                        raise ValueError("row numbers must rise and end where a sheet ends")
                    last = row.number
                    yield row
                    rows.clear()


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """Cells as openpyxl reads them, and two kinds that it does not tell apart from an empty one."""

    def __init__(self, book: Workbook, sheet: ReadOnlyWorksheet, content: IO[bytes]) -> None:
        super().__init__(
            content,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )

    def row(self, element: Element) -> SheetRow:
        number, cells = self.parse_row(element)
        self.row_dimensions.clear()
        if len({cell["column"] for cell in cells}) < len(cells):
            raise ValueError("a cell stands in its row twice")
        filled = ((cell["column"], _shown(cell)) for cell in cells)
        hidden = element.get("hidden") in TRUE or element.get("zeroHeight") in TRUE
        return SheetRow(number, hidden, {column: value for column, value in filled if value is not None})

    def parse_cell(self, element: Element) -> dict[str, Any]:
        if self._is_no_day(element):
            element.set("t", "e")
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(f"{NAMESPACE}f") is not None and element.get("t") != "str":
            cell["value"] = NO_VALUE
        return cell

    def _is_no_day(self, element: Element) -> bool:
        """A number with the look of a date that is none; Excel shows #### there."""
        if element.get("t", "n") != "n" or int(element.get("s", 0)) not in self.date_formats:
            return False
        number = float(element.findtext(f"{NAMESPACE}v") or 0)
        return not 0 <= number < END_OF_DAYS


def _shown(cell: dict[str, Any]) -> Any:
    value = cell["value"]
    if cell["data_type"] == "e" and not isinstance(value, Fault):
        return ERROR
    if isinstance(value, str):
        return str(value) if value.strip() else None
    return value
