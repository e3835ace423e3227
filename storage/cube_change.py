"""A version of the cube from an older one: only the days that new batches touched are counted again.

A batch touches the days of its rows and the days of the older rows that it corrects. Everything in the cube
is a sum over days, or distinct persons of a period, so replacing those days and periods gives what building
it whole would give.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kpis.content import Content
from kpis.coverage import coverage
from kpis.gather import needs_calendar
from kpis.kpi import Kpi
from kpis.parts import tables_of
from kpis.person_periods import LONGER, by_day, by_longer, joined
from kpis.pieces import Length, span_of
from kpis.query import Spans
from storage import cube_histogram
from storage.counted_in_source import Counts, together
from storage.cube import FRAMES, Cube
from storage.cube_known import Known, look
from storage.cube_scan import scan
from storage.cube_writer import as_table, write_changes
from storage.duck import connect
from storage.facts import path_list
from storage.scan import open_facts, runner
from storage.workspace import Workspace


def change(
    workspace: Workspace,
    kpis: Sequence[Kpi],
    counts: Counts,
    older: Cube,
    known: Known,
    new_files: Sequence[str],
    folder: Path,
    position: int,
) -> Known | None:
    """Write the older version with the days that new files touch replaced; what is known of all facts in it.

    counts: what sources counted, which is the same as in the older version.

    None where the whole must be counted again: the days are not known, or the touched days fill a column or
    name a kind of person for the first time, or did so as the last.
    """
    days = _touched(workspace, new_files)
    if not days:
        return None
    periods = {every: _holding(days, every) for every in LONGER}
    reach = joined([span for spans in periods.values() for span in spans])
    months = sorted({f"{day:%Y-%m}" for first, last in reach for day in _days(first, last)})
    calendar = needs_calendar(kpis)
    with open_facts(
        workspace, tables_of(kpis), months, with_calendar=calendar, position=position
    ) as connection:
        spans = joined([(day, day) for day in days])
        run = runner(connection)
        covered = coverage(run, tables_of(kpis), spans)
        chosen, held = counts.known(kpis, known.filled), sorted(known.filled)
        now = look(run, kpis, _held(covered), spans)
        if not known.holds(now) or _lost(workspace, kpis, known, now, new_files, position):
            return None
        found = scan(connection, chosen, spans, tables=held)
        binned = cube_histogram.scan(connection, chosen, held, [spans])
        daily = by_day(run, chosen, known.kinds, spans)
        beside = pd.concat([_daily_before(older, days, reach), daily], ignore_index=True)
        longer = {
            every: by_longer(run, chosen, known.kinds, _inside(beside, periods[every]), every)
            for every in LONGER
        }
    gone = _gone(days, periods)
    persons: Mapping[Length, pd.DataFrame] = {"day": daily, **longer}
    frames = tables_of_version(found, binned, persons, covered, counts.of(chosen, gone))
    write_changes(frames, gone, older.folder, folder)
    return known


def tables_of_version(
    found: Content,
    binned: pa.Table,
    persons: Mapping[Length, pd.DataFrame],
    covered: pd.DataFrame,
    counts: Mapping[str, pd.DataFrame],
) -> dict[str, pa.Table]:
    """The frames of a version as they are stored, by name; counts: of the same, as sources counted them."""
    frames = {"cells": found.cells, "left_out": found.left_out, "staff": found.staff, "coverage": covered}
    frames |= {f"persons_{every}": frame for every, frame in persons.items()}
    frames |= {name: together(name, frames[name], counted) for name, counted in counts.items()}
    return {**{name: as_table(frame) for name, frame in frames.items()}, "histogram": binned}


def _lost(
    workspace: Workspace, kpis: Sequence[Kpi], known: Known, now: Known, files: Sequence[str], position: int
) -> bool:
    """Whether rows that new files replaced or took away were the last of which something was known.

    now: what the touched days say. Mostly that is all there was, and no other day needs to be looked at.
    """
    names = {Path(name).parent.name for name in files if Path(name).name.startswith("superseded-")}
    tables = sorted(names & known.filled.keys())
    before = known.of(kpis, tables)
    if now.holds(before):
        return False
    with open_facts(workspace, tables, with_calendar=needs_calendar(kpis), position=position) as connection:
        run = runner(connection)
        return not look(run, kpis, _held(coverage(run, tables))).holds(before)


def _held(covered: pd.DataFrame) -> list[str]:
    """The tables that have rows."""
    return sorted(map(str, covered["table"].unique()))


def _touched(workspace: Workspace, files: Sequence[str]) -> list[date]:
    """The days of new rows and of the older rows that they correct; none where a file does not say."""
    paths = [workspace.root / name for name in files]
    days: set[date] = set()
    with connect() as connection:
        for path in paths:
            names = pq.read_schema(path).names
            column = "old_day" if "old_day" in names else "day"
            if column not in names:
                return []
            found = connection.execute(f"SELECT DISTINCT {column} FROM read_parquet({path_list((path,))})")
            days.update(day for (day,) in found.fetchall())
    return sorted(days)


def _daily_before(older: Cube, days: Sequence[date], reach: Spans) -> pd.DataFrame:
    """The older counts of the days beside the touched ones in their weeks and months."""
    before = older.read("persons_day", first=reach[0][0], last=reach[-1][1])
    return before[~before["day"].isin(pd.to_datetime(list(days)))]


def _holding(days: Sequence[date], every: Length) -> list[tuple[date, date]]:
    """The periods or pieces that hold any of the days."""
    return sorted({span for day in days if (span := span_of(day, every)) is not None})


def _inside(daily: pd.DataFrame, periods: Spans) -> pd.DataFrame:
    wanted = pd.to_datetime([day for first, last in periods for day in _days(first, last)])
    return daily[daily["day"].isin(wanted)]


def _gone(days: Sequence[date], periods: Mapping[Length, Spans]) -> dict[str, list[date]]:
    """Per frame the days whose older rows are replaced: for persons the first days of the periods."""
    starts = {f"persons_{every}": [first for first, _ in found] for every, found in periods.items()}
    return {**{name: list(days) for name in FRAMES}, **starts}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
