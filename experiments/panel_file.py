"""Read a panel from a CSV or Parquet file: one row per unit and period, columns named by the caller."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import InputError
from core.language.text import N_
from experiments.panel import NEVER, Floats, Panel
from experiments.period_axis import Axis, axis_of

MISSING = frozenset({"", "na", "nan", "null", "none", "."})
NEVER_WORDS = MISSING | {"0", "0.0", "inf", "never"}
FIRST_DATA_LINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds what. Exactly one of first_treated and treated is given.

    first_treated: first treated period of the row's unit; empty, 0 or inf means never. treated: 0 or 1 per
    row. weights: rows behind each cell. cluster: what units are grouped in for standard errors.
    """

    outcome: str
    unit: str
    time: str
    first_treated: str = ""
    treated: str = ""
    weights: str = ""
    cluster: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that were asked for."""
        every = (
            self.outcome,
            self.unit,
            self.time,
            self.first_treated,
            self.treated,
            self.weights,
            self.cluster,
        )
        return tuple(name for name in every if name)


def fingerprint(path: Path) -> str:
    """sha256 of the file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def read_panel(path: Path, columns: Columns) -> Panel:
    """The panel in a file; missing periods between the first and the last become cells without a value.

    Raises InputError, with the line, for anything that cannot be read as asked.
    """
    if bool(columns.first_treated) == bool(columns.treated):
        raise InputError(
            "Say when departments start: with --first-treated or with --treated, not both.", where=path.name
        )
    table = _table(path)
    _require_columns(table, columns, path.name)
    if table.empty:
        raise InputError(
            "The file has a header but no rows.", where=path.name, remedy="Export it again, with its rows."
        )
    return _panel(_Rows(table=table[list(dict.fromkeys(columns.named))], place=path.name), columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The file's cells as text and the name to use in messages."""

    table: pd.DataFrame
    place: str

    def text(self, column: str) -> list[str]:
        return [str(value).strip() for value in self.table[column]]

    def required(self, column: str) -> list[str]:
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


def _panel(rows: _Rows, columns: Columns) -> Panel:
    names = rows.required(columns.unit)
    axis = axis_of(rows.required(columns.time), f"{rows.place}, column '{columns.time}'")
    units = list(dict.fromkeys(names))
    place = {name: index for index, name in enumerate(units)}
    unit = np.array([place[name] for name in names])
    _refuse_duplicates(rows, unit, axis)
    outcome = np.full((len(units), len(axis.labels)), np.nan)
    outcome[unit, axis.index] = rows.numbers(columns.outcome)
    weights = np.isfinite(outcome).astype(float)
    if columns.weights:
        weights[unit, axis.index] = _weights(rows, columns.weights)
    starts = _by_row if columns.treated else _by_unit
    first = starts(rows, columns.treated or columns.first_treated, unit, axis, len(units))
    return Panel(
        units=tuple(units),
        periods=axis.labels,
        outcome=outcome,
        weights=np.where(np.isfinite(outcome), np.nan_to_num(weights), 0.0),
        first_treated=first,
        clusters=_clusters(rows, columns.cluster, unit, len(units)),
    )


def _weights(rows: _Rows, column: str) -> Floats:
    found = rows.numbers(column)
    for index in np.flatnonzero(found < 0):
        rows.refuse(int(index), N_("Column '{column}' holds a weight below zero."), column=column)
    return found


def _by_unit(rows: _Rows, column: str, unit: np.ndarray, axis: Axis, count: int) -> Floats:
    """First treated index of each unit from a column with the period, which must not change within a unit."""
    text = [value.removesuffix(".0") for value in rows.text(column)]
    found: list[str | None] = [None] * count
    for index, (row, value) in enumerate(zip(unit, text, strict=True)):
        if found[row] not in (None, value):
            rows.refuse(
                index,
                N_("Column '{column}' changes within a unit: it holds its first period."),
                column=column,
            )
        found[row] = value
    where = f"{rows.place}, column '{column}'"
    first = [
        NEVER if value is None or value.lower() in NEVER_WORDS else axis.position(value, where)
        for value in found
    ]
    _require_treatment(rows, column, np.array(first), axis)
    return np.array(first, dtype=float)


def _by_row(rows: _Rows, column: str, unit: np.ndarray, axis: Axis, count: int) -> Floats:
    """First treated index of each unit from a column of 0 and 1; once on it stays on."""
    values = rows.numbers(column)
    for index in np.flatnonzero(~np.isin(values, (0, 1))):
        rows.refuse(int(index), N_("Column '{column}' must hold 0 or 1."), column=column)
    first = np.full(count, NEVER)
    on = values == 1
    np.minimum.at(first, unit[on], axis.index[on].astype(float))
    for index in np.flatnonzero(~on & (axis.index >= first[unit])):
        rows.refuse(
            int(index),
            N_("Column '{column}' goes back to 0: a start is estimated, not a stop."),
            column=column,
        )
    _require_treatment(rows, column, first, axis)
    return first


def _require_treatment(rows: _Rows, column: str, first: Floats, axis: Axis) -> None:
    if not (first < len(axis.labels)).any():
        raise InputError(
            "Column '{column}' never switches on: no unit is treated within the data.",
            where=rows.place,
            remedy="Name the column that says which units are treated, and from when.",
            column=column,
        )


def _clusters(rows: _Rows, column: str, unit: np.ndarray, count: int) -> tuple[str, ...]:
    if not column:
        return ()
    found = [""] * count
    for index, (row, value) in enumerate(zip(unit, rows.required(column), strict=True)):
        if found[row] not in ("", value):
            rows.refuse(index, N_("Column '{column}' changes within a unit."), column=column)
        found[row] = value
    return tuple(found)


def _refuse_duplicates(rows: _Rows, unit: np.ndarray, axis: Axis) -> None:
    cell = unit * len(axis.labels) + axis.index
    first, inverse = np.unique(cell, return_index=True, return_inverse=True)[1:]
    for index in np.flatnonzero(first[inverse] != np.arange(len(cell))):
        rows.refuse(
            int(index),
            N_("This unit and period already stand on line {line}."),
            line=int(first[inverse[index]]) + FIRST_DATA_LINE,
        )


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError("There is no such file.", where=str(path), remedy="Check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError("The file is empty.", where=path.name, remedy="Export it again, with its rows.")
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


def _require_columns(table: pd.DataFrame, columns: Columns, place: str) -> None:
    known: Sequence[str] = [str(name) for name in table.columns]
    for name in columns.named:
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
