"""Workbooks of Excel 97 to 2003 (.xls), read by xlrd; at most 65,536 rows, so whole in memory."""

from collections.abc import Iterator
from typing import Any

from xlrd import (
    XL_CELL_BLANK,
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_EMPTY,
    XL_CELL_ERROR,
    XL_CELL_TEXT,
    xldate,
    xldate_as_datetime,
)
from xlrd.book import Book
from xlrd.sheet import Sheet

from data_connectors.cells import Fault
from data_connectors.spreadsheet import Merge, SheetRow

ERROR = Fault("excel_error")


class XlsSheet:
    """One sheet; see spreadsheet.Worksheet."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self._book, self._sheet = book, sheet
        self.name: str = sheet.name
        self.visible: bool = sheet.visibility == 0

    def merges(self) -> tuple[Merge, ...]:
        """Its merged ranges."""
        return tuple(
            Merge(top=top + 1, bottom=bottom, left=left + 1, right=right)
            for top, bottom, left, right in self._sheet.merged_cells
        )

    def hidden_columns(self) -> frozenset[int]:
        """Columns that do not show."""
        return frozenset(at + 1 for at, info in self._sheet.colinfo_map.items() if info.hidden)

    def rows(self) -> Iterator[SheetRow]:
        """Its rows."""
        for number in range(self._sheet.nrows):
            info = self._sheet.rowinfo_map.get(number)
            cells = (
                (at + 1, self._value(kind, value))
                for at, (kind, value) in enumerate(
                    zip(self._sheet.row_types(number), self._sheet.row_values(number), strict=True)
                )
            )
            yield SheetRow(
                number + 1,
                bool(info and info.hidden),
                {at: value for at, value in cells if value is not None},
            )

    def _value(self, kind: int, value: Any) -> Any:
        if kind in (XL_CELL_EMPTY, XL_CELL_BLANK):
            return None
        if kind == XL_CELL_TEXT:
            return value if value.strip() else None
        if kind == XL_CELL_DATE:
            return self._moment(value)
        if kind == XL_CELL_BOOLEAN:
            return bool(value)
        return ERROR if kind == XL_CELL_ERROR else value

    def _moment(self, value: float) -> Any:
        try:
            found = xldate_as_datetime(value, self._book.datemode)
        except (xldate.XLDateError, OverflowError, ValueError):
            return ERROR
        return found.time() if 0 <= value < 1 else found
