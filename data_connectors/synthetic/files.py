"""The rows as the files a hospital would deliver: one Parquet file per standard table."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_connectors.synthetic.departments import DEPARTMENTS, positions
from data_connectors.synthetic.dirt import with_dirt
from data_connectors.synthetic.hospital import Hospital
from data_connectors.synthetic.ledger import COSTS, EVENTS, OUTCOMES, TASKS
from data_connectors.synthetic.letters import DISCHARGED_TO
from data_connectors.synthetic.world import Columns
from kpis.tables import TABLES, Column

LABELS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Letter", "discharged_to"): DISCHARGED_TO,
    ("UsageEvent", "task"): TASKS,
    ("UsageEvent", "outcome"): OUTCOMES,
    ("CostLine", "category"): COSTS,
    ("DepartmentWeek", "event"): EVENTS,
}
CONSTANTS: dict[tuple[str, str], str] = {
    ("Letter", "kind"): "discharge",
    ("SurveyResponse", "instrument"): "PEM",
    ("SurveyResponse", "item"): "overall",
    ("SurveyResponse", "scale"): "1-10",
}
PARQUET_TYPES = {
    "text": pa.string(),
    "time": pa.timestamp("ms"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.int8(),
    "date": pa.date32(),
}


def write_files(hospital: Hospital, folder: Path) -> tuple[Path, ...]:
    """Write TABLE.parquet for every table, dirty rows included; times are UTC without a zone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in hospital.tables.items():
        path = folder / f"{name}.parquet"
        clean = standard_form(name, rows)
        dirty = with_dirt(name, clean, hospital.world.random(f"dirt {name}"), hospital.world.parameters.scale)
        pq.write_table(dirty, path, compression="zstd")
        written.append(path)
    return tuple(written)


def standard_form(name: str, rows: Columns) -> pa.Table:
    """The rows under the names of their standard table: labels for codes, texts for people and keys."""
    count = len(rows["department"])
    columns = {
        "department": _labels(rows["department"], tuple(d.id for d in DEPARTMENTS)),
        "segment": _labels(rows["first"].astype(int), ("follow_up", "first"))
        if "first" in rows
        else pa.repeat("", count),
        "exposed": pa.array(rows.get("exposed", np.zeros(count)).astype(np.int8)),
    }
    for column in TABLES[name].columns:
        columns[column.name] = _column(name, column, rows, count)
    return pa.table(columns)


def _column(table: str, column: Column, rows: Columns, count: int) -> pa.Array:
    if (table, column.name) in CONSTANTS:
        return pa.repeat(CONSTANTS[table, column.name], count)
    if (table, column.name) in LABELS:
        return _labels(rows[column.name], LABELS[table, column.name])
    if column.name == "template":
        return _templates(rows)
    if column.name == "patient":
        return _numbered("P", 100_000 * rows["department"] + rows["patient"], 7)
    if column.name in ("draft_offered", "draft_used"):
        return pa.array(rows["offered" if column.name == "draft_offered" else "exposed"].astype(np.int8))
    if column.name not in rows:
        return pa.nulls(count, PARQUET_TYPES[column.type])
    if column.type == "text":
        return _numbered(column.name[0].upper(), rows[column.name], 8)
    if column.type == "time":
        return pa.array(rows[column.name].astype("datetime64[ms]"))
    return pa.array(rows[column.name], from_pandas=True).cast(PARQUET_TYPES[column.type])


def _templates(rows: Columns) -> pa.Array:
    with_template = np.isin(rows["department"], positions("template"))
    kind = np.where(rows["exposed"], np.where(with_template, 1, 2), 0)
    return _labels(kind, ("standaard", "nieuw sjabloon", "meeluisterend"))


def _labels(codes: np.ndarray, labels: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(labels)).cast(pa.string())


def _numbered(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")
