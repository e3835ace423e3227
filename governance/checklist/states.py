"""How an item of a pilot stands on a day, and what that leaves open for each gate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from governance.checklist.item import ChecklistItem, Gate
from governance.checklist.reading import ours

State = Literal["signed", "open", "red"]
"""What a plan may declare."""
Status = Literal["open", "in_progress", "signed", "red", "not_applicable"]
DONE: frozenset[Status] = frozenset({"signed", "not_applicable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistEntry:
    """What the plan of a pilot declared for one item."""

    id: str
    state: State
    signer: str = ""
    evidence: str = ""
    signed_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an item stands: as its newest record says. expires_on is the last day on which it holds."""

    id: str
    status: Status
    signed_on: date | None = None
    expires_on: date | None = None

    def on(self, day: date) -> Status:
        """The status on a day: what has expired, or was yet to be given, is open."""
        expired = self.expires_on is not None and self.expires_on < day
        given_later = self.signed_on is not None and self.signed_on > day
        return "open" if self.status in DONE and (expired or given_later) else self.status


def declared(entries: Sequence[ChecklistEntry]) -> tuple[Standing, ...]:
    """The items as a plan declares them."""
    return tuple(
        Standing(id=one.id, status=one.state, signed_on=one.signed_on, expires_on=one.expires_on)
        for one in entries
    )


def open_items(
    standings: Sequence[Standing], gate: Gate, day: date, items: Collection[ChecklistItem] = ()
) -> tuple[str, ...]:
    """Ids of the gate's items that are not done on a day; an item nobody recorded counts as open.

    items: the checklist, with a hospital's own items; empty for ours.
    """
    states = {one.id: one.on(day) for one in standings}
    return tuple(
        item.id for item in items or ours().items if item.gate == gate and states.get(item.id) not in DONE
    )


def red_items(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Ids of the items on red: each blocks the pilot."""
    return tuple(one.id for one in standings if one.status == "red")
