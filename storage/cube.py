"""The cube as readers see it: additive cells of every KPI by day, in a published version.

A version is a folder that is never written again. It holds one folder per frame (`FRAMES`) with one Parquet
file per month, and a manifest. Readers open the version that the pointer in the state database names.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import select

from kpis.cells import CELLS, LEFT_OUT, STAFF, empty
from kpis.content import Content, nothing
from kpis.coverage import COVERAGE
from kpis.person_periods import COLUMNS as PERSONS
from kpis.query_histogram import COLUMNS as HISTOGRAM
from storage.cube_histogram import long_form
from storage.cube_reader import read_rows
from storage.schema import cube_versions
from storage.workspace import Workspace

FRAMES = {
    "cells": CELLS,
    "left_out": LEFT_OUT,
    "histogram": HISTOGRAM,
    "staff": STAFF,
    "persons_day": PERSONS,
    "persons_week": PERSONS,
    "persons_month": PERSONS,
    "persons_piece": PERSONS,
    "coverage": COVERAGE,
}
"""What a version holds, with its columns."""

MANIFEST = "version.json"
COUNTED = "counted_in_source"
"""Key of the manifest: the tables whose cells a source counted, each with that source."""
KEPT_IN_MEMORY = 64
"""Frames of single departments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """One published version."""

    name: str
    folder: Path

    def content(self, *, details: bool = True, **wanted: Any) -> Content:
        """Cells, rows left out, histograms and totals per clinician; `wanted` as in `read`.

        details: whether histograms are wanted.
        """
        return Content(
            cells=self.read("cells", **wanted),
            left_out=self.read("left_out", **wanted),
            histogram=self.read("histogram", **wanted) if details else empty(HISTOGRAM),
            staff=self.read("staff", **wanted),
        )

    def read(
        self,
        frame: str,
        *,
        kpis: Collection[str] | None = None,
        departments: Collection[str] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> pd.DataFrame:
        """A frame, `day` as datetime64[s]. kpis, departments: None for all; first, last: days, included."""
        if departments is not None and len(departments) == 1:
            (department,) = departments
            return _chosen(_of_department(self.folder, frame, department), kpis, first, last)
        among = {
            column: chosen
            for column, chosen in (("kpi", kpis), ("department", departments))
            if chosen is not None and column in FRAMES[frame]
        }
        paths = [path for path in _months(self.folder / frame) if _overlaps(path.stem, first, last)]
        if not paths or not all(among.values()):
            return empty(FRAMES[frame])
        return _frame(frame, read_rows(paths, FRAMES[frame], among, first, last))

    def departments(self) -> tuple[str, ...]:
        """The departments with any row, in order."""
        return _departments(self.folder)

    def last_days(self) -> dict[str, date]:
        """The last day of every table that holds rows."""
        return {table: days[1] for table, days in _spans(self.folder).items()}

    @property
    def counted_in_source(self) -> dict[str, str]:
        """The tables whose cells a source counted itself, each with that source: no rows of them are here."""
        return dict(manifest(self.folder).get(COUNTED, {}))

    def span(self) -> tuple[date, date] | None:
        """The first and the last day of any table; None without data."""
        found = _spans(self.folder).values()
        return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def manifest(folder: Path) -> dict[str, Any]:
    """What a version was made from; empty where it does not say."""
    path = folder / MANIFEST
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def current(workspace: Workspace) -> Cube | None:
    """The version that the pointer names; None before the first."""
    with workspace.engine.connect() as connection:
        name = connection.scalar(select(cube_versions.c.name).where(cube_versions.c.current))
    return Cube(name=name, folder=workspace.root / "cube" / name) if name else None


def content(workspace: Workspace, **wanted: Any) -> Content:
    """What the current version holds; nothing before the first."""
    cube = current(workspace)
    return cube.content(**wanted) if cube is not None else nothing()


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _of_department(folder: Path, frame: str, department: str) -> pd.DataFrame:
    """A frame of one department, kept: a version never changes, and a page asks for it again and again."""
    paths = _months(folder / frame)
    if not paths:
        return empty(FRAMES[frame])
    return _frame(frame, read_rows(paths, FRAMES[frame], {"department": [department]}, None, None))


def _chosen(
    rows: pd.DataFrame, kpis: Collection[str] | None, first: date | None, last: date | None
) -> pd.DataFrame:
    inside = np.ones(len(rows), dtype=bool)
    days = rows["day"].to_numpy()
    if kpis is not None and "kpi" in rows:
        inside &= rows["kpi"].isin(list(kpis)).to_numpy()
    if first is not None:
        inside &= days >= np.datetime64(first)
    if last is not None:
        inside &= days <= np.datetime64(last)
    return rows[inside].reset_index(drop=True)


def _frame(frame: str, table: pa.Table) -> pd.DataFrame:
    rows = long_form(table) if frame == "histogram" else table.to_pandas(date_as_object=False)
    return rows.assign(day=rows["day"].astype("datetime64[s]"))


@cache
def _months(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.parquet")))


@cache
def _spans(folder: Path) -> dict[str, tuple[date, date]]:
    rows = Cube(name=folder.name, folder=folder).read("coverage")
    days = rows.groupby("table")["day"].agg(["min", "max"])
    return {str(table): (first.date(), last.date()) for table, first, last in days.itertuples()}


@cache
def _departments(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(Cube(name=folder.name, folder=folder).read("coverage")["department"].unique()))


def _overlaps(month: str, first: date | None, last: date | None) -> bool:
    return (first is None or month >= f"{first:%Y-%m}") and (last is None or month <= f"{last:%Y-%m}")
