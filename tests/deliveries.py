"""Rows and counts of a few deliveries, each in a batch of its own."""

from datetime import date, datetime, timedelta
from typing import Any

from data_connectors.batch import FileReport
from storage import ledger
from storage.ledger import FactFile, Origin
from storage.workspace import Workspace
from tests.audit_log import logged

MARCH_16, CUT, PIECE = date(2026, 3, 16), date(2026, 3, 30), date(2026, 4, 1)
"""A Monday; a Monday of a week that lies in two months; where the second piece of that week begins."""


def note(number: int, day: date = MARCH_16, department: str = "north", seconds: float = 60.0) -> Any:
    """One of the note with that number, of a patient and a clinician of its own."""
    begin = datetime.fromisoformat(f"{day}T10:00")
    return {
        "department": department,
        "segment": "first",
        "exposed": 0,
        "note": f"note {number}",
        "patient": f"patient {number}",
        "clinician": f"clinician {number}",
        "started_at": begin,
        "active_seconds": seconds,
        "tool_seconds": 0.0,
        "signed_at": begin + timedelta(hours=1),
    }


def visit(number: int, day: date, department: str = "north") -> Any:
    return {
        "department": department,
        "encounter": f"visit {number}",
        "started_at": datetime.fromisoformat(f"{day}T09:00"),
        "ended_at": datetime.fromisoformat(f"{day}T09:20"),
        "completed": 1,
        "eligible": 1,
        "exposed": 0,
    }


def letter(number: int) -> Any:
    return {
        "department": "north",
        "letter": f"letter {number}",
        "patient": f"patient {number}",
        "clinician": "clinician",
        "exposed": 0,
        "kind": "clinic",
        "due_from": datetime.fromisoformat("2026-03-16T10:00"),
        "final_at": datetime.fromisoformat("2026-03-18T10:00"),
    }


def counted(workspace: Workspace, table: str, kind: str = "counted_cells") -> int:
    """A batch of which a table has a file of a kind; its number."""
    batch = ledger.begin(workspace, "fingerprint", "file", Origin(table=table))
    path = workspace.root / "facts" / table / f"{kind}-{batch:06d}-0.parquet"
    report = FileReport(file="file", sha256="", status="loaded")
    ledger.commit(workspace, batch, [FactFile(path=path, table=table, kind=kind, rows=1)], report, logged)
    return batch
