"""The governance of a pilot as JSON: items, incidents, versions, phases and what is due."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from governance.checklist import Checklist, ChecklistItem, Phase, Status
from governance.checklist.gates import Due, Gates
from governance.checklist.history import ItemRecord
from governance.incidents import IncidentRecord
from governance.phases import PhaseRecord
from governance.tool_versions import VersionRecord


def gates_json(found: Gates) -> dict[str, Any]:
    """What is open and on red, per gate."""
    return {
        "may_be_measured": found.may_be_measured,
        "red": list(found.red),
        "open_start": list(found.start),
        "open_scale": list(found.scale),
    }


def item_json(
    item: ChecklistItem, status: Status, records: Iterable[ItemRecord], language: str
) -> dict[str, Any]:
    """An item with all that was recorded for it, the first record first."""
    history = [record_json(one) for one in records]
    return {
        "id": item.id,
        "title": item.title[language],
        "gate": item.gate,
        "status": status,
        "signers": list(item.signers),
        "source": item.source[language],
        "source_verified": item.verified,
        "checked_on": item.checked_on.isoformat(),
        "own": item.own,
        "history": history,
    }


def record_json(one: ItemRecord) -> dict[str, Any]:
    """One change of one item."""
    evidence = one.evidence
    return {
        "at": one.at.isoformat(),
        "by": one.by or None,
        "declared_in_plan": one.declared,
        "status": one.status,
        "why": one.why,
        "function": one.function,
        "signer": one.signer,
        "signed_on": day_json(one.signed_on),
        "expires_on": day_json(one.expires_on),
        "evidence": None
        if evidence is None
        else {"name": evidence.name, "sha256": evidence.sha256 or None, "size": evidence.size or None},
    }


def judged_json(one: IncidentRecord, history: Iterable[IncidentRecord]) -> dict[str, Any]:
    """How one incident stands, and how it was judged before."""
    return {**incident_json(one), "history": [incident_json(each) for each in history]}


def incident_json(one: IncidentRecord) -> dict[str, Any]:
    """How one incident stands."""
    return {
        "number": one.number,
        "day": one.day.isoformat(),
        "department": one.department,
        "category": one.category,
        "severity": one.severity,
        "tool": one.tool,
        "happened": one.happened,
        "action": one.action,
        "closed": one.closed,
        "asks": one.asks,
        "why": one.why,
        "recorded_at": one.at.isoformat(),
        "recorded_by": one.by,
    }


def version_json(one: VersionRecord) -> dict[str, Any]:
    """One version of a part of a tool."""
    return {
        "tool": one.tool,
        "part": one.part,
        "version": one.version,
        "day": one.day.isoformat(),
        "note": one.note,
        "recorded_at": one.at.isoformat(),
        "recorded_by": one.by,
    }


def phase_json(phase: Phase, records: Iterable[PhaseRecord], language: str) -> dict[str, Any]:
    """The phase that a pilot is in, and who took it where."""
    return {
        "id": phase.id,
        "title": phase.title[language],
        "question": phase.question[language],
        "history": [
            {"phase": one.phase, "at": one.at.isoformat(), "by": one.by, "why": one.why} for one in records
        ],
    }


def due_json(found: Mapping[str, Iterable[Due]], checklist: Checklist, language: str) -> list[dict[str, Any]]:
    """Signatures that run out, by pilot, the first to run out first."""
    rows = [(pilot, one) for pilot, several in found.items() for one in several]
    return [
        {
            "pilot": pilot,
            "item": one.record.item,
            "title": title(checklist, one.record.item, language),
            "last_day": one.last_day.isoformat(),
            "days_left": one.days,
        }
        for pilot, one in sorted(rows, key=lambda row: (row[1].last_day, row[0], row[1].record.item))
    ]


def title(checklist: Checklist, item: str, language: str) -> str:
    """The title of an item; its id where the checklist no longer has it."""
    found = checklist.item(item)
    return found.title[language] if found is not None else item


def day_json(day: date | None) -> str | None:
    """A day, or null."""
    return day.isoformat() if day is not None else None
