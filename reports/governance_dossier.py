"""The dossier of a pilot's governance as a printed document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from core.language import date_text
from core.language.text import N_, Text
from experiments.pilot import RegisteredPilot
from governance.checklist import Checklist, ChecklistItem, Phase, Status
from governance.checklist.history import ItemRecord
from governance.incidents import IncidentRecord
from governance.phases import PhaseRecord
from governance.tool_versions import VersionRecord
from reports.typesetting import typeset
from reports.words_governance import (
    incident_text,
    judgement_text,
    phase_text,
    record_text,
    signers_text,
    source_text,
    status_word,
    version_text,
)

TONES: dict[Status, str] = {
    "open": "gray",
    "in_progress": "blue",
    "signed": "green",
    "red": "red",
    "not_applicable": "green",
}


class Standing(Protocol):
    """One item with its records."""

    @property
    def item(self) -> ChecklistItem:
        """The item."""
        ...

    @property
    def status(self) -> Status:
        """How it stands."""
        ...

    @property
    def records(self) -> tuple[ItemRecord, ...]:
        """All that was recorded for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the dossier is made from."""

    pilot: RegisteredPilot
    day: date
    checklist: Checklist
    phase: Phase
    items: Sequence[Standing]
    phases: Sequence[PhaseRecord]
    incidents: Sequence[IncidentRecord]
    judged: Mapping[int, Sequence[IncidentRecord]]
    versions: Sequence[VersionRecord]


def printed_dossier(found: Dossier, lang: str) -> bytes:
    """The document as PDF."""
    return typeset("dossier.typ", _content(found, lang))


def _content(found: Dossier, lang: str) -> dict[str, Any]:
    plan = found.pilot.pilot
    return {
        "title": _say(N_("Governance of {pilot}"), lang, pilot=plan.name(lang)),
        "lead": _say(
            N_("Plan version {version}, fingerprint {sha}. As it stood on {day}. No claim to meet any law."),
            lang,
            version=found.pilot.version,
            sha=found.pilot.plan_sha256[:12],
            day=found.day,
        ),
        "lang": lang,
        "day": [found.day.year, found.day.month, found.day.day],
        "footer": f"Meetlat · {plan.id} · {date_text(found.day, lang)}",
        "phase_title": _say(N_("Phase"), lang),
        "phases": [
            {"title": one.title[lang], "question": one.question[lang], "now": one == found.phase}
            for one in found.checklist.phases
        ],
        "phases_recorded": [phase_text(one, found.checklist, lang) for one in found.phases],
        "items_title": _say(N_("Checklist"), lang),
        "items": [_item(one, found.checklist, lang) for one in found.items],
        "incidents_title": _say(N_("Incidents"), lang),
        "incidents": [
            {
                "text": incident_text(one, lang),
                "judged": [judgement_text(each, lang) for each in found.judged[one.number]],
            }
            for one in found.incidents
        ],
        "versions_title": _say(N_("Versions of the tool"), lang),
        "versions": [version_text(one, lang) for one in found.versions],
        "nothing": _say(N_("Nothing was recorded."), lang),
    }


def _item(one: Standing, checklist: Checklist, lang: str) -> dict[str, Any]:
    return {
        "title": f"{one.item.id} {one.item.title[lang]}",
        "status": status_word(one.status, lang),
        "tone": TONES[one.status],
        "asks": one.item.asks[lang],
        "source": source_text(one.item, lang),
        "signers": _say(N_("Signed by: {names}"), lang, names=signers_text(one.item, checklist, lang)),
        "records": [record_text(record, checklist, lang) for record in one.records],
        "evidence": list(dict.fromkeys(_evidence(one.records, lang))),
    }


def _evidence(records: Iterable[ItemRecord], lang: str) -> Iterable[str]:
    for record in records:
        if record.evidence is not None:
            line = _say(N_("Evidence: {name}"), lang, name=record.evidence.name)
            yield f"{line} (SHA-256 {record.evidence.sha256})" if record.evidence.sha256 else line


def _say(template: str, lang: str, **values: Any) -> str:
    return Text(template, values).render(lang)
