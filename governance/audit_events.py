"""What is written to the audit log: every kind of event, and every kind of thing that it is about."""

from dataclasses import dataclass
from typing import Literal

from core.language.text import N_

ActionCode = Literal["C", "R", "U", "D", "E"]
"""Create, read, update, delete, execute."""
Outcome = Literal["success", "refused", "failed"]
OUTCOME_CODES: dict[Outcome, str] = {"success": "0", "refused": "4", "failed": "8"}

EventName = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "session_ended",
    "denied",
    "viewed",
    "exported",
    "rights_changed",
    "plan_registered",
    "plan_changed",
    "verdict_asked",
    "decision_taken",
    "definition_saved",
    "definition_certified",
    "limits_restarted",
    "limits_put_back",
    "data_loaded",
    "data_corrected",
    "person_erased",
    "days_removed",
    "person_looked_up",
    "key_rotated",
    "item_signed",
    "item_changed",
    "incident_changed",
    "tool_changed",
    "settings_changed",
    "log_viewed",
    "log_verified",
    "log_exported",
]
ObjectKind = Literal[
    "none",
    "page",
    "department",
    "pilot",
    "kpi",
    "quality",
    "report",
    "panel",
    "person",
    "group",
    "session",
    "batch",
    "facts",
    "key",
    "checklist_item",
    "incident",
    "tool",
    "log",
    "installation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event. type: the group it belongs to; life_cycle: what it does to its object."""

    type: str
    action: ActionCode
    life_cycle: str
    words: str


def _kind(type_: str, action: ActionCode, life_cycle: str, words: str) -> EventKind:
    return EventKind(type=type_, action=action, life_cycle=life_cycle, words=words)


EVENTS: dict[EventName, EventKind] = {
    "signed_in": _kind("sign_in", "E", "", N_("Signed in")),
    "sign_in_failed": _kind("sign_in", "E", "", N_("Signing in failed")),
    "signed_out": _kind("sign_in", "E", "", N_("Signed out")),
    "session_ended": _kind("sign_in", "E", "", N_("A session was ended")),
    "denied": _kind("denial", "E", "", N_("Refused: no right to it")),
    "viewed": _kind("view", "R", "6", N_("Opened")),
    "exported": _kind("export", "R", "10", N_("Exported")),
    "rights_changed": _kind("rights", "U", "3", N_("Rights changed")),
    "plan_registered": _kind("plan", "C", "1", N_("Plan registered")),
    "plan_changed": _kind("plan", "U", "3", N_("Plan changed")),
    "verdict_asked": _kind("decision", "E", "8", N_("Verdict computed")),
    "decision_taken": _kind("decision", "C", "1", N_("Decision taken")),
    "definition_saved": _kind("definition", "U", "3", N_("KPI definition saved")),
    "definition_certified": _kind("definition", "U", "4", N_("KPI definition certified")),
    "limits_restarted": _kind("chart", "C", "1", N_("Limits of a chart started anew")),
    "limits_put_back": _kind("chart", "U", "3", N_("Limits of a chart put back")),
    "data_loaded": _kind("data", "C", "2", N_("Data loaded")),
    "data_corrected": _kind("data", "U", "3", N_("Data corrected")),
    "person_erased": _kind("data", "D", "15", N_("A person was erased")),
    "days_removed": _kind("data", "D", "15", N_("Old days were removed")),
    "person_looked_up": _kind("data", "R", "6", N_("Looked up what is held of a person")),
    "key_rotated": _kind("data", "U", "7", N_("Pseudonym key rotated")),
    "item_signed": _kind("checklist", "U", "4", N_("Checklist item signed")),
    "item_changed": _kind("checklist", "U", "3", N_("Checklist item changed")),
    "incident_changed": _kind("incident", "U", "3", N_("Incident recorded or changed")),
    "tool_changed": _kind("tool", "U", "3", N_("Model or prompt version changed")),
    "settings_changed": _kind("settings", "U", "3", N_("Settings changed")),
    "log_viewed": _kind("log", "R", "6", N_("Audit log opened")),
    "log_verified": _kind("log", "R", "4", N_("Audit log verified")),
    "log_exported": _kind("log", "R", "10", N_("Audit log exported")),
}

OBJECTS: dict[ObjectKind, tuple[str, str]] = {
    "none": ("", ""),
    "page": ("2", "4"),
    "department": ("3", "2"),
    "pilot": ("2", "4"),
    "kpi": ("2", "5"),
    "quality": ("2", "4"),
    "report": ("2", "3"),
    "panel": ("2", "3"),
    "person": ("1", "6"),
    "group": ("2", "12"),
    "session": ("2", "11"),
    "batch": ("2", "4"),
    "facts": ("2", "4"),
    "key": ("2", "13"),
    "checklist_item": ("2", "5"),
    "incident": ("2", "3"),
    "tool": ("2", "4"),
    "log": ("2", "13"),
    "installation": ("2", "13"),
}
"""Per kind of object its type (1 person, 2 system object, 3 organisation) and its role.

Roles: 2 location, 3 report, 4 resource, 5 master file, 6 user, 11 security user, 12 security user group,
13 security resource.
"""
