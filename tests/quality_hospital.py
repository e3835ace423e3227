"""A hospital whose faults are known: visits that were not measured, rows that came late, a new template.

The notes of `small_hospital` three times over, so that no sub-group is small. North registers a visit for
every note, South two and West none; North uses a tool, and raters judged its texts.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from storage.workspace import Workspace
from tests.small_hospital import FIRST, WEEKS, load, notes

NEW_TEMPLATE = 6
"""From this week on North and South write half of their notes in another template."""


def some_notes() -> list[dict[str, Any]]:
    """Half of the notes are first visits, which take two minutes more; so many that no sub-group is small."""
    found = []
    for copy in range(3):
        for number, note in enumerate(notes()):
            week = (note["started_at"].date() - FIRST).days // 7
            is_first = number % 2 == 0
            new = week >= NEW_TEMPLATE and number % 4 < 2 and note["department"] != "west"
            changed = {
                "note": f"{note['note']}-{copy}",
                "segment": "first" if is_first else "follow_up",
                "active_seconds": note["active_seconds"] + (120.0 if is_first else 0.0),
                "patient": f"{note['patient']} {copy} {number % 2}",
                "clinician": f"{note['department']} clinician {number % 12}",
                "exposed": 0,
                "template": "new" if new else "old",
            }
            found.append(note | changed)
    return found


VISITS = {"north": 1, "south": 2, "west": 0}
"""Visits that are registered for every note."""


def visits() -> list[dict[str, Any]]:
    """The visits, all of them eligible."""
    return [
        {
            "department": note["department"],
            "segment": note["segment"],
            "exposed": 0,
            "encounter": f"{note['note']}-{number}",
            "patient": note["patient"],
            "clinician": note["clinician"],
            "started_at": note["started_at"],
            "completed": 1,
            "eligible": 1,
        }
        for note in some_notes()
        for number in range(VISITS[note["department"]])
    ]


STAGES = (("offered",), ("offered", "opened", "used", "signed"), ("offered",), ("offered", "opened"))
"""What becomes of every four visits of North in turn."""


def uses() -> list[dict[str, Any]]:
    """A row per stage that a draft of North reached."""
    north = [visit for visit in visits() if visit["department"] == "north"]
    return [
        {
            "department": "north",
            "segment": visit["segment"],
            "exposed": 1,
            "event": f"{visit['encounter']}-{stage}",
            "patient": visit["patient"],
            "clinician": visit["clinician"],
            "happened_at": visit["started_at"],
            "task": "consult",
            "outcome": stage,
            "tool_version": "1",
        }
        for number, visit in enumerate(north)
        for stage in STAGES[number % 4]
    ]


def reviews() -> list[dict[str, Any]]:
    """Thirty texts, each judged by two raters who often agree."""
    return [
        {
            "department": "north",
            "segment": None,
            "exposed": 1,
            "review": f"{text}-{rater}",
            "document": f"text {text}",
            "patient": f"patient {text}",
            "clinician": f"rater {rater}",
            "reviewed_on": FIRST + timedelta(days=text),
            "author": "ai",
            "sentences": 10,
            "unsupported": text % 4 + rater * (text % 5 == 0),
            "unsupported_major": 0,
            "items_in_reference": 5,
            "omitted": text % 3,
            "omitted_major": 0,
            "major_errors": text % 2,
            "trusted": int(text % 3 > 0 or (rater == 1 and text % 6 == 0)),
            "completeness": 1 + (text + rater * (text % 7 == 0)) % 5,
            "correctness": 1 + text % 5,
            "conciseness": 4,
        }
        for text in range(30)
        for rater in range(2)
    ]


def quality_hospital(folder: Path) -> Workspace:
    """The workspace; the last week and a note of the first day came with a second delivery."""
    workspace = Workspace.open(folder / "workspace")
    last_week = FIRST + timedelta(weeks=WEEKS - 1)
    first, second = [], []
    for note in some_notes():
        is_late = note["started_at"].date() >= last_week or note["note"].endswith("-0-0-0")
        (second if is_late else first).append(note)
    for table, rows in (
        ("NoteSession", first),
        ("NoteSession", second),
        ("Encounter", visits()),
        ("UsageEvent", uses()),
        ("TextReview", reviews()),
    ):
        load(workspace, table, rows, folder)
    return workspace
