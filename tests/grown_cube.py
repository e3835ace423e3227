"""Rows that a cube grows by, and what its published version holds."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pandas as pd

from kpis.measurements import MEASURES
from storage import cube
from storage.cube import FRAMES, Cube
from storage.workspace import Workspace

CLOCKS = {"NoteSession": "started_at", "Letter": "due_from", "Message": "received_at"}
KEYS = {"NoteSession": "note", "Letter": "letter", "Message": "message"}
STARTS = ("2026-03-26", "2026-10-23", "2026-12-27")
"""Before the clock goes forward, before it goes back, and week 53 with the turn of the year."""


def fresh(table: str, number: int, chance: Random) -> dict[str, Any]:
    """A row that intake accepts, with gaps where they are allowed."""
    begin = datetime.fromisoformat(chance.choice(STARTS)) + timedelta(seconds=chance.randrange(6 * 86_400))
    end = begin + timedelta(seconds=chance.randrange(9 * 86_400))
    row: dict[str, Any] = {
        "department": chance.choice(("north", "south")),
        "segment": chance.choice(("", "first")),
        "exposed": chance.randrange(2),
        KEYS[table]: f"{table} {number}",
        "patient": f"patient {chance.randrange(40)}",
        "clinician": f"clinician {chance.randrange(9)}",
        CLOCKS[table]: begin,
    }
    seconds = [round(chance.lognormvariate(5, 1), 2) if chance.random() < 0.9 else None for _ in range(2)]
    finished = end if chance.random() < 0.8 else None
    return (
        row
        | {
            "NoteSession": {
                "active_seconds": seconds[0],
                "tool_seconds": seconds[1],
                "signed_at": finished,
                "definition": "active time",
                "template": "plain",
            },
            "Letter": {
                "kind": chance.choice(("discharge", "clinic")),
                "final_at": finished,
                "discharged_to": chance.choice(("home", "gp", "deceased")),
                "writing_minutes": chance.choice((4.5, 12.0, 180.0)),
            },
            "Message": {
                "replied_at": finished,
                "read_seconds": seconds[0],
                "write_seconds": seconds[1],
                "draft_offered": chance.randrange(2),
                "draft_used": chance.randrange(2),
            },
        }[table]
    )


def published(workspace: Workspace) -> dict[str, pd.DataFrame]:
    found = cube.current(workspace)
    assert found is not None
    return in_order(found)


def in_order(found: Cube) -> dict[str, pd.DataFrame]:
    """All frames of a version, their rows in the order of their keys."""
    frames = {name: found.read(name) for name in FRAMES}
    measures = (*MEASURES, "rows", "patients", "staff")
    return {
        name: frame.sort_values([c for c in frame if c not in measures], ignore_index=True)
        for name, frame in frames.items()
    }
