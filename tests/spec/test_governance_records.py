"""What may stand in the register of incidents and of versions, and what may not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import InputError
from governance.access import LOCAL_OPERATOR
from governance.incidents import IncidentRecord, current
from governance.phases import PhaseRecord, phase_of
from storage.workspace import Workspace
from tests.governed_pilot import HARM, workspace
from workflows.governance.incidents import change, register, report
from workflows.governance.versions import add_version, versions

__all__ = ["workspace"]


@pytest.mark.parametrize(
    "told",
    [
        "write to j.jansen@example.nl about it",
        "call 06-12 34 56 78 for the rest",
        "call 06-1234 5678 for the rest",
        "call +31 (0)6 1234 5678 for more",
        "call +31 71 526 9111 for more",
        "call +31 (0)20 555 1234 for more",
        "call 088 755 5555 for more",
        "call 0115-12 34 56 for more",
    ],
)
def test_nobody_can_be_reached_by_what_is_told_of_an_incident(workspace: Workspace, told: str) -> None:
    for happening in (replace(HARM, happened=told), replace(HARM, action=told)):
        with pytest.raises(InputError, match=r"an e-mail address or a telephone|a long number") as refused:
            report(LOCAL_OPERATOR, workspace, "good", happening)
        assert "niet bewaard" in refused.value.render("nl")
    report(LOCAL_OPERATOR, workspace, "good", HARM)
    with pytest.raises(InputError, match="not kept"):
        change(LOCAL_OPERATOR, workspace, "good", 1, told)
    assert len(register(LOCAL_OPERATOR, workspace, "good")) == 1


@pytest.mark.parametrize(
    "told",
    [
        "on 02-11-2026 10:30 the dose of 0.6 mg was misheard",
        "seen @ 10:30 by 3 of 5",
        "rooms 06 12 34 wrong",
        "02 11 2026 10:30",
    ],
)
def test_days_doses_and_times_may_be_told(workspace: Workspace, told: str) -> None:
    assert report(LOCAL_OPERATOR, workspace, "good", replace(HARM, happened=told)).happened == told


def test_a_version_has_come_into_use(workspace: Workspace) -> None:
    tomorrow = workspace.today() + timedelta(days=1)
    with pytest.raises(InputError, match="a day to come"):
        add_version(LOCAL_OPERATOR, workspace, "good", part="model", version="5", day=tomorrow)
    assert versions(LOCAL_OPERATOR, workspace, "good") == ()
    add_version(LOCAL_OPERATOR, workspace, "good", part="model", version="5", day=workspace.today())
    assert len(versions(LOCAL_OPERATOR, workspace, "good")) == 1


def test_what_was_recorded_last_holds_in_the_hour_in_which_the_clock_goes_back() -> None:
    """Reported at 2:50, closed at 2:10 after the clock went back."""
    zone = ZoneInfo("Europe/Amsterdam")
    reported, closed = (datetime(2026, 10, 25, *at, tzinfo=UTC).astimezone(zone) for at in ((0, 50), (1, 10)))
    assert reported.time() > closed.time()
    first = IncidentRecord(
        number=1,
        at=reported,
        by="a",
        day=date(2026, 10, 25),
        department="north",
        category="other",
        severity="serious",
        tool="x",
        happened="y",
    )
    assert current([replace(first, at=closed, closed=True), first])[0].closed
    phases = [
        PhaseRecord(phase=phase, at=at, by="a", why="b")
        for phase, at in (("pilot_a", reported), ("pilot_b", closed))
    ]
    assert phase_of(phases[::-1], "") == phase_of(phases, "") == "pilot_b"
