"""The cube: additive cells of every KPI by day, published as a versioned folder and a pointer row.

A version holds `cells`, `left_out`, `persons` and `coverage` as Parquet. Readers open the version that the
pointer names; a version is never written again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy import Connection, func, insert, select, update

from kpis import query
from kpis.catalogue import load
from kpis.cells import LEFT_OUT, empty, merged
from kpis.cells import cells as cells_of
from kpis.cells import left_out as left_out_of
from kpis.kpi import Kpi
from kpis.measurements import GRAIN, MEASURES
from storage.database import writing
from storage.persons import COLUMNS as PERSONS
from storage.persons import by_period
from storage.scan import open_facts, rows
from storage.schema import batches, cube_versions, fact_files
from storage.workspace import Workspace

FORMAT = 1
"""Raised when the content of a version changes for the same facts and definitions."""

KEPT_VERSIONS = 3
COVERAGE = ("table", "first_day", "last_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """One published version."""

    name: str
    folder: Path

    def cells(self, **wanted: Any) -> pd.DataFrame:
        """Columns GRAIN + MEASURES; `wanted` as in `cells()` of this module."""
        return self._read("cells", (*GRAIN, *MEASURES), **wanted)

    def left_out(self, **wanted: Any) -> pd.DataFrame:
        """Columns LEFT_OUT: rows left out per cell and reason."""
        return self._read("left_out", LEFT_OUT, **wanted)

    def persons(self, **wanted: Any) -> pd.DataFrame:
        """Distinct persons per KPI, department and period: columns of storage.persons."""
        return self._read("persons", PERSONS, **wanted)

    def departments(self) -> tuple[str, ...]:
        """The departments with any cell, in order."""
        return tuple(
            pq.read_table(self.folder / "cells.parquet", columns=["department"])["department"]
            .unique()
            .sort()
            .to_pylist()
        )

    def last_days(self) -> dict[str, date]:
        """The last day of every table that holds rows."""
        return {row["table"]: row["last_day"] for row in self._coverage()}

    def span(self) -> tuple[date, date] | None:
        """The first and the last day of any table; None without data."""
        found = self._coverage()
        if not found:
            return None
        return min(row["first_day"] for row in found), max(row["last_day"] for row in found)

    def _coverage(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.read_table(self.folder / "coverage.parquet").to_pylist()
        return found

    def _read(
        self,
        name: str,
        columns: tuple[str, ...],
        *,
        kpis: Collection[str] | None = None,
        departments: Collection[str] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> pd.DataFrame:
        filters: list[tuple[str, str, Any]] = []
        for column, among in (("kpi", kpis), ("department", departments)):
            if among is not None:
                filters.append((column, "in", sorted(among)))
        filters += [("day", ">=", first)] if first else []
        filters += [("day", "<=", last)] if last else []
        if any(not among for _, operator, among in filters if operator == "in"):
            return empty(columns)
        table = pq.read_table(self.folder / f"{name}.parquet", columns=list(columns), filters=filters or None)
        frame: pd.DataFrame = table.to_pandas()
        return frame.assign(day=pd.to_datetime(frame["day"]).astype("datetime64[s]"))


def current(workspace: Workspace) -> Cube | None:
    """The version that the pointer names; None before the first."""
    with workspace.engine.connect() as connection:
        name = connection.scalar(select(cube_versions.c.name).where(cube_versions.c.current))
    return Cube(name=name, folder=workspace.root / "cube" / name) if name else None


def cells(
    workspace: Workspace,
    kpis: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> pd.DataFrame:
    """The cells of the current version: columns GRAIN + MEASURES, `day` as datetime64[s].

    kpis, departments: None for all. first, last: days, both included.
    """
    cube = current(workspace)
    if cube is None:
        return empty((*GRAIN, *MEASURES))
    return cube.cells(kpis=kpis, departments=departments, first=first, last=last)


def build(workspace: Workspace) -> str:
    """Publish the cube of what the ledger holds now, unless it stands there already; its name."""
    kpis = tuple(load(workspace.root / "kpis").values())
    with workspace.engine.connect() as connection:
        position = connection.scalar(select(func.max(batches.c.id)).where(batches.c.done)) or 0
        fingerprint = _fingerprint(connection, kpis)
    name = f"{position:06d}-{fingerprint[:12]}"
    folder = workspace.root / "cube" / name
    published = current(workspace)
    if published is not None and published.name == name and folder.exists():
        return name
    if not folder.exists():
        _write(workspace, kpis, folder)
    with writing(workspace.engine) as connection:
        _point(connection, name, position, fingerprint)
        kept = _newest(connection)
    _forget(folder.parent, kept)
    return name


def _fingerprint(connection: Connection, kpis: tuple[Kpi, ...]) -> str:
    files = connection.scalars(
        select(fact_files.c.path).join(batches).where(batches.c.done).order_by(fact_files.c.path)
    )
    content = {"format": FORMAT, "files": list(files), "kpis": [asdict(kpi) for kpi in kpis]}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write(workspace: Workspace, kpis: tuple[Kpi, ...], folder: Path) -> None:
    draft = Path(mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, frame in _content(workspace, kpis).items():
            _write_parquet(frame, draft / f"{name}.parquet")
        os.replace(draft, folder)
    except OSError:
        # another process may have published the same version meanwhile, which is just as good
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def scan(connection: duckdb.DuckDBPyConnection, kpis: Sequence[Kpi]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells (GRAIN + MEASURES) and rows left out (LEFT_OUT), by one query per table of `open_facts`."""
    found, missed = [], []
    for table in query.tables_of(kpis):
        contributions = query.parts(kpis, table)
        wide = rows(connection, query.statement(contributions, table))
        found.append(cells_of(wide, contributions))
        missed.append(left_out_of(wide, contributions))
    return merged(found, (*GRAIN, *MEASURES), MEASURES), merged(missed, LEFT_OUT, ("rows",))


def _content(workspace: Workspace, kpis: Sequence[Kpi]) -> dict[str, pd.DataFrame]:
    with open_facts(workspace, query.tables_of(kpis)) as connection:
        coverage = _coverage(connection, query.tables_of(kpis))
        filled = [
            kpi for kpi in kpis if {kpi.numerator.table, kpi.denominator.table} & set(coverage["table"])
        ]
        cells_, left_out = scan(connection, filled)
        people = [by_period(connection, query.parts(kpis, table), table) for table in coverage["table"]]
    return {
        "cells": cells_,
        "left_out": left_out,
        "persons": pd.concat(people, ignore_index=True) if people else empty(PERSONS),
        "coverage": coverage,
    }


def _coverage(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> pd.DataFrame:
    """First and last day of every table that holds rows."""
    found = []
    for table in tables:
        days = query.source(table).c.day
        span = rows(connection, sa.select(sa.func.min(days).label("first"), sa.func.max(days).label("last")))
        if span["first"].notna().all():
            found.append((table, span["first"].iloc[0], span["last"].iloc[0]))
    return pd.DataFrame(found, columns=list(COVERAGE))


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for number, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(number, column.name, table.column(number).cast(pa.date32()))
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd", row_group_size=20_000)
        file.flush()
        os.fsync(file.fileno())


def _point(connection: Connection, name: str, position: int, fingerprint: str) -> None:
    connection.execute(update(cube_versions).values(current=False).where(cube_versions.c.current))
    known = connection.scalar(select(cube_versions.c.id).where(cube_versions.c.name == name))
    if known is not None:
        connection.execute(update(cube_versions).values(current=True).where(cube_versions.c.id == known))
        return
    connection.execute(
        insert(cube_versions).values(
            name=name,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ledger_position=position,
            fingerprint=fingerprint,
            current=True,
        )
    )


def _newest(connection: Connection) -> set[str]:
    newest = select(cube_versions.c.name).order_by(cube_versions.c.id.desc()).limit(KEPT_VERSIONS)
    pointed = select(cube_versions.c.name).where(cube_versions.c.current)
    return {*connection.scalars(newest), *connection.scalars(pointed)}


def _forget(folder: Path, kept: set[str]) -> None:
    for version in folder.iterdir():
        if version.is_dir() and version.name not in kept and not version.name.startswith("."):
            shutil.rmtree(version, ignore_errors=True)
