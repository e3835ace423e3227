"""From a file to what people read: a week of which nothing is known never looks like a week of zeros."""

import csv
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from tests.kpi_databases import ARROW, types
from tests.small_hospital import load, notes
from workflows.cli import main
from workflows.plan import add_text
from workflows.refresh import ingest

FIRST = date(2026, 1, 5)
WEEKS: dict[str, tuple[str | None, ...]] = {
    "2026-W02": ("attended",) * 12,
    "2026-W03": (),
    "2026-W04": ("cancelled",) * 12,
    "2026-W05": (None,) * 12,
    "2026-W06": ("no_show",) * 3 + ("attended",) * 9,
    "2026-W07": ("attended",) * 12,
}
"""Nobody stayed away; no rows; all cancelled; no status known; a quarter stayed away; and the last week."""

SHARES = {"2026-W02": 0.0, "2026-W06": 0.25}
PLAN = """
id = "pilot"
use_case = "notes"
vendor = "A"
comparison = ["south"]
secondary = []
window = [2026-01-05, 2026-02-15]
run_in_weeks = 0
[name]
nl = "Proef"
en = "Pilot"
[starts]
north = 2026-02-02
[primary]
kpi = "no_show"
smallest_change = 0.05
scale = "absolute"
"""


def appointments() -> list[dict[str, Any]]:
    found = []
    for department in ("north", "south"):
        for week, statuses in enumerate(WEEKS.values()):
            for number, status in enumerate(statuses if department == "north" else WEEKS["2026-W06"]):
                day = FIRST + timedelta(days=7 * week + number % 5)
                found.append(
                    {
                        "department": department,
                        "segment": "first",
                        "exposed": 0,
                        "appointment": f"{department} {week} {number}",
                        "patient": f"{department} patient {number}",
                        "clinician": f"{department} clinician {number % 6}",
                        "starts_at": datetime.fromisoformat(f"{day}T09:00"),
                        "status": status,
                        "contact": "visit",
                    }
                )
    return found


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("hospital")
    workspace = Workspace.open(folder / "workspace")
    load(workspace, "Appointment", appointments(), folder)
    yield workspace
    workspace.engine.dispose()


def asked(hospital: Workspace, *words: str) -> list[str]:
    return ["measure", "--workspace", str(hospital.root), "--kpi", "no_show", *words]


def test_json_says_null_where_nothing_is_known(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(hospital, "--unit", "north", "--json")) == 0
    rows = {row["period"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert list(rows) == list(WEEKS)
    for week, share in SHARES.items():
        assert (rows[week]["status"], rows[week]["value"], rows[week]["n"]) == ("value", share, 12)
    for week in ("2026-W03", "2026-W04", "2026-W05"):
        one = rows[week]
        assert (one["status"], one["value"], one["numerator"], one["n"]) == ("no_data", None, None, 0)
        assert "standard_error" not in one
    assert rows["2026-W03"]["excluded"] == {}
    assert rows["2026-W04"]["excluded"] == {"cancelled": 12}
    assert rows["2026-W05"]["excluded"] == {"missing_value": 12}


def test_the_terminal_shows_a_dash_where_nothing_is_known(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(hospital, "--unit", "north", "--lang", "en")) == 0
    lines = dict(zip(WEEKS, capsys.readouterr().out.splitlines(), strict=True))
    shown = {week: text.split(week)[1].split()[0] for week, text in lines.items()}
    assert float(shown["2026-W02"]) == 0
    assert float(shown["2026-W06"]) == 25
    assert {shown[week] for week in ("2026-W03", "2026-W04", "2026-W05")} == {"–"}
    assert "n = 12" in lines["2026-W02"]
    assert "n = " not in lines["2026-W03"]


def test_the_panel_leaves_the_outcome_empty_where_nothing_is_known(
    hospital: Workspace, tmp_path: Path
) -> None:
    add_text(LOCAL_OPERATOR, hospital, PLAN, "pilot.toml")
    for name in ("panel.csv", "panel.parquet"):
        assert main(asked(hospital, "--out", str(tmp_path / name))) == 0
    with (tmp_path / "panel.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["period"]: row["outcome"] for row in csv.DictReader(file) if row["unit"] == "north"}
    # the last week is not over: no appointment is known of its Saturday and Sunday
    assert {week: float(text) for week, text in rows.items() if text} == SHARES
    assert {rows.get(week, "") for week in ("2026-W03", "2026-W04", "2026-W05")} == {""}
    table = pq.read_table(tmp_path / "panel.parquet").to_pylist()
    held = {row["period"]: row["outcome"] for row in table if row["unit"] == "north"}
    assert all(held.get(week) is None for week in ("2026-W03", "2026-W04", "2026-W05"))
    assert held["2026-W02"] == 0.0


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e300])
def test_a_file_with_what_is_no_number_sets_those_rows_aside(tmp_path: Path, odd: float) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    rows = notes()[:24]
    rows[3] = rows[3] | {"active_seconds": odd}
    kinds = {name: kind for name, kind in types("NoteSession").items() if name != "day"}
    schema = pa.schema([(name, ARROW[kind]) for name, kind in kinds.items()])
    file = tmp_path / "notes.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)
    (report,) = ingest(LOCAL_OPERATOR, workspace, [file], "standard_form", table="NoteSession")
    assert (report.rows_read, report.rows_loaded) == (24, 23), report
    workspace.engine.dispose()
