"""A CSV or Parquet file as a table of text, and its cells as numbers with the line in every message."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import InputError
from core.language.text import N_

Floats = NDArray[np.float64]

MISSING = frozenset({"", "na", "nan", "null", "none", "."})
FIRST_DATA_LINE = 2


def fingerprint(path: Path) -> str:
    """sha256 of the file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def read_table(path: Path) -> pd.DataFrame:
    """Every cell as text. Raises InputError for what is no table with a header and rows."""
    if not path.is_file():
        raise InputError("There is no such file.", where=str(path), remedy="Check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError("The file is empty.", where=path.name, remedy="Export it again, with its rows.")
    table = _cells(path)
    if table.empty:
        raise InputError(
            "The file has a header but no rows.", where=path.name, remedy="Export it again, with its rows."
        )
    return table


def _cells(path: Path) -> pd.DataFrame:
    try:
        return _parquet(path) if path.suffix == ".parquet" else _csv(path)
    except UnicodeDecodeError:
        raise InputError(
            "This file is not UTF-8 text.", where=path.name, remedy="Save it as UTF-8."
        ) from None
    except (ValueError, OSError, csv.Error) as error:
        raise InputError(
            "This cannot be read as a table: {error}.",
            where=path.name,
            remedy="Give a CSV file with a header, or a Parquet file.",
            error=str(error).splitlines()[0].rstrip("."),
        ) from None


def _csv(path: Path) -> pd.DataFrame:
    """Every cell as text. A row with another number of fields than the header would shift its columns."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        records = csv.reader(lines, delimiter=max(",;\t", key=first.count))
        header = next(records, [])
        rows = []
        for row in records:
            if row and len(row) != len(header):
                raise InputError(
                    "This row has {found} fields and the header {expected}.",
                    where=f"{path.name} line {records.line_num}",
                    remedy="Correct the row, or export the file again.",
                    found=len(row),
                    expected=len(header),
                )
            if row:
                rows.append(row)
    return pd.DataFrame(rows, columns=header, dtype=str)


def _parquet(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path)
    return table.astype(object).where(table.notna(), "").map(str)


def require_columns(table: pd.DataFrame, names: Iterable[str], place: str) -> None:
    """Raise InputError unless each of these columns stands in the header, once."""
    known: Sequence[str] = [str(name) for name in table.columns]
    for name in names:
        if name not in known:
            raise InputError(
                "There is no column '{column}'.",
                where=place,
                remedy="It has: {known}.",
                column=name,
                known=", ".join(get_close_matches(name, known, n=3) or known[:12]),
            )
        if known.count(name) > 1:
            raise InputError(
                "Column '{column}' stands in the header more than once.",
                where=place,
                remedy="Give each column its own name.",
                column=name,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table's cells as text, and the name of the file to use in messages."""

    table: pd.DataFrame
    place: str

    def text(self, column: str) -> list[str]:
        """The column's cells without blanks around them."""
        return [str(value).strip() for value in self.table[column]]

    def required(self, column: str) -> list[str]:
        """The column's cells; raises InputError where one is empty."""
        found = self.text(column)
        for index, value in enumerate(found):
            if not value:  # a department may be called NA
                self.refuse(index, N_("Column '{column}' is empty; every row needs it."), column=column)
        return found

    def numbers(self, column: str) -> Floats:
        """Finite numbers; NaN where the cell is empty."""
        return np.array([self._number(index, column, value) for index, value in enumerate(self.text(column))])

    def refuse(self, index: int, message: str, **values: str | int) -> None:
        """Raise for the row with this index."""
        raise InputError(
            message,
            where=f"{self.place} line {index + FIRST_DATA_LINE}",
            remedy="Correct the file, or name another column.",
            **values,
        )

    def _number(self, index: int, column: str, value: str) -> float:
        if value.lower() in MISSING:
            return float("nan")
        try:
            found = float(value)
        except ValueError:
            found = float("nan")
        if not np.isfinite(found):
            self.refuse(
                index, N_("Column '{column}' must hold numbers, found '{value}'."), column=column, value=value
            )
        return found
