"""Audits of codes through the real intake: a template that cost 44 points for a while, and a lasting change.

Forty codes a week are checked over 70 weeks. In Template 79 % are right, but 35 % in six weeks (Wisconsin,
NEJM AI 2025), then 79 % again. In Lasting 60 % are right at first and 85 % from week 40 on; in Worse it is
the other way round. Shares alternate by one code around that, so that weeks differ. Small has 8 patients.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from storage.workspace import Workspace
from tests.small_hospital import load

FIRST = date(2025, 1, 6)
WEEKS = 70
CODES = 40
SHOCK = range(45, 51)
CHANGE = 40
DEPARTMENTS = ("lasting", "small", "template", "worse")


def right(department: str, week: int) -> int:
    """How many of the codes of a week are right."""
    wobble = (week * 7) % 5 - 2
    if department == "template":
        return (14 if week in SHOCK else 32) + wobble
    before, after = (34, 24) if department == "worse" else (24, 34)
    return (after if week >= CHANGE else before) + wobble


def audits() -> list[dict[str, Any]]:
    """The rows."""
    return [
        {
            "department": department,
            "audit": f"{department}-{week}-{number}",
            "patient": f"{department} patient {number % (8 if department == 'small' else CODES)}",
            "clinician": f"{department} clinician {number % 10}",
            "audited_on": FIRST + timedelta(weeks=week, days=number % 5),
            "exposed": 0,
            "correct": int(number < right(department, week)),
        }
        for department in DEPARTMENTS
        for week in range(WEEKS)
        for number in range(CODES)
    ]


def audited_hospital(folder: Path) -> Workspace:
    """A workspace with those audits in it."""
    workspace = Workspace.open(folder / "workspace")
    load(workspace, "CodeAudit", audits(), folder)
    return workspace


def monday(week: int) -> date:
    """The first day of a week."""
    return FIRST + timedelta(weeks=week)
