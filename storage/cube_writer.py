"""A version of the cube on disk: one Parquet file per frame and month; untouched months are linked."""

import json
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from storage.cube import FRAMES, MANIFEST

ORDER = ("department", "kpi", "table", "every", "day")
"""Rows of a file stand by department first: a department's page reads a few row groups."""

Touched = Collection[str]


def write(frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Every frame, by month, into a folder."""
    for name, frame in frames.items():
        (folder / name).mkdir(parents=True)
        for month, rows in frame.groupby(frame["day"].dt.strftime("%Y-%m"), sort=True):
            _write_parquet(rows, folder / name / f"{month}.parquet")


def write_changes(
    frames: Mapping[str, pd.DataFrame], gone: Mapping[str, pd.Series], older: Path, folder: Path
) -> None:
    """The frames of an older version with some rows replaced.

    frames: the new rows. gone: per frame, the days (for persons: every and first day) whose older rows go.
    """
    for name in FRAMES:
        (folder / name).mkdir(parents=True)
        new, dropped = frames[name], gone[name]
        months = set(dropped.str[-10:-3])
        for path in sorted((older / name).glob("*.parquet")):
            if path.stem in months:
                kept = pq.read_table(path).to_pandas()
                kept["day"] = pd.to_datetime(kept["day"]).astype("datetime64[s]")
                kept = kept[~labels(kept).isin(dropped)]
                part = new[new["day"].dt.strftime("%Y-%m") == path.stem]
                rows = pd.concat([kept, part], ignore_index=True)
                if len(rows):
                    _write_parquet(rows, folder / name / path.name)
                months.discard(path.stem)
            else:
                _link(path, folder / name / path.name)
        for month in sorted(months):
            part = new[new["day"].dt.strftime("%Y-%m") == month]
            if len(part):
                _write_parquet(part, folder / name / f"{month}.parquet")


def labels(frame: pd.DataFrame) -> pd.Series:
    """What of a frame is replaced as one: its day, for persons with the length of the period before it."""
    day: pd.Series = frame["day"].dt.strftime("%Y-%m-%d")
    return day.radd(frame["every"] + " ") if "every" in frame else day


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """What the version was made from."""
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    frame = frame.sort_values([name for name in ORDER if name in frame], kind="stable", ignore_index=True)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    place = table.schema.get_field_index("day")
    table = table.set_column(place, "day", table.column(place).cast(pa.date32()))
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd", row_group_size=20_000)
        file.flush()
        os.fsync(file.fileno())


def _link(path: Path, target: Path) -> None:
    """The same bytes under another name, as a copy where the file system knows no links."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
