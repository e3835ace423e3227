"""What the checklist of a pilot allows on a day: being measured, being scaled, and what falls due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from governance.checklist.history import ItemRecord, newest, standings
from governance.checklist.item import Checklist, Gate
from governance.checklist.states import DONE, open_items, red_items

WARNING = timedelta(days=60)
"""How long before the last day of a signature somebody is reminded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Ids of the items that are on red and those that are open, per gate, on a day.

    may_be_measured: the items for the start have all been done at one time. A signature that runs out later
    does not take away what was begun; it is open again, and that is said.
    """

    red: tuple[str, ...]
    start: tuple[str, ...]
    scale: tuple[str, ...]
    may_be_measured: bool

    def open(self, gate: Gate) -> tuple[str, ...]:
        """Those of one gate."""
        return self.start if gate == "start" else self.scale


def gates(records: Sequence[ItemRecord], checklist: Checklist, day: date) -> Gates:
    """How the gates stand on a day by the records made until then."""
    known = [record for record in records if record.at.date() <= day or record.declared]
    now = standings(known)
    return Gates(
        red=red_items(now),
        start=open_items(now, "start", day, checklist.items),
        scale=open_items(now, "scale", day, checklist.items),
        may_be_measured=_was_complete(known, checklist, day),
    )


def _was_complete(records: Sequence[ItemRecord], checklist: Checklist, day: date) -> bool:
    """Whether on some day up to this one no item for the start was open, by what was then recorded.

    Signatures may be dated back, so every day on which one was given counts, also before it was recorded.
    """
    asked = {item.id: item for item in checklist.items if item.gate == "start"}
    mine = [record for record in records if record.item in asked]
    missing = set(asked)
    for count, record in enumerate(mine, start=1):
        (missing.discard if record.status in DONE else missing.add)(record.item)
        if missing:
            continue
        now = standings(mine[:count])
        days = {day, record.at.date(), *(one.signed_on for one in now if one.signed_on is not None)}
        if any(not open_items(now, "start", one, tuple(asked.values())) for one in days if one <= day):
            return True
    return not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A signature that runs out: its last day, and how many days are left (below 0: it has run out)."""

    record: ItemRecord
    last_day: date
    days: int


def due(records: Sequence[ItemRecord], day: date, warning: timedelta = WARNING) -> tuple[Due, ...]:
    """Signatures that have run out or do so within the warning, the first to run out first."""
    found = [
        Due(record=record, last_day=record.expires_on, days=(record.expires_on - day).days)
        for record in newest(records).values()
        if record.status in DONE and record.expires_on is not None and record.expires_on - day <= warning
    ]
    return tuple(sorted(found, key=lambda one: (one.last_day, one.record.item)))
