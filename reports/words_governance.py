"""The checklist, its gates, incidents and versions in words."""

from collections.abc import Iterable, Sequence

from core.language import date_text
from core.language.text import N_, Text
from governance.checklist import Checklist, ChecklistItem, Status
from governance.checklist.gates import Due
from governance.checklist.history import ItemRecord
from governance.incidents import CATEGORIES, SEVERITIES, Asks, IncidentRecord
from governance.phases import PhaseRecord
from governance.tool_versions import PARTS, VersionRecord
from reports.words_names import person_name

STATUS_WORDS: dict[Status, str] = {
    "open": N_("open"),
    "in_progress": N_("in progress"),
    "signed": N_("signed"),
    "red": N_("red"),
    "not_applicable": N_("does not apply"),
}
ASKS_WORDS: dict[Asks, str] = {
    "nothing": N_("asks nothing of the pilot"),
    "review": N_("the pilot is under review"),
    "stop": N_("stops the pilot"),
}
RECORDED_BY = N_("recorded by {by}")
ASK_LAWYER = N_("verify with your lawyer")


def status_word(status: Status, lang: str) -> str:
    """The status of an item as a word."""
    return Text(STATUS_WORDS[status]).render(lang)


def signers_text(item: ChecklistItem, checklist: Checklist, lang: str) -> str:
    """Who signs an item: "jurist of CISO"."""
    names = [checklist.function(one, lang) for one in item.signers]
    return Text(N_(" or ")).render(lang).join(names)


def items_text(items: Iterable[ChecklistItem], checklist: Checklist, lang: str) -> str:
    """Items by id and name, each with who signs it."""
    named = (f"{one.id} {one.title[lang]} ({signers_text(one, checklist, lang)})" for one in items)
    return "; ".join(named)


def source_text(item: ChecklistItem, lang: str) -> str:
    """Where an item comes from, when that was checked, and whether a lawyer should look."""
    words = N_("{source} (checked {day})")
    text = Text(words, {"source": item.source, "day": item.checked_on}).render(lang)
    return text if item.verified else f"{text}: {Text(ASK_LAWYER).render(lang)}"


def record_text(record: ItemRecord, checklist: Checklist, lang: str) -> str:
    """One change of an item as a line: when, what, by whom, and why."""
    where = N_("declared in the plan") if record.declared else RECORDED_BY
    parts = [
        date_text(record.at.date(), lang),
        status_word(record.status, lang),
        _signature(record, checklist, lang),
        Text(N_("holds until {day}"), {"day": record.expires_on}).render(lang) if record.expires_on else "",
        Text(where, {"by": person_name(record.by, lang)}).render(lang),
        record.why,
    ]
    return " · ".join(part for part in parts if part)


def _signature(record: ItemRecord, checklist: Checklist, lang: str) -> str:
    if not record.signer:
        return ""
    function = checklist.function(record.function, lang)
    who = f"{record.signer} ({function})" if function else record.signer
    if record.signed_on is None:
        return who
    return Text(N_("{who} on {day}"), {"who": who, "day": record.signed_on}).render(lang)


def due_text(due: Due, lang: str) -> str:
    """When a signature runs out, or that it has."""
    words = {
        -1: N_("ran out on {day}"),
        0: N_("last day today"),
        1: N_("runs out on {day}, in {days} days"),
    }[(due.days > 0) - (due.days < 0)]
    return Text(words, {"day": due.last_day, "days": due.days}).render(lang)


def incident_text(one: IncidentRecord, lang: str) -> str:
    """An incident as a line."""
    parts = (
        f"{one.number}",
        date_text(one.day, lang),
        one.department,
        Text(CATEGORIES[one.category]).render(lang),
        Text(SEVERITIES[one.severity][0]).render(lang),
        _state(one, lang),
        one.happened,
    )
    return " · ".join(part for part in parts if part)


def judgement_text(one: IncidentRecord, lang: str) -> str:
    """How an incident was judged at one moment, by whom and why."""
    done = Text(N_("Done about it: {action}"), {"action": one.action}).render(lang) if one.action else ""
    parts = (
        date_text(one.at.date(), lang),
        Text(SEVERITIES[one.severity][0]).render(lang),
        _state(one, lang),
        done,
        one.why,
        Text(RECORDED_BY, {"by": person_name(one.by, lang)}).render(lang),
    )
    return " · ".join(part for part in parts if part)


def phase_text(one: PhaseRecord, checklist: Checklist, lang: str) -> str:
    """Who took a pilot into a phase, when and why."""
    phase = checklist.phase(one.phase)
    by = Text(RECORDED_BY, {"by": person_name(one.by, lang)}).render(lang)
    return " · ".join(
        (date_text(one.at.date(), lang), phase.title[lang] if phase else one.phase, one.why, by)
    )


def _state(one: IncidentRecord, lang: str) -> str:
    return Text(N_("dealt with") if one.closed else ASKS_WORDS[one.asks]).render(lang)


def in_the_way_text(blocked: Sequence[str], checklist: Checklist, lang: str) -> str:
    """What keeps a pilot out of a phase: titles of items, and incidents by number."""
    items = {item.id: item.title[lang] for item in checklist.items}
    return "; ".join(items.get(one, one) for one in blocked)


def version_text(one: VersionRecord, lang: str) -> str:
    """A version as a line."""
    part = Text(PARTS[one.part]).render(lang)
    parts = (date_text(one.day, lang), one.tool, f"{part} {one.version}", one.note)
    return " · ".join(part for part in parts if part)
