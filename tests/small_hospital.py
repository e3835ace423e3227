"""Three departments and twelve weeks of notes, through the real intake, that can be worked out by hand.

In week w every note takes 10 + w minutes; each department signs 12 on Monday, 12 on Tuesday and leaves one
unsigned. North has 12 patients and 6 clinicians a day, South 8 patients (too few to show), West 12 patients
but 4 clinicians (too few as well). South writes nothing in week 6. North's tool starts in week 8 and saves a
minute a note.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from governance.access import LOCAL_OPERATOR
from storage import cube_build
from storage.workspace import Workspace
from tests.built_once import copy_of
from tests.kpi_databases import ARROW, types
from workflows.refresh import ingest

FIRST = date(2026, 1, 5)
WEEKS = 12
PEOPLE = {"north": (12, 6), "south": (8, 6), "west": (12, 4)}
NOTES_A_DAY = 12


def minutes(department: str, week: int) -> float:
    """The note time of every note of a department in a week."""
    return 10.0 + week - (1.0 if department == "north" and week >= 8 else 0.0)


def notes() -> list[dict[str, Any]]:
    """The rows, one unsigned note per department and week among them."""
    found = []
    for week in range(WEEKS):
        for department, (patients, clinicians) in PEOPLE.items():
            if department == "south" and week == 6:
                continue
            for number in range(2 * NOTES_A_DAY + 1):
                day = FIRST + timedelta(days=7 * week + number // NOTES_A_DAY % 2)
                begin = datetime.fromisoformat(f"{day}T10:00")
                found.append(
                    {
                        "department": department,
                        "segment": "first" if number < 4 else "follow_up",
                        "exposed": int(department == "north" and week >= 8),
                        "note": f"{department}-{week}-{number}",
                        "patient": f"{department} patient {number % patients}",
                        "clinician": f"{department} clinician {number % clinicians}",
                        "started_at": begin,
                        "active_seconds": 60 * minutes(department, week) - 30,
                        "tool_seconds": 30.0,
                        "signed_at": None if number == 2 * NOTES_A_DAY else begin + timedelta(hours=1),
                    }
                )
    return found


def load(workspace: Workspace, table: str, rows: list[dict[str, Any]], folder: Path) -> None:
    """Take rows of a standard table in, as a file in standard form."""
    kinds = {name: kind for name, kind in types(table).items() if name != "day"}
    schema = pa.schema([(name, ARROW[kind]) for name, kind in kinds.items()])
    file = folder / f"{table}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)
    report = ingest(LOCAL_OPERATOR, workspace, [file], "standard_form", table=table)
    assert [one.rows_loaded for one in report] == [len(rows)], report


def small_hospital(folder: Path) -> Workspace:
    """A workspace with those notes in it, and its cube."""
    return Workspace.open(copy_of("small-hospital", _take_in, folder) / "workspace")


def _take_in(folder: Path) -> None:
    workspace = Workspace.open(folder / "workspace")
    load(workspace, "NoteSession", notes(), folder)
    cube_build.build(workspace)
    workspace.engine.dispose()
