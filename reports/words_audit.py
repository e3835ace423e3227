"""What stands in the audit log, and what verifying it found, in words."""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.language.numbers import number
from core.language.text import N_, Text
from governance.audit import AuditEvent, Fault, FaultCode
from governance.audit_anchor import Anchor
from governance.audit_events import EVENTS, OUTCOME_CODES

FAULTS: dict[FaultCode, str] = {
    "changed": N_("Event {first} is not as it was written."),
    "missing": N_("Events {first} to {last} are gone."),
    "link": N_("Event {last} does not follow event {first}: one of the two was replaced."),
    "head": N_("The head does not fit the newest event: events {first} to {last} were cut off or added."),
    "no_head": N_("The head of the log is gone."),
    "cut": N_("Events {first} to {last} were cut off: an anchor proves that they existed."),
    "rewritten": N_("Events {first} to {last} were written again: an anchor proves that they were other."),
    "anchor_forged": N_("The anchor of event {first} was not written with the key of this installation."),
    "unguarded": N_("Triggers that keep the log append-only are missing in the database."),
}
INTACT = N_("The audit log is intact: {events} events.")
BROKEN = N_("The audit log is not intact.")
PROVED = N_("The newest anchor that fits proves the events up to {seq} ({day} {clock}).")
NOT_PROVED = N_("No anchor proves any event: who rules the database can rewrite all of it unseen.")
TYPES: dict[str, str] = {
    "sign_in": N_("Signing in and out"),
    "denial": N_("Refusals"),
    "view": N_("Pages opened"),
    "export": N_("Exports"),
    "rights": N_("Rights"),
    "plan": N_("Plans"),
    "decision": N_("Decisions"),
    "definition": N_("KPI definitions"),
    "chart": N_("Charts"),
    "data": N_("Data"),
    "checklist": N_("Checklist"),
    "incident": N_("Incidents"),
    "tool": N_("Tools"),
    "settings": N_("Settings"),
    "log": N_("Audit log"),
}
OUTCOMES: dict[str, str] = {
    OUTCOME_CODES["success"]: N_("succeeded"),
    OUTCOME_CODES["refused"]: N_("refused"),
    OUTCOME_CODES["failed"]: N_("failed"),
}
OBJECTS: dict[str, str] = {
    "none": "",
    "page": N_("page"),
    "department": N_("department"),
    "pilot": N_("pilot"),
    "kpi": N_("KPI"),
    "quality": N_("data quality"),
    "report": N_("report"),
    "panel": N_("panel"),
    "person": N_("person"),
    "group": N_("group"),
    "session": N_("session"),
    "batch": N_("batch"),
    "facts": N_("facts"),
    "key": N_("key"),
    "checklist_item": N_("checklist item"),
    "incident": N_("incident"),
    "tool": N_("tool"),
    "log": N_("audit log"),
    "installation": N_("installation"),
}
DETAILS: dict[str, str] = {
    "action": N_("right"),
    "after": N_("after"),
    "before": N_("before"),
    "change": N_("change"),
    "closed": N_("dealt with"),
    "day": N_("day"),
    "every": N_("each"),
    "files": N_("files"),
    "format": N_("format"),
    "function": N_("function"),
    "gone": N_("gone from the source"),
    "intact": N_("intact"),
    "kpi": N_("KPI"),
    "language": N_("language"),
    "lists": N_("lists"),
    "of": N_("number of objects"),
    "page": N_("page"),
    "part": N_("part"),
    "phase": N_("phase"),
    "plan": N_("plan"),
    "purpose": N_("purpose"),
    "reason": N_("reason"),
    "replaced": N_("replaced"),
    "role": N_("role"),
    "rows": N_("rows"),
    "runs": N_("runs"),
    "set_aside": N_("set aside"),
    "severity": N_("severity"),
    "sha256": N_("fingerprint"),
    "source": N_("source"),
    "status": N_("status"),
    "table": N_("table"),
    "verdict": N_("verdict"),
    "version": N_("version"),
    "whose": N_("of"),
}
"""Names of details; one that is not here is shown as it stands."""


def fault_text(fault: Fault) -> Text:
    """One sentence that names the place."""
    return Text(FAULTS[fault.code], {"first": fault.first, "last": fault.last})


def verified_text(events: int, anchored: Anchor | None, faults: Sequence[Fault], timezone: str) -> list[Text]:
    """What verifying found, a sentence for each thing; the anchor on the clock of the hospital."""
    lines = [Text(BROKEN)] if faults else [Text(INTACT, {"events": events})]
    lines += [fault_text(fault) for fault in faults]
    if anchored is None:
        return [*lines, Text(NOT_PROVED)]
    at = _on_the_clock(anchored.time, timezone)
    return [*lines, Text(PROVED, {"seq": anchored.seq, "day": at.date(), "clock": f"{at:%H:%M:%S}"})]


def event_words(event: AuditEvent, language: str) -> str:
    """What happened; the name of the event where this version does not know it."""
    known = {str(name): kind.words for name, kind in EVENTS.items()}
    return Text(known.get(event.event_id, event.event_id)).render(language)


def type_words(type_: str, language: str) -> str:
    """A group of events."""
    return Text(TYPES.get(type_, type_)).render(language)


def outcome_words(event: AuditEvent, language: str) -> str:
    """How it ended."""
    return Text(OUTCOMES.get(event.event_outcome_indicator, event.event_outcome_indicator)).render(language)


def object_words(event: AuditEvent, language: str) -> str:
    """What it was about, such as "department cardiologie"."""
    kind = event.participant_object_id_type_code
    return f"{Text(OBJECTS.get(kind, kind)).render(language)} {event.participant_object_id}".strip()


def detail_words(event: AuditEvent, language: str) -> str:
    """The details, as name and value; long fingerprints by their beginning, codes as they are."""
    if not event.participant_object_detail:
        return ""
    found = json.loads(event.participant_object_detail)
    return " · ".join(
        f"{Text(DETAILS.get(name, name)).render(language)} {_short(value, language)}"
        for name, value in found.items()
        if value not in ("", None)
    )


def local_time(event: AuditEvent, timezone: str) -> datetime:
    """When it happened, on the clock of the hospital."""
    return _on_the_clock(event.event_date_time, timezone)


def _on_the_clock(moment: str, timezone: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone))


def _short(value: object, language: str) -> str:
    if isinstance(value, bool):
        return Text(N_("yes") if value else N_("no")).render(language)
    if isinstance(value, int):
        return number(value, 0, language)
    text = str(value)
    return f"{text[:10]}…" if len(text) == 64 else text
