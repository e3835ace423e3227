"""The governance checklist: its items as dated data, and how those of a pilot stand."""

from governance.checklist.item import Checklist, ChecklistItem, Gate, Phase
from governance.checklist.reading import ours, with_own
from governance.checklist.states import (
    DONE,
    ChecklistEntry,
    Standing,
    State,
    Status,
    declared,
    open_items,
    red_items,
)

__all__ = [
    "CHECKLIST",
    "DONE",
    "Checklist",
    "ChecklistEntry",
    "ChecklistItem",
    "Gate",
    "Phase",
    "Standing",
    "State",
    "Status",
    "declared",
    "open_items",
    "ours",
    "red_items",
    "with_own",
]

CHECKLIST = ours().items
