"""Read a series from a CSV or Parquet file: one row per period, columns named by the caller."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from core.errors import InputError
from core.language.text import N_
from experiments.monitoring.limits import Floats
from experiments.monitoring.series import Every, Series
from experiments.period_axis import axis_of
from experiments.table_file import FIRST_DATA_LINE, Rows, read_table, require_columns

FILLED = frozenset({"week", "month"})
"""Kinds of period of which every one is expected; days may leave out weekends, numbers may be anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesColumns:
    """Which column holds what; `order` empty: the rows are in order."""

    value: str
    denominator: str = ""
    order: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that were asked for."""
        return tuple(name for name in (self.value, self.denominator, self.order) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Labels in order, and for each row its place among them."""

    labels: tuple[str, ...]
    place: np.ndarray
    every: Every | None


def read_series(path: Path, columns: SeriesColumns, *, fill: bool) -> Series:
    """The series in a file, sorted by its order column.

    fill: weeks and months that are not in the file become missing points; False for charts of events, whose
    days are when something happened. Raises InputError, with the line, for what cannot be read.
    """
    table = read_table(path)
    require_columns(table, columns.named, path.name)
    rows = Rows(table=table[list(dict.fromkeys(columns.named))], place=path.name)
    values = rows.numbers(columns.value)
    sizes = _sizes(rows, columns.denominator) if columns.denominator else None
    if not columns.order:
        return Series(
            order=tuple(str(at) for at in range(1, len(values) + 1)), values=values, denominators=sizes
        )
    order = _order(rows, columns.order, fill=fill)
    found = Series(order=order.labels, values=_placed(values, order), every=order.every)
    return found if sizes is None else replace(found, denominators=_placed(sizes, order))


def _sizes(rows: Rows, column: str) -> Floats:
    found = rows.numbers(column)
    for index in np.flatnonzero(found < 0):
        rows.refuse(int(index), N_("Column '{column}' holds a denominator below zero."), column=column)
    return found


def _placed(values: Floats, order: _Order) -> Floats:
    found = np.full(len(order.labels), np.nan)
    found[order.place] = values
    return found


def _order(rows: Rows, column: str, *, fill: bool) -> _Order:
    text = [value.removesuffix(".0") for value in rows.required(column)]
    if all(value.removeprefix("-").isdecimal() for value in text):
        numbers, place = np.unique([int(value) for value in text], return_inverse=True)
        order = _Order(labels=tuple(str(number) for number in numbers), place=place, every=None)
    else:
        axis = axis_of(text, f"{rows.place}, column '{column}'")
        order = _Order(labels=axis.labels, place=axis.index, every=cast(Every, axis.kind))
        if not fill or axis.kind not in FILLED:
            seen, place = np.unique(axis.index, return_inverse=True)
            order = replace(order, labels=tuple(axis.labels[at] for at in seen), place=place)
    _refuse_duplicates(rows, column, order)
    return order


def _refuse_duplicates(rows: Rows, column: str, order: _Order) -> None:
    first, inverse = np.unique(order.place, return_index=True, return_inverse=True)[1:]
    for index in np.flatnonzero(first[inverse] != np.arange(len(order.place))):
        raise InputError(
            "Column '{column}' holds {label} twice; the first is on line {line}.",
            where=f"{rows.place} line {index + FIRST_DATA_LINE}",
            remedy="Give one row per period.",
            column=column,
            label=order.labels[order.place[index]],
            line=int(first[inverse[index]]) + FIRST_DATA_LINE,
        )
