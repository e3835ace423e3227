"""A cube that grew by batches is the cube built at once; a batch counts only the days that it touched."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from kpis.measurements import MEASURES
from kpis.query import Spans
from storage import cube, cube_build, cube_change
from storage.workspace import Workspace
from tests.grown_cube import CLOCKS, KEYS, fresh, in_order, published
from tests.small_hospital import load

TOLERANCE = 1e-12
JULY_BY_NIGHT = datetime.fromisoformat("2026-07-01T22:30")
"""In UTC; on the clock of the hospital it is the 2nd."""

LAST = 1_000_000
"""No batch comes after it."""

Batch = tuple[str, list[dict[str, Any]]]


def local_day(table: str, row: dict[str, Any]) -> date:
    moment = row[CLOCKS[table]].replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo("Europe/Amsterdam")).date()


def batches() -> Iterator[list[Batch]]:
    """Everything; then rows that move to another day and department; answers that come later; a late day."""
    chance = Random(53)
    notes, letters, messages = (
        [fresh(table, number, chance) for number in range(count)]
        for table, count in (("NoteSession", 300), ("Letter", 200), ("Message", 200))
    )
    yield [("NoteSession", notes), ("Letter", letters), ("Message", messages)]
    moved = [fresh("NoteSession", number, chance) for number in (3, 50, 51)]
    yield [("NoteSession", moved)]
    opened = [row for row in letters if row["final_at"] is None][:2]
    yield [("Letter", [row | {"final_at": row["due_from"] + timedelta(hours=20)} for row in opened])]
    there = [row | {"department": "south", "received_at": JULY_BY_NIGHT} for row in messages[:2]]
    yield [("Message", [row | {"replied_at": None} for row in there])]
    yield [("Message", [messages[1]]), ("NoteSession", [notes[50], fresh("NoteSession", 999, chance)])]


def rebuilt(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The frames of a cube that is built whole from the same facts."""
    return in_order(cube_build.as_known(workspace, LAST))


def assert_same(grown: dict[str, pd.DataFrame], whole: dict[str, pd.DataFrame]) -> None:
    for name, frame in whole.items():
        sums = [column for column in frame if name == "cells" and column in MEASURES]
        exact = [column for column in frame if column not in sums]
        pd.testing.assert_frame_equal(grown[name][exact], frame[exact], check_dtype=False)
        one, other = (found[sums].to_numpy(float) for found in (grown[name], frame))
        assert (np.abs(one - other) <= TOLERANCE * np.maximum(1.0, np.abs(other))).all(), name


def test_every_batch_leaves_the_cube_that_a_full_rebuild_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    counted: list[date] = []
    scan = cube_change.scan

    def counting(connection: Any, kpis: Any, days: Spans, tables: Any) -> Any:
        span = [(first + timedelta(days=n)) for first, last in days for n in range((last - first).days + 1)]
        counted.extend(span)
        return scan(connection, kpis, days, tables=tables)

    monkeypatch.setattr(cube_change, "scan", counting)
    stands: dict[str, date] = {}
    for number, batch in enumerate(batches()):
        touched: set[date] = set()
        for table, rows in batch:
            load(workspace, table, rows, tmp_path)
            for row in rows:
                key, day = row[KEYS[table]], local_day(table, row)
                touched |= {day, stands.get(key, day)}
                stands[key] = day
        counted.clear()
        before = {path.name: path for path in months(workspace)}
        cube_build.build(workspace)
        grown = published(workspace)
        if number:
            assert_same(grown, rebuilt(workspace))
            assert counted == sorted(touched), number
            assert_untouched_months_are_the_same_files(workspace, before, touched)
    assert len(grown["cells"]) > 400
    assert grown["coverage"]["rows"].sum() == len(stands)
    workspace.engine.dispose()


@pytest.mark.parametrize("emptied", ["tool_seconds", "patient"])
def test_a_correction_that_takes_away_the_last_of_a_column_is_as_if_it_had_never_been_there(
    tmp_path: Path, emptied: str
) -> None:
    """Otherwise a share is 0 where nothing is known, until something else has all counted anew."""
    workspace, chance = Workspace.open(tmp_path / "workspace"), Random(54)
    rows = [fresh("NoteSession", number, chance) | {emptied: None} for number in range(20)]
    rows[-1] |= {"active_seconds": 60.0, "signed_at": rows[-1]["started_at"] + timedelta(hours=1)}
    filled = rows[-1] | {emptied: {"tool_seconds": 30.0, "patient": "somebody"}[emptied]}
    load(workspace, "NoteSession", [*rows[:-1], filled], tmp_path)
    cube_build.build(workspace)
    load(workspace, "NoteSession", rows[-1:], tmp_path)
    cube_build.build(workspace)
    assert_same(published(workspace), rebuilt(workspace))
    workspace.engine.dispose()


def test_another_clock_of_the_hospital_counts_all_anew(tmp_path: Path) -> None:
    """Working time is counted by it; the numbers would change at some later, unrelated load."""
    workspace, chance = Workspace.open(tmp_path / "workspace"), Random(55)
    load(workspace, "Message", [fresh("Message", number, chance) for number in range(9)], tmp_path)
    cube_build.build(workspace)
    (workspace.root / "meetlat.toml").write_text('timezone = "Atlantic/Azores"\n', "utf-8")
    elsewhere = Workspace.open(workspace.root)
    cube_build.build(elsewhere)
    assert_same(published(elsewhere), rebuilt(elsewhere))
    for opened in (workspace, elsewhere):
        opened.engine.dispose()


def months(workspace: Workspace) -> list[Path]:
    found = cube.current(workspace)
    return sorted((found.folder / "cells").glob("*.parquet")) if found is not None else []


def assert_untouched_months_are_the_same_files(
    workspace: Workspace, before: dict[str, Path], touched: set[date]
) -> None:
    names = {f"{day:%Y-%m}.parquet" for day in touched}
    kept = [path for path in months(workspace) if path.name not in names]
    assert kept
    assert all(path.samefile(before[path.name]) for path in kept)
