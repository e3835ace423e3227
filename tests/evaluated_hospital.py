"""A hospital of nine departments and sixty weeks with one good pilot and one of seven patients."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from governance.access import LOCAL_OPERATOR
from governance.checklist import CHECKLIST
from kpis.tables import TABLES
from storage import cube_build
from storage.workspace import Workspace
from tests.built_once import copy_of
from workflows.plan import add_text
from workflows.refresh import ingest

FIRST, WEEKS, START_WEEK = date(2025, 1, 6), 60, 30
START = FIRST + timedelta(weeks=START_WEEK)
PILOT, COMPARISON, TINY = ("p1", "p2", "p3"), ("c1", "c2", "c3", "c4", "c5"), "tiny"
NOTES_A_WEEK, PATIENTS, CLINICIANS = 12, 200, 8
EFFECT = 0.85
SIGNED = "\n".join(f'{item.id} = {{ state = "signed", signer = "x", evidence = "y" }}' for item in CHECKLIST)


def plan(pilot: str, starts: tuple[str, ...], start: date = START) -> str:
    """A plan on note time, guarded by coding accuracy."""
    departments = "\n".join(f"{name} = {start}" for name in starts)
    comparison = ", ".join(f'"{name}"' for name in COMPARISON)
    return f"""\
id = "{pilot}"
vendor = "V"
comparison = [{comparison}]
secondary = ["visits_per_session"]
window = [{FIRST}, {FIRST + timedelta(weeks=WEEKS) - timedelta(days=1)}]
run_in_weeks = 4

[name]
nl = "Pilot {pilot}"
en = "Pilot {pilot}"

[starts]
{departments}

[primary]
kpi = "note_time_enc"
smallest_change = 0.05
scale = "relative"

[[guardrails]]
kpi = "icd_accuracy"
margin = 0.25
scale = "absolute"

[use]
kpi = "utilisation"
break_even = 0.4
target = 0.6

[governance]
{SIGNED}
"""


def notes(seed: int = 1) -> pd.DataFrame:
    """NoteSession rows; pilot departments write 15 % shorter from the start on."""
    random = np.random.default_rng(seed)
    blocks = []
    for place, department in enumerate((*PILOT, *COMPARISON, TINY)):
        weeks = np.repeat(np.arange(WEEKS), NOTES_A_WEEK)
        count = len(weeks)
        treated = (department in (*PILOT, TINY)) & (weeks >= START_WEEK)
        people = 7 if department == TINY else PATIENTS
        minutes = np.exp(np.log(5 + place / 4) + random.normal(0, 0.25, count)) * np.where(treated, EFFECT, 1)
        day = np.array(FIRST, "datetime64[D]") + weeks * 7 + random.integers(0, 7, count)
        blocks.append(
            pd.DataFrame(
                {
                    "department": department,
                    "segment": "",
                    "exposed": treated.astype(int),
                    "patient": [f"{department}-P{n}" for n in random.integers(0, people, count)],
                    "clinician": [f"{department}-C{n}" for n in random.integers(0, CLINICIANS, count)],
                    "started_at": day.astype("datetime64[ms]") + np.timedelta64(10, "h"),
                    "active_seconds": minutes * 60,
                    "correct": (random.random(count) < 0.8).astype(int),
                }
            )
        )
    rows = pd.concat(blocks, ignore_index=True)
    return rows.assign(number=rows.index.astype("str"))


def tables(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The standard tables that the notes stand for: every note is an eligible visit, audited and coded."""
    common = rows[["department", "segment", "exposed", "patient", "clinician"]]
    used = rows["exposed"] == 1
    return {
        "NoteSession": common.assign(
            note=rows["number"],
            encounter=rows["number"],
            started_at=rows["started_at"],
            ended_at=rows["started_at"],
            active_seconds=rows["active_seconds"],
            tool_seconds=0.0,
            signed_at=rows["started_at"],
            template=rows.get("template", ""),
        ),
        "CodeAudit": common.assign(
            audit=rows["number"], audited_on=rows["started_at"].dt.date, correct=rows["correct"]
        ),
        "Encounter": common.assign(
            encounter=rows["number"], started_at=rows["started_at"], completed=1, eligible=1
        ),
        "UsageEvent": common.assign(
            event=rows["number"], happened_at=rows["started_at"], task="consult", outcome="used"
        )[used],
    }


def build(
    root: Path,
    *,
    until_week: int = WEEKS,
    rows: pd.DataFrame | None = None,
    beside: dict[str, pd.DataFrame] | None = None,
) -> Workspace:
    """The hospital, taken in on the ordinary road, with its two pilots registered.

    rows: as `notes` makes them, with a column template if wanted. beside: other standard tables.
    """
    make = partial(_take_in, until_week=until_week, rows=rows, beside=beside)
    if rows is None and beside is None:
        copy_of(f"evaluated-{until_week}", make, root)
    else:
        make(root)
    return Workspace.open(root / "workspace")


def _take_in(
    root: Path, *, until_week: int, rows: pd.DataFrame | None, beside: dict[str, pd.DataFrame] | None
) -> None:
    workspace = Workspace.open(root / "workspace")
    rows = notes() if rows is None else rows
    last = pd.Timestamp(FIRST + timedelta(weeks=until_week))
    for name, table in (tables(rows[rows["started_at"] < last]) | (beside or {})).items():
        path = root / f"{name}.parquet"
        absent = [column.name for column in TABLES[name].columns if column.name not in table]
        table.assign(**dict.fromkeys(absent)).to_parquet(path, index=False)
        reports = ingest(LOCAL_OPERATOR, workspace, [path], "standard_form")
        assert [report.status for report in reports] == ["loaded"], reports
        assert reports[0].rows_quarantined == 0, reports
    cube_build.build(workspace)
    add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT), "good.toml")
    add_text(LOCAL_OPERATOR, workspace, plan("seven", (TINY,)), "seven.toml")
    workspace.engine.dispose()
