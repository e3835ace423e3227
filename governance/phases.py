"""In which of the seven phases a pilot is: as somebody recorded it, else as its dates and gates suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from governance.checklist.gates import Gates


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRecord:
    """Somebody decided that a pilot is in a phase from then on."""

    phase: str
    at: datetime
    by: str
    why: str


def suggested(start: date, run_in_weeks: int, may_be_measured: bool, day: date) -> str:
    """The phase that dates and gates suggest; what comes after the pilots is for a person to decide."""
    if day < start or not may_be_measured:
        return "development"
    return "pilot_a" if day < start + timedelta(weeks=run_in_weeks) else "pilot_b"


def phase_of(records: Sequence[PhaseRecord], suggestion: str) -> str:
    """The phase that was recorded last, else the one that is suggested."""
    return max(records, key=lambda one: one.at.timestamp()).phase if records else suggestion


def in_the_way(gate: str, found: Gates, stopping: Sequence[str]) -> tuple[str, ...]:
    """Items on red or open, and "incident N" for what stops the pilot, that keep it out of a phase."""
    if not gate:
        return ()
    wanted = found.start if gate == "start" else (*found.start, *found.scale)
    return (*dict.fromkeys((*found.red, *wanted)), *(f"incident {number}" for number in stopping))
