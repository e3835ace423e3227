"""Build and publish the cube of what the ledger holds: whole, or only what changed since the last version.

New batches touch some days; new definitions touch some KPIs.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import select

from kpis.coverage import coverage
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.person_periods import LONGER, by_day, by_longer
from kpis.pieces import Length
from kpis.query import Spans
from storage import counted_in_source, cube_histogram, department_history
from storage.counted_in_source import Counts
from storage.cube import COUNTED, Cube, current, manifest
from storage.cube_change import change, tables_of_version
from storage.cube_known import Known, look
from storage.cube_publish import publish, sha256
from storage.cube_redefine import Taken, meanings
from storage.cube_scan import scan
from storage.cube_writer import write, write_manifest
from storage.definitions import every_version, fingerprint
from storage.scan import open_facts, runner
from storage.schema import batches, fact_files
from storage.working_folder import working_folder
from storage.workspace import Workspace

ROWS_AT_ONCE = 10_000_000
"""More rows than this are binned in portions of days."""

FORMAT = 5
"""Raised when the content of a version changes for the same facts and definitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the next version is made from. files: facts, rows corrected and counts, by the ledger.

    meanings: of the KPIs. conditions: what every row is counted under, whatever the definition: the history
    of the departments and the clock of the working calendar.
    """

    kpis: Mapping[str, Kpi]
    counts: Counts
    definitions: str
    meanings: Mapping[str, str]
    conditions: Mapping[str, str]
    position: int
    files: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return sha256([FORMAT, self.definitions, dict(self.conditions), list(self.files)])

    @property
    def name(self) -> str:
        return f"{self.position:06d}-{self.fingerprint[:12]}"


def is_current(workspace: Workspace) -> bool:
    """Whether all that the ledger holds is counted, by the definitions of now."""
    published = current(workspace)
    return published is not None and _stands(published, _wanted(workspace))


def build(workspace: Workspace) -> str:
    """Publish the cube of what the ledger holds now, unless it stands there already; its name."""
    wanted = _wanted(workspace)
    name, published = wanted.name, current(workspace)
    folder = workspace.root / "cube" / name
    if published is not None and _stands(published, wanted):
        return name
    if not folder.exists():
        _write(workspace, wanted, published, folder)
    publish(workspace, name, wanted.position, wanted.fingerprint)
    return name


def _stands(published: Cube, wanted: _Wanted) -> bool:
    return published.name == wanted.name and published.folder.exists()


def as_known(workspace: Workspace, position: int) -> Cube:
    """The cube of what was known when a batch was in, with the definitions of today; not published.

    It stays until the next version is published.
    """
    wanted = _wanted(workspace, position)
    name = f"known-{position:06d}-{wanted.fingerprint[:12]}"
    folder = workspace.root / "cube" / name
    if not folder.exists():
        _write(workspace, wanted, None, folder)
    return Cube(name=name, folder=folder)


def _wanted(workspace: Workspace, position: int | None = None) -> _Wanted:
    done = select(batches.c.id).where(batches.c.done)
    if position is not None:
        done = done.where(batches.c.id <= position)
    listed = select(fact_files.c.path).where(
        fact_files.c.batch.in_(done),
        fact_files.c.kind.in_(("facts", "superseded", counted_in_source.kind("cells"))),
    )
    with workspace.engine.connect() as connection:
        files = tuple(sorted(connection.scalars(listed)))
        newest = connection.scalar(done.order_by(batches.c.id.desc()).limit(1))
    kpis = every_version(workspace)
    departments = department_history.read(workspace.root).fingerprint
    return _Wanted(
        kpis=kpis,
        counts=counted_in_source.read(workspace, tuple(kpis.values()), position),
        definitions=fingerprint(kpis) + departments,
        meanings=meanings(kpis),
        conditions={"departments": departments, "timezone": workspace.settings.timezone},
        position=newest or 0,
        files=files,
    )


def _write(workspace: Workspace, wanted: _Wanted, older: Cube | None, folder: Path) -> None:
    with working_folder(workspace.root) as draft:
        known = _from_older(workspace, wanted, older, draft) if older is not None else None
        if known is None:
            known, frames = _counted(workspace, wanted, tuple(wanted.kpis.values()))
            write(frames, draft)
        made_from = {"format": FORMAT, "definitions": wanted.definitions, "files": wanted.files}
        made_from |= {COUNTED: dict(wanted.counts.tables), "conditions": dict(wanted.conditions)}
        made_from |= {"meanings": dict(wanted.meanings)}
        write_manifest({**made_from, **known.as_manifest()}, draft)
        try:
            os.replace(draft, folder)
        except OSError:
            # another process may have published the same version meanwhile, which is just as good
            if not folder.exists():
                raise


def _counted(workspace: Workspace, wanted: _Wanted, kpis: Sequence[Kpi]) -> tuple[Known, dict[str, pa.Table]]:
    """What all facts say of some KPIs, and the frames of a version with nothing else in it."""
    tables, calendar = tables_of(kpis), needs_calendar(kpis)
    counts = wanted.counts
    with open_facts(workspace, tables, with_calendar=calendar, position=wanted.position) as connection:
        run = runner(connection)
        covered = coverage(run, tables)
        held = sorted(map(str, covered["table"].unique()))
        known = look(run, kpis, held)
        chosen = counts.known(kpis, known.filled)
        found = scan(connection, chosen, tables=held)
        binned = cube_histogram.scan(connection, chosen, held, _portions(covered))
        daily = by_day(run, chosen, known.kinds, None)
        longer = {every: by_longer(run, chosen, known.kinds, daily, every) for every in LONGER}
    persons: Mapping[Length, pd.DataFrame] = {"day": daily, **longer}
    return known, tables_of_version(found, binned, persons, covered, counts.of(chosen))


def _portions(covered: pd.DataFrame) -> list[Spans]:
    """Spans of days that hold about so many rows each; all days at once where there are fewer."""
    if covered["rows"].sum() <= ROWS_AT_ONCE:
        return [()]
    days = covered.groupby("day")["rows"].sum()
    portion = (days.cumsum() // ROWS_AT_ONCE).astype("int64")
    return [[(part.index[0].date(), part.index[-1].date())] for _, part in days.groupby(portion)]


def _from_older(workspace: Workspace, wanted: _Wanted, older: Cube, folder: Path) -> Known | None:
    """The older version with the days or definitions that changed replaced; None to count all anew."""
    made = manifest(older.folder)
    held = tuple(made.get(key) for key in ("format", COUNTED, "conditions"))
    if held != (FORMAT, wanted.counts.tables, wanted.conditions):
        return None
    if made["definitions"] == wanted.definitions:
        return _changed(workspace, wanted, older, made, folder)
    return _redefined(workspace, wanted, older, made, folder) if made["files"] == [*wanted.files] else None


def _changed(
    workspace: Workspace, wanted: _Wanted, older: Cube, made: Mapping[str, Any], folder: Path
) -> Known | None:
    """The older version with the days replaced that new files touch."""
    new = set(wanted.files) - set(made["files"])
    if not new or not set(made["files"]) <= set(wanted.files) or any(map(counted_in_source.is_count, new)):
        return None
    known, kpis = Known.from_manifest(made), tuple(wanted.kpis.values())
    return change(workspace, kpis, wanted.counts, older, known, sorted(new), folder, wanted.position)


def _redefined(
    workspace: Workspace, wanted: _Wanted, older: Cube, made: Mapping[str, Any], folder: Path
) -> Known:
    """The older version with the KPIs replaced whose definition changed."""
    taken = Taken.of(wanted.kpis, wanted.meanings, made["meanings"], wanted.counts.tables)
    found, frames = _counted(workspace, wanted, taken.others)
    taken.write(frames, older.folder, folder)
    return taken.known(Known.from_manifest(made), found)
