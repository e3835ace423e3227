"""A version of the cube on disk: one Parquet file per frame and month; untouched months are linked."""

import json
import os
import shutil
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from storage.cube import FRAMES, MANIFEST

ORDER = ("department", "kpi", "table", "day")
"""Rows of a file stand by department first: a department's page reads a few row groups."""

ROW_GROUP = 5_000


def as_table(frame: pd.DataFrame) -> pa.Table:
    """A frame as it is stored: days as dates."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    place = table.schema.get_field_index("day")
    return table.set_column(place, "day", table.column(place).cast(pa.date32()))


def write(frames: Mapping[str, pa.Table], folder: Path) -> None:
    """Every frame, by month, into a folder."""
    for name, table in frames.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for month, rows in _by_month(table).items():
            _write_parquet(rows, folder / name / f"{month}.parquet")


def write_changes(
    frames: Mapping[str, pa.Table], gone: Mapping[str, Collection[date]], older: Path, folder: Path
) -> None:
    """The frames of an older version with some rows replaced.

    frames: the new rows. gone: per frame, the days whose older rows go.
    """
    for name in FRAMES:
        (folder / name).mkdir(parents=True)
        new, days = _by_month(frames[name]), pa.array(sorted(gone[name]), pa.date32())
        months = {f"{day:%Y-%m}" for day in gone[name]}
        for path in sorted((older / name).glob("*.parquet")):
            target = folder / name / path.name
            if path.stem not in months:
                _link(path, target)
                continue
            kept = pq.read_table(path)
            kept = kept.filter(pc.invert(pc.is_in(kept["day"], value_set=days)))
            part = new.pop(path.stem, None)
            rows = kept if part is None else pa.concat_tables([kept, part.cast(kept.schema)])
            if rows.num_rows:
                _write_parquet(rows, target)
        for month, rows in new.items():
            _write_parquet(rows, folder / name / f"{month}.parquet")


def write_renamed(found: pa.Table, column: str, names: Mapping[str, str], older: Path, folder: Path) -> None:
    """A frame from the rows of an older one with some values of a column, and rows that were found.

    names: the values that are kept, each with what it was called in the older frame.
    """
    folder.mkdir(parents=True)
    new = _by_month(found)
    for path in sorted(older.glob("*.parquet")):
        part = new.pop(path.stem, None)
        with pq.ParquetFile(path) as file:
            held = set(file.read([column])[column].unique().to_pylist())
            kept = {name: before for name, before in names.items() if before in held}
            if part is None and kept == {name: name for name in held}:
                _link(path, folder / path.name)
                continue
            parts = _renamed(file.read(), column, kept)
        rows = pa.concat_tables(parts if part is None else [*parts, part.cast(parts[0].schema)])
        if rows.num_rows:
            _write_parquet(rows, folder / path.name)
    for month, rows in new.items():
        _write_parquet(rows, folder / f"{month}.parquet")


def _renamed(rows: pa.Table, column: str, names: Mapping[str, str]) -> list[pa.Table]:
    """The rows whose value has a name, those of another name once for each."""
    values, kind = rows[column], rows.schema.field(column)
    same = pa.array([name for name, before in names.items() if name == before], kind.type)
    parts = [rows.filter(pc.is_in(values, value_set=same))]
    for name, before in names.items():
        if name != before:
            found = rows.filter(pc.equal(values, before))
            called = pa.repeat(pa.scalar(name, kind.type), found.num_rows)
            parts.append(found.set_column(rows.schema.get_field_index(column), kind, called))
    return parts


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """What the version was made from."""
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def _by_month(table: pa.Table) -> dict[str, pa.Table]:
    if not table.num_rows:
        return {}
    months = pc.floor_temporal(table["day"], unit="month").combine_chunks()
    encoded = months.dictionary_encode()
    return {
        f"{month.as_py():%Y-%m}": table.filter(pc.equal(encoded.indices, code))
        for code, month in enumerate(encoded.dictionary)
    }


def _write_parquet(table: pa.Table, path: Path) -> None:
    order = [(name, "ascending") for name in ORDER if name in table.column_names]
    with path.open("wb") as file:
        pq.write_table(table.sort_by(order), file, compression="zstd", row_group_size=ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())


def _link(path: Path, target: Path) -> None:
    """The same bytes under another name, as a copy where the file system knows no links."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
