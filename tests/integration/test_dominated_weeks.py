"""A week in which two clinicians spend nearly all the time is not shown by itself, however many there are.

Six clinicians write two notes each for twelve patients a week, of five minutes. In the third week two of them
take a hundred minutes a note and the others one minute.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.period import Every
from governance.access import LOCAL_OPERATOR
from kpis.roll_up import By
from storage import cube_build
from storage.workspace import Workspace
from tests.small_hospital import load
from workflows.measure import measure

KPI, CLOSED = "note_time_enc", "note_close_24h"
FIRST, WEEKS, HEAVY = date(2026, 4, 6), 6, 2


def note(week: int, number: int) -> dict[str, Any]:
    begin = datetime.fromisoformat(f"{FIRST + timedelta(weeks=week)}T08:00") + timedelta(minutes=number)
    heavy = 6_000.0 if number % 6 < 2 else 60.0
    return {
        "department": "north",
        "segment": "first" if number % 2 else "follow_up",
        "exposed": 0,
        "note": f"{week} {number}",
        "patient": f"{number}",
        "clinician": f"{number % 6}",
        "started_at": begin,
        "active_seconds": heavy if week == HEAVY else 300.0,
        "tool_seconds": 0.0,
        "signed_at": begin + timedelta(hours=1),
    }


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace.open(tmp_path / "workspace")
    load(
        made,
        "NoteSession",
        [note(week, number) for week in range(WEEKS) for number in range(24)],
        tmp_path,
    )
    cube_build.build(made)
    yield made
    made.engine.dispose()


def hidden(hospital: Workspace, every: Every, by: By = "department") -> set[str]:
    found = measure(LOCAL_OPERATOR, hospital, [KPI], every=every, by=by)
    return {one.period.label for one in found if one.measurement.suppressed}


def test_a_dominated_week_is_taken_together_with_the_next(hospital: Workspace) -> None:
    assert hidden(hospital, "week") == {"2026-W17", "2026-W18"}
    assert hidden(hospital, "week", "segment") >= {"2026-W17", "2026-W18"}


def test_its_month_is_shown_where_two_bring_in_less_of_it_and_not_where_weeks_would_tell(
    hospital: Workspace,
) -> None:
    assert "2026-05" not in hidden(hospital, "month")
    assert "2026-04-20" in hidden(hospital, "day")
