"""Measurements as the panel that `estimate` reads: one row per unit and period, in CSV or Parquet."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import InputError
from core.period import Every, containing
from core.quoting import plain_cell
from experiments.pilot import Pilot
from governance.access import Viewer, require, require_tables
from governance.audit import code
from kpis.parts import tables_of
from storage import cube
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.governance.measuring import refusal
from workflows.measure import Measured
from workflows.panel import Weekly, weekly
from workflows.plan import all_within_reach, within_reach
from workflows.whole_file import whole_file

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("period", pa.string()),
        ("outcome", pa.float64()),
        ("n", pa.int64()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("first_treated", pa.string()),
        ("geometric_mean", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Rows of a panel file, and how many of them the disclosure gate left without an outcome."""

    rows: int
    suppressed: int


def pilot_of(viewer: Viewer, workspace: Workspace, pilot: str | None) -> Pilot | None:
    """The pilot whose starts the panel carries: the one named, or the only one that may be measured.

    None where there is none. Raises InputError for one that was named and may not be measured yet.
    """
    require(viewer, "export_panels")
    reach = require(viewer, "see_pilots")
    if pilot is not None:
        named = within_reach(workspace, reach, pilot).pilot
        refused = refusal(workspace.within(reach), pilot)
        if refused is not None:
            said = {**refused.message.values, **refused.remedy.values}
            raise InputError(refused.message.template, where=pilot, remedy=refused.remedy.template, **said)
        return named
    found = all_within_reach(workspace, reach)
    if len(found) > 1:
        raise InputError(
            "Several pilots are registered, so it is not clear whose starts the panel should hold.",
            remedy="Choose one with --pilot: {known}.",
            known=", ".join(one.pilot.id for one in found),
        )
    if not found or refusal(workspace.within(reach), found[0].pilot.id) is not None:
        return None
    return found[0].pilot


def export_panel(
    viewer: Viewer,
    workspace: Workspace,
    path: Path,
    found: Sequence[Measured],
    pilot: Pilot | None,
    known_on: date | None = None,
    *,
    purpose: str,
    about: tuple[str, Every, str],
) -> Written:
    """Write the panel of one KPI for an analyst, unrounded; who takes it and for what is in the log before.

    about: the KPI and the length of its periods, and the pilot or department that it is of, for the log.
    With a pilot it holds the departments and the window of its plan, and by week exactly the cells that
    `evaluate` reads: an estimate from the file finds what `evaluate` finds, unless it was asked as known on a
    day. Raises NotPermitted, and as `write_panel` does.
    """
    reach = require(viewer, "export_panels")
    require_tables(reach, tables_of([one.kpi for one in found[:1]]))
    kpi, every, of = about
    record(viewer, workspace, "exported", "panel", of, kpi=kpi, every=every, purpose=code(purpose))
    cells = None
    if pilot is not None and found and known_on is None and _is_of_departments_and_weeks(found, pilot):
        cells = weekly(workspace, cube.current(workspace), found[0].kpi, pilot)
    return write_panel(path, found, pilot, cells)


def _is_of_departments_and_weeks(found: Sequence[Measured], pilot: Pilot) -> bool:
    known = {*pilot.starts, *pilot.comparison}
    return found[0].period.every == "week" and any(one.unit in known for one in found)


def write_panel(
    path: Path, found: Sequence[Measured], pilot: Pilot | None, cells: Weekly | None = None
) -> Written:
    """Write the panel of one KPI. Suppressed, missing and incomplete periods keep a row without an outcome.

    cells: what is known of the departments and weeks of the pilot's plan, for whoever estimates with it.
    geometric_mean is filled for durations: a plan on the relative scale reads that column.

    Raises InputError for another kind of file or a place that cannot be written.
    """
    chosen = [one for one in found if pilot is None or _in_plan(one, pilot)]
    rows = [_row(one, pilot, cells) for one in chosen]
    without = sum(
        one.measurement.suppressed and "outcome" not in row for one, row in zip(chosen, rows, strict=True)
    )
    with whole_file(path) as unfinished:
        if path.suffix == ".csv":
            _write_csv(unfinished, rows)
        elif path.suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), unfinished)
        else:
            raise InputError(
                "A panel is written as .csv or .parquet, not as '{suffix}'.",
                where=path.name,
                suffix=path.suffix,
            )
    return Written(rows=len(rows), suppressed=without)


def _in_plan(one: Measured, pilot: Pilot) -> bool:
    first, last = pilot.window
    inside = containing(first, one.period.every) <= one.period <= containing(last, one.period.every)
    return inside and (one.unit in pilot.starts or one.unit in pilot.comparison)


def _row(one: Measured, pilot: Pilot | None, cells: Weekly | None) -> dict[str, Any]:
    start = pilot.starts.get(one.unit) if pilot is not None else None
    row: dict[str, Any] = {
        "unit": one.unit,
        "period": one.period.label,
        "first_treated": containing(start, one.period.every).label if start else None,
    }
    found = one.measurement.value if cells is None else cells.found.get((one.unit, one.period))
    if found is None or found.value is None or not found.complete:
        return row
    return row | {
        "outcome": found.value,
        "n": found.n,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "geometric_mean": found.geometric_mean,
    }


def _write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SCHEMA.names, restval="")
        writer.writeheader()
        writer.writerows({name: plain_cell(value) for name, value in row.items()} for row in rows)
