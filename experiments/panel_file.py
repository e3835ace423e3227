"""Read a panel from a CSV or Parquet file: one row per unit and period, columns named by the caller."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.language.text import N_
from experiments.panel import NEVER, Floats, Panel
from experiments.period_axis import Axis, axis_of
from experiments.table_file import FIRST_DATA_LINE, MISSING, Rows, read_table, require_columns

NEVER_WORDS = MISSING | {"0", "0.0", "inf", "never"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds what. Exactly one of first_treated and treated is given.

    first_treated: first treated period of the row's unit; empty, 0 or inf means never. treated: 0 or 1 per
    row. weights: rows behind each cell. cluster: what units are grouped in for standard errors. subgroup: the
    declared kind of each unit. exposure: what a count or a share is out of. dose: how much the tool was used.
    covariates: columns with a number in each row.
    """

    outcome: str
    unit: str
    time: str
    first_treated: str = ""
    treated: str = ""
    weights: str = ""
    cluster: str = ""
    subgroup: str = ""
    exposure: str = ""
    dose: str = ""
    covariates: tuple[str, ...] = ()

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
            self.subgroup,
            self.exposure,
            self.dose,
            *self.covariates,
        )
        return tuple(name for name in every if name)


def read_panel(path: Path, columns: Columns) -> Panel:
    """The panel in a file; missing periods between the first and the last become cells without a value.

    Raises InputError, with the line, for anything that cannot be read as asked.
    """
    rows = rows_of(path, columns)
    return read_rows(rows, columns, rows.required(columns.unit))


def rows_of(path: Path, columns: Columns, also: tuple[str, ...] = ()) -> Rows:
    """The named columns of a file and those in `also`. Raises InputError where one is not there."""
    if bool(columns.first_treated) == bool(columns.treated):
        raise InputError(
            "Say when departments start: with --first-treated or with --treated, not both.", where=path.name
        )
    table, named = read_table(path), (*columns.named, *also)
    require_columns(table, named, path.name)
    return Rows(table=table[list(dict.fromkeys(named))], place=path.name)


def read_rows(rows: Rows, columns: Columns, names: list[str]) -> Panel:
    """The panel of rows whose units are called `names`, one name a row."""
    axis = axis_of(rows.required(columns.time), f"{rows.place}, column '{columns.time}'")
    units = list(dict.fromkeys(names))
    place = {name: index for index, name in enumerate(units)}
    unit = np.array([place[name] for name in names])
    _refuse_duplicates(rows, unit, axis)
    outcome = _placed(rows.numbers(columns.outcome), unit, axis, (len(units), len(axis.labels)))
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
        clusters=_by_name(rows, columns.cluster, unit, len(units)),
        subgroups=_by_name(rows, columns.subgroup, unit, len(units)),
        exposure=_exposure(rows, columns.exposure, unit, axis, outcome.shape),
        dose=_placed(rows.numbers(columns.dose), unit, axis, outcome.shape) if columns.dose else None,
        covariates={
            name: _placed(rows.numbers(name), unit, axis, outcome.shape) for name in columns.covariates
        },
    )


def _placed(values: Floats, unit: np.ndarray, axis: Axis, shape: tuple[int, ...]) -> Floats:
    """Values of rows as (U, T); NaN where no row stands."""
    found = np.full(shape, np.nan)
    found[unit, axis.index] = values
    return found


def _exposure(rows: Rows, column: str, unit: np.ndarray, axis: Axis, shape: tuple[int, ...]) -> Floats | None:
    if not column:
        return None
    found = rows.numbers(column)
    for index in np.flatnonzero(found <= 0):
        rows.refuse(
            int(index), N_("Column '{column}' holds an exposure that is not above zero."), column=column
        )
    return _placed(found, unit, axis, shape)


def _weights(rows: Rows, column: str) -> Floats:
    found = rows.numbers(column)
    for index in np.flatnonzero(found < 0):
        rows.refuse(int(index), N_("Column '{column}' holds a weight below zero."), column=column)
    return found


def _by_unit(rows: Rows, column: str, unit: np.ndarray, axis: Axis, count: int) -> Floats:
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


def _by_row(rows: Rows, column: str, unit: np.ndarray, axis: Axis, count: int) -> Floats:
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


def _require_treatment(rows: Rows, column: str, first: Floats, axis: Axis) -> None:
    if not (first < len(axis.labels)).any():
        raise InputError(
            "Column '{column}' never switches on: no unit is treated within the data.",
            where=rows.place,
            remedy="Name the column that says which units are treated, and from when.",
            column=column,
        )


def _by_name(rows: Rows, column: str, unit: np.ndarray, count: int) -> tuple[str, ...]:
    if not column:
        return ()
    found = [""] * count
    for index, (row, value) in enumerate(zip(unit, rows.required(column), strict=True)):
        if found[row] not in ("", value):
            rows.refuse(index, N_("Column '{column}' changes within a unit."), column=column)
        found[row] = value
    return tuple(found)


def _refuse_duplicates(rows: Rows, unit: np.ndarray, axis: Axis) -> None:
    cell = unit * len(axis.labels) + axis.index
    first, inverse = np.unique(cell, return_index=True, return_inverse=True)[1:]
    for index in np.flatnonzero(first[inverse] != np.arange(len(cell))):
        rows.refuse(
            int(index),
            N_("This unit and period already stand on line {line}."),
            line=int(first[inverse[index]]) + FIRST_DATA_LINE,
        )
