"""What a spreadsheet shows as a table: its header, its rows, and what of it is hidden.

Hidden rows and columns are left out and told (unless the mapping says `hidden = true`): what a person cannot
see in the sheet does not enter a figure. Line numbers are the row numbers of the spreadsheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice, takewhile
from typing import Any, NamedTuple, Protocol

from core.language.text import N_
from data_connectors.cells import Fault, written
from data_connectors.connector import NOT_DATA, Refused
from data_connectors.guards import check_columns
from data_connectors.mapping import FileFormat
from data_connectors.row_source import Row

LEVELS = " / "
SHOWN = 5
LOOKED_AT = 200
"""As many rows from the top could be the header."""


class Merge(NamedTuple):
    """A merged range; rows and columns count from 1, both ends included."""

    top: int
    bottom: int
    left: int
    right: int


class SheetRow(NamedTuple):
    """A row as stored: its number, whether it is hidden, and the cells that hold something."""

    number: int
    hidden: bool
    cells: dict[int, Any]


class Worksheet(Protocol):
    """One sheet of an opened workbook."""

    @property
    def name(self) -> str:
        """As on its tab."""

    @property
    def visible(self) -> bool:
        """Whether its tab shows."""

    def merges(self) -> tuple[Merge, ...]:
        """Its merged ranges."""

    def hidden_columns(self) -> frozenset[int]:
        """Columns that do not show."""

    def rows(self) -> Iterator[SheetRow]:
        """Its rows in order; rows without any cell may be left out."""


@dataclass(slots=True)
class SheetTable:
    """A sheet read as a table."""

    sheet: Worksheet
    file: FileFormat
    where: str
    header: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    header_bottom: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: frozenset[int] = frozenset()
    hidden_names: tuple[str, ...] = ()
    _titles: set[tuple[str, ...]] = field(default_factory=set)
    _merges: tuple[Merge, ...] = ()

    def find_header(self) -> None:
        """Read up to the header; raises Refused where there is none."""
        self._merges = self.sheet.merges()
        self.hidden_columns = frozenset() if self.file.hidden else self.sheet.hidden_columns()
        found = self._header_rows()
        if not found:
            raise Refused(
                "empty_file",
                N_("Sheet '{sheet}' holds no table."),
                where=self.where,
                remedy=N_("Choose another with sheet = in the mapping, or export it again."),
                sheet=self.sheet.name,
            )
        self.header_bottom = found[-1].number
        across = {at for row in found for at in row.cells}
        across |= {
            at
            for merge in self._merges
            if merge.top <= self.header_bottom and merge.bottom >= found[0].number
            for at in range(merge.left, min(merge.right, max(across, default=0) + 1000) + 1)
            if len(found) > 1
        }
        check_columns(len(across), self.where)
        self.columns = tuple(sorted(across - self.hidden_columns))
        self.header = tuple(self._name(found, at) for at in self.columns)
        self._titles = {self._words(row.cells) for row in found}
        self.hidden_names = self._names_of_hidden(found)

    def _names_of_hidden(self, header: list[SheetRow]) -> tuple[str, ...]:
        if not self.hidden_columns:
            return ()
        numbers = {row.number for row in header}
        until = takewhile(lambda row: row.number <= self.header_bottom, self.sheet.rows())
        whole = [row for row in until if row.number in numbers]
        return tuple(self._name(whole, at) for at in sorted(self.hidden_columns))

    def _header_rows(self) -> list[SheetRow]:
        found: list[SheetRow] = []
        wanted = self.file.header_rows
        above = self._above() if self.file.skip_lines == "auto" else self.file.skip_lines
        for row in self._visible():
            if row.number <= above or not row.cells:
                continue
            if not wanted and not found and len(row.cells) == 1 and self._is_title(row):
                continue
            found.append(row)
            if len(found) == wanted or (not wanted and not self._groups(row)):
                break
        return found

    def _above(self) -> int:
        """Rows above the header: it holds all mapped columns, or most of them where it is a single row."""
        wanted = set(self.file.header)
        above, most = 0, 0 if self.file.header_rows == 1 else len(wanted) - 1
        for row in islice(self._visible(), LOOKED_AT):
            held = len(wanted & {self._name([row], at) for at in row.cells})
            if held > most:
                above, most = row.number - 1, held
        return above

    def _visible(self) -> Iterator[SheetRow]:
        for row in self.sheet.rows():
            if self.file.hidden or not row.hidden:
                yield row._replace(
                    cells={at: cell for at, cell in row.cells.items() if at not in self.hidden_columns}
                )

    def _is_title(self, row: SheetRow) -> bool:
        """One filled cell is a title above the table, unless the table has one column."""
        after = next((later for later in self._visible() if later.number > row.number and later.cells), None)
        return after is not None and len(after.cells) > 1

    def _groups(self, row: SheetRow) -> bool:
        return any(merge.top == row.number and merge.right > merge.left for merge in self._merges)

    def _name(self, rows: list[SheetRow], column: int) -> str:
        parts = []
        for row in rows:
            cell = row.cells.get(column)
            for merge in self._merges:
                if merge.top <= row.number <= merge.bottom and merge.left <= column <= merge.right:
                    above = next((other for other in rows if other.number == merge.top), row)
                    cell = above.cells.get(merge.left)
            parts.append(_word(cell))
        return LEVELS.join(part for part, _ in groupby(part for part in parts if part))

    def _words(self, cells: dict[int, Any]) -> tuple[str, ...]:
        return tuple(_word(cells.get(at)) for at in self.columns)

    def rows(self, asked: tuple[str, ...]) -> Iterator[Row]:
        """Every row below the header up to the last that holds something; blank ones are no data."""
        positions = [self.columns[self.header.index(name)] for name in asked]
        known = frozenset(self.columns)
        self.hidden_rows.clear()
        merged = _MergedBody(self._merges, self.header_bottom)
        last = self.header_bottom
        for row in self.sheet.rows():
            cells = {at: cell for at, cell in row.cells.items() if at not in self.hidden_columns}
            filled = bool(cells)
            merged.fill(row.number, cells)
            if row.number <= self.header_bottom or not filled:
                continue
            yield from (
                Row(blank, NOT_DATA, [None] * len(positions)) for blank in range(last + 1, row.number)
            )
            last = row.number
            yield Row(row.number, self._problem(row, cells, known), [cells.get(at) for at in positions])

    def _problem(self, row: SheetRow, cells: dict[int, Any], known: frozenset[int]) -> str | None:
        if row.hidden and not self.file.hidden:
            self.hidden_rows.append(row.number)
            return NOT_DATA
        if not known.issuperset(cells):
            return "too_many_fields"
        return NOT_DATA if self._words(cells) in self._titles else None


class _MergedBody:
    """Merged cells below the header: a word or a date holds for every row it spans.

    A number does not: nobody can tell whether it is the sum of the rows or the value of each.
    """

    def __init__(self, merges: tuple[Merge, ...], header_bottom: int) -> None:
        below = (merge for merge in merges if merge.top > header_bottom and merge.bottom > merge.top)
        self._waiting = sorted(below, reverse=True)
        self._active: list[tuple[Merge, Any]] = []

    def fill(self, number: int, cells: dict[int, Any]) -> None:
        while self._waiting and self._waiting[-1].top <= number:
            merge = self._waiting.pop()
            cell = cells.get(merge.left) if merge.top == number else None
            if cell is not None:
                shown = isinstance(cell, str | datetime | Fault)
                self._active.append((merge, cell if shown else Fault("unparseable")))
        if self._active:
            self._active = [(merge, cell) for merge, cell in self._active if merge.bottom >= number]
            cells.update((merge.left, cell) for merge, cell in self._active)


def _word(cell: Any) -> str:
    return "" if cell is None or isinstance(cell, Fault) else " ".join((written(cell) or "").split())


def first_rows(numbers: list[int]) -> str:
    """Row numbers in words: the first few of them."""
    return ", ".join(map(str, numbers[:SHOWN])) + (", ..." if len(numbers) > SHOWN else "")
