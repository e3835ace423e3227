"""Every subject at every workflow of the screens, for every kind of department: as the policy table says.

    python -m tests.faults.rights_matrix

What is expected is worked out here from the table and from who holds what, not by the code under test.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import NotPermitted, UnknownName
from core.period import parse
from governance.access import LOCAL_OPERATOR, Viewer
from governance.policy import POLICY, Action, Role
from storage.people import Holder
from storage.workspace import Workspace
from tests.simulation.evidence import FOLDER, stamp
from tests.small_hospital import FIRST, load, notes
from workflows.case_mix import case_mix
from workflows.department import department_view
from workflows.explain import explain
from workflows.kpi_chart import KpiChartRequest, chart_kpi, units_of
from workflows.kpi_versions import side_by_side
from workflows.measure import measure
from workflows.people import grant, recognise, withdraw
from workflows.plan import add_text
from workflows.quality.data_quality import data_quality
from workflows.quality.drift import drift
from workflows.quality.lateness import late_rows
from workflows.quality.scope import Asked

KPI = "note_time_enc"
WEEK = parse("2026-W05")
SITUATIONS = {
    "own": "north",
    "other": "south",
    "merged": "chest",
    "renamed": "veins",
    "archived": "attic",
    "empty": "cellar",
    "all": None,
    "not there": "nowhere",
}
"""The department that is asked for; cellar is granted and holds no rows."""
HISTORY = """
[[department]]
name = "chest"
was = [{name = "lungs"}, {name = "heart"}]
[[department]]
name = "veins"
was = [{name = "legs"}]
"""
EVERY = {"north", "south", "chest", "veins", "attic"}
MINE = EVERY - {"south"}
PILOTS = {
    "north": "p-own",
    "south": "p-other",
    "lungs": "p-merged",
    "legs": "p-renamed",
    "attic": "p-archived",
}
SUBJECTS: dict[str, tuple[Role, list[str]] | None] = {
    "anonymous": None,
    "manager": ("manager", ["north", "lungs", "legs", "attic", "cellar"]),
    "lead": ("lead", ["p-own", "p-merged", "p-nowhere"]),
    "analyst": ("analyst", ["Encounter", "NoteSession"]),
    "privacy": ("privacy", []),
    "administrator": ("administrator", []),
    "auditor": ("auditor", []),
    "revoked": ("manager", ["north", "south", "lungs", "heart", "legs", "attic"]),
}
PLAN = """
id = "{id}"
use_case = "notes"
vendor = "A"
comparison = ["heart"]
secondary = []
window = [2026-01-05, 2026-03-29]
run_in_weeks = 0
[name]
nl = "Proef {id}"
en = "Pilot {id}"
[starts]
{department} = 2026-03-02
[primary]
kpi = "note_time_enc"
smallest_change = 0.05
scale = "relative"
"""


def rows() -> list[dict[str, Any]]:
    """The notes of north under every other name; the attic wrote in the first week only."""
    weeks = FIRST + timedelta(weeks=6)
    found = [row for row in notes() if row["department"] == "north" and row["started_at"].date() < weeks]
    return [
        {**row, "department": name, **{key: f"{name}{row[key]}" for key in ("note", "patient", "clinician")}}
        for name in (*PILOTS, "heart")
        for row in found
        if name != "attic" or row["started_at"].date() < FIRST + timedelta(weeks=1)
    ]


def matrix_hospital(folder: Path) -> Workspace:
    """A hospital in which every subject holds their role."""
    workspace = Workspace.open(folder / "workspace")
    load(workspace, "NoteSession", rows(), folder)
    measure(LOCAL_OPERATOR, workspace, [KPI])
    for department, pilot in PILOTS.items():
        add_text(LOCAL_OPERATOR, workspace, PLAN.format(id=pilot, department=department), "plan.toml")
    (workspace.root / "departments.toml").write_text(HISTORY, "utf-8")
    measure(LOCAL_OPERATOR, workspace, [KPI])
    for subject, held in SUBJECTS.items():
        if held is not None:
            grant(LOCAL_OPERATOR, workspace, Holder(kind="person", name=subject), *held)
    return workspace


def viewer_of(workspace: Workspace, subject: str) -> Viewer:
    """Recognised while they hold their role; the revoked one loses it afterwards, with the viewer in hand.

    The role alone is withdrawn: with everything the session would go as well.
    """
    viewer = recognise(workspace, subject="" if subject == "anonymous" else subject)
    if subject == "revoked" and viewer.rights():
        withdraw(LOCAL_OPERATOR, workspace, Holder(kind="person", name=subject), "manager")
    return viewer


Seen = Callable[[Viewer, Workspace, str | None], set[str]]


def quality(workflow: Callable[..., Any], found: Callable[[Any], set[str]]) -> Seen:
    return lambda viewer, workspace, unit: found(workflow(viewer, workspace, Asked(kpis=[KPI], unit=unit)))


def of_unit(workflow: Callable[..., Any]) -> Seen:
    """A workflow about one department: which one it answers for, or all of them asked one by one."""

    def seen(viewer: Viewer, workspace: Workspace, unit: str | None) -> set[str]:
        if unit is None:
            return set(units_of(viewer, workspace))
        return {unit} if workflow(viewer, workspace, unit) else set()

    return seen


DEPARTMENTS: dict[str, tuple[Action, Seen]] = {
    "measure": ("see_departments", lambda v, w, unit: {one.unit for one in measure(v, w, [KPI], unit)}),
    "side by side": (
        "see_departments",
        lambda v, w, unit: {one.unit for one in side_by_side(v, w, KPI, unit)},
    ),
    "case mix": (
        "see_departments",
        lambda v, w, unit: {one.crude.unit for one in case_mix(v, w, [KPI], unit=unit).rows},
    ),
    "department": ("see_departments", of_unit(lambda v, w, unit: department_view(v, w, unit).cards)),
    "chart": ("see_departments", of_unit(lambda v, w, unit: chart_kpi(v, w, KPI, unit, KpiChartRequest()))),
    "explain": (
        "see_departments",
        of_unit(lambda v, w, unit: explain(v, w, KPI, unit, WEEK).last_refresh),
    ),
    "lateness": ("see_quality", quality(late_rows, lambda found: {one.department for one in found.rows})),
    "drift": ("see_quality", quality(drift, lambda found: {one.subject.department for one in found})),
    "quality": (
        "see_quality",
        quality(data_quality, lambda found: {one.department for one in found.late.rows}),
    ),
}
SLOW = ("chart", "department", "case mix", "explain", "drift", "quality")
"""What takes a second each time that it is answered: normal tests leave those answers out."""


def reached(
    subject: str, action: Action, everything: set[str], mine: set[str], led: set[str]
) -> set[str] | None:
    held = SUBJECTS[subject]
    if held is None or subject == "revoked":
        return None
    scope = POLICY[action].scope(held[0])
    return {
        "none": None,
        "all": everything,
        "own_departments": mine,
        "led_pilots": led,
        "assigned_domains": everything,
    }[scope]


def outcome(ask: Callable[[], set[str]]) -> set[str] | str:
    try:
        return ask()
    except (NotPermitted, UnknownName) as refusal:
        return str(refusal)


def deviations(workspace: Workspace, subject: str, *, whole: bool) -> tuple[int, list[str]]:
    """How many questions a subject asked about departments, and which answers were wrong."""
    viewer, wrong, asked = viewer_of(workspace, subject), [], 0
    for name, (action, ask) in DEPARTMENTS.items():
        reach = reached(subject, action, EVERY, MINE, set())
        for situation, unit in SITUATIONS.items():
            answered = reach is not None and (unit is None or unit in reach)
            if not whole and name in SLOW and answered:
                continue
            asked += 1
            found, expected = outcome(partial(ask, viewer, workspace, unit)), due(action, reach, unit)
            if found != expected:
                wrong.append(f"{subject}, {name}, {situation}: {found} and not {expected}")
    return asked, wrong


def due(action: Action, reach: set[str] | None, unit: str | None) -> set[str] | str:
    """What the table promises of a question about departments."""
    if reach is None:
        return str(denied(action))
    if unit is None:
        return reach
    return {unit} if unit in reach else str(UnknownName("department", unit, reach))


def denied(action: Action) -> NotPermitted:
    """The refusal of an action, whatever it is about."""
    return NotPermitted(
        "You have no right to do this ({action}).",
        remedy="Sign in, or ask your administrator for the role.",
        action=action,
    )


def main() -> None:
    """Ask everything and write the evidence."""
    with TemporaryDirectory() as folder:
        workspace = matrix_hospital(Path(folder))
        found = {subject: deviations(workspace, subject, whole=True) for subject in SUBJECTS}
        workspace.engine.dispose()
    by_subject = [
        {"subject": name, "questions": n, "deviations": len(wrong)} for name, (n, wrong) in found.items()
    ]
    about = f"{len(SUBJECTS)} subjects x {len(DEPARTMENTS)} workflows x {len(SITUATIONS)} kinds of department"
    content = {
        **stamp("python -m tests.faults.rights_matrix", about),
        "questions": sum(n for n, _ in found.values()),
        "deviations": sum(len(wrong) for _, wrong in found.values()),
        "subjects": by_subject,
    }
    for line in (line for _, wrong in found.values() for line in wrong):
        print(line)
    (FOLDER / "rights_matrix.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
