"""Rows as they go wrong in practice, added to the good ones so that something is set aside at intake."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kpis.tables import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirt:
    """So many rows of a full demo whose column holds a wrong value; "" as column repeats the row as it is."""

    table: str
    reason: str
    rows: int
    column: str = ""
    value: str | None = None


DIRT: tuple[Dirt, ...] = (
    Dirt(table="NoteSession", reason="negative_duration", rows=120, column="active_seconds", value="-35"),
    Dirt(table="NoteSession", reason="unparseable", rows=60, column="active_seconds", value="n.v.t."),
    Dirt(
        table="NoteSession",
        reason="invalid_time",
        rows=40,
        column="started_at",
        value="2026-02-31 09:15:00",
    ),
    Dirt(table="NoteSession", reason="duplicate", rows=150),
    Dirt(table="Encounter", reason="missing_department", rows=90, column="department", value=None),
    Dirt(table="Encounter", reason="duplicate", rows=110),
    Dirt(table="Letter", reason="invalid_time", rows=30, column="due_from", value="2025-11-31 10:00:00"),
    Dirt(table="Letter", reason="missing_department", rows=25, column="department", value=None),
    Dirt(table="Message", reason="negative_duration", rows=45, column="write_seconds", value="-1"),
    Dirt(table="SurveyResponse", reason="unparseable", rows=35, column="score", value="acht"),
)
"""`reason`: the code under which intake sets the rows aside."""


def dirty_rows(dirt: Dirt, scale: float) -> int:
    """How many rows a demo of that scale gets; at least one of every kind."""
    return max(1, round(dirt.rows * scale))


def with_dirt(name: str, clean: pa.Table, random: np.random.Generator, scale: float) -> pa.Table:
    """The clean rows with the dirty ones behind them; a column that holds dirt becomes text."""
    wanted = [dirt for dirt in DIRT if dirt.table == name]
    for column in {dirt.column for dirt in wanted} - {"", "department"}:
        place = clean.column_names.index(column)
        clean = clean.set_column(place, column, clean[column].cast(pa.string()))
    parts = [clean]
    for number, dirt in enumerate(wanted):
        chosen = np.sort(random.choice(len(clean), dirty_rows(dirt, scale), replace=False))
        parts.append(_spoiled(name, clean.take(pa.array(chosen)), dirt, number))
    return pa.concat_tables(parts)


def _spoiled(name: str, rows: pa.Table, dirt: Dirt, number: int) -> pa.Table:
    """The rows with their wrong value, under keys of their own; a duplicate keeps its key."""
    if not dirt.column:
        return rows
    key = TABLES[name].keys[0]
    changed = {
        key: pa.array([f"X{number}{place:06d}" for place in range(len(rows))]),
        dirt.column: pa.repeat(pa.scalar(dirt.value, pa.string()), len(rows)),
    }
    for column, values in changed.items():
        rows = rows.set_column(rows.column_names.index(column), column, values)
    return rows
