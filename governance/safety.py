"""What a decision reads of the governance of a pilot: its gates, its open incidents and its bias check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from governance.checklist import ChecklistEntry, declared, open_items, red_items
from governance.checklist.gates import Gates


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """stopping, reviewed: numbers of open incidents that ask for it. incidents: how many there are in all.

    With no incident at all the register says nothing: nobody may have looked.
    """

    gates: Gates
    stopping: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    incidents: int = 0


def as_declared(entries: Sequence[ChecklistEntry], day: date) -> Safety:
    """The same where a plan is all there is."""
    now = declared(entries)
    found = Gates(
        red=red_items(now),
        start=open_items(now, "start", day),
        scale=open_items(now, "scale", day),
        may_be_measured=True,
    )
    return Safety(gates=found)
