"""The plain answer of a pilot's checklist: what is open, whom to ask, what stops it and what runs out."""

from collections.abc import Mapping, Sequence

from core.language import date_text
from core.language.text import N_, Text, Value
from governance.checklist import Checklist, ChecklistItem, Gate, Status
from governance.checklist.gates import WARNING, Due, Gates
from governance.checklist.history import Evidence, ItemRecord
from governance.incidents import Asks, IncidentRecord, asking

NAMED = 3
"""Items or functions that a sentence names; of the others it says how many there are."""
ALL_DONE: dict[Gate, str] = {
    "start": N_("All {total} items for the start are done."),
    "scale": N_("All {total} items for scaling are done."),
}
ONE_OPEN: dict[Gate, str] = {
    "start": N_("1 of {total} items for the start is open: {names}."),
    "scale": N_("1 of {total} items for scaling is open: {names}."),
}
SOME_OPEN: dict[Gate, str] = {
    "start": N_("{count} of {total} items for the start are open: {names}."),
    "scale": N_("{count} of {total} items for scaling are open: {names}."),
}
INCIDENTS: dict[Asks, tuple[str, str]] = {
    "stop": (
        N_("Incident {numbers} stops this pilot until it is dealt with."),
        N_("Incidents {numbers} stop this pilot until they are dealt with."),
    ),
    "review": (
        N_("Incident {numbers} is under review; scaling waits for it."),
        N_("Incidents {numbers} are under review; scaling waits for them."),
    ),
}
"""What one and what several ask of the pilot."""


def gate_sentence(checklist: Checklist, gates: Gates, gate: Gate, lang: str) -> str:
    """How many items of a gate are open, and which."""
    total = sum(item.gate == gate for item in checklist.items)
    names = [found.title[lang] for id_ in gates.open(gate) if (found := checklist.item(id_)) is not None]
    words = (SOME_OPEN if len(names) > 1 else ONE_OPEN if names else ALL_DONE)[gate]
    values: dict[str, Value] = {"count": len(names), "total": total, "names": named(names, lang)}
    return Text(words, values).render(lang)


def ask_sentence(
    checklist: Checklist, gates: Gates, gate: Gate, people: Mapping[str, Sequence[str]], lang: str
) -> str:
    """Which functions sign what is open, most items first, and who they are; empty where nothing is open."""
    waiting: dict[str, int] = {}
    for id_ in gates.open(gate):
        item = checklist.item(id_)
        if item is not None:
            first = item.signers[0]
            waiting[first] = waiting.get(first, 0) + 1
    if not waiting:
        return ""
    ordered = sorted(waiting, key=lambda one: -waiting[one])
    names = [function_text(one, checklist, people, lang) for one in ordered]
    return Text(N_("Whom to ask: {names}."), {"names": named(names, lang)}).render(lang)


def function_text(function: str, checklist: Checklist, people: Mapping[str, Sequence[str]], lang: str) -> str:
    """A function with the names of who hold it, where that is known."""
    name, persons = checklist.function(function, lang), people.get(function, ())
    return f"{name} ({', '.join(persons)})" if persons else name


def red_sentence(checklist: Checklist, gates: Gates, lang: str) -> str:
    """Which items on red stop the pilot; empty where none does."""
    if not gates.red:
        return ""
    names = [found.title[lang] for id_ in gates.red if (found := checklist.item(id_)) is not None]
    return Text(N_("On red, which stops the pilot: {names}."), {"names": named(names, lang)}).render(lang)


def incident_sentences(incidents: Sequence[IncidentRecord], lang: str) -> tuple[str, ...]:
    """What open incidents ask of the pilot; none where they ask nothing."""
    return tuple(
        Text(more if len(numbers) > 1 else one, {"numbers": ", ".join(numbers)}).render(lang)
        for asks, (one, more) in INCIDENTS.items()
        if (numbers := asking(incidents, asks))
    )


def due_sentence(found: Sequence[Due], lang: str) -> str:
    """How many signatures ran out and how many soon will; empty where there are none."""
    gone = sum(one.days < 0 for one in found)
    soon = len(found) - gone
    parts = []
    if gone:
        one, more = N_("1 signature has run out."), N_("{count} signatures have run out.")
        parts.append(Text(one if gone == 1 else more, {"count": gone}))
    if soon:
        one = N_("1 signature runs out within {days} days.")
        more = N_("{count} signatures run out within {days} days.")
        parts.append(Text(one if soon == 1 else more, {"count": soon, "days": WARNING.days}))
    return " ".join(part.render(lang) for part in parts)


def signed_line(
    item: ChecklistItem, status: Status, record: ItemRecord | None, checklist: Checklist, lang: str
) -> str:
    """One line under an item: who signed it until when on what, or who has to."""
    if status not in ("signed", "not_applicable") or record is None:
        return _waiting(item, record, checklist, lang)
    function = checklist.function(record.function, lang)
    who = f"{record.signer} ({function})" if function else record.signer
    parts = [
        who,
        date_text(record.signed_on, lang) if record.signed_on else "",
        Text(N_("until {day}"), {"day": record.expires_on}).render(lang) if record.expires_on else "",
        _evidence_in_short(record.evidence, lang),
    ]
    return " · ".join(part for part in parts if part)


def _waiting(item: ChecklistItem, record: ItemRecord | None, checklist: Checklist, lang: str) -> str:
    names = Text(N_(" or ")).render(lang).join(checklist.function(one, lang) for one in item.signers)
    asked = Text(N_("to be signed by: {names}"), {"names": names}).render(lang)
    if record is None:
        return asked
    if record.expires_on is not None and record.status in ("signed", "not_applicable"):
        gone = Text(N_("ran out on {day}"), {"day": record.expires_on}).render(lang)
        return f"{asked} · {gone}"
    return f"{asked} · {record.why}" if record.why else asked


def _evidence_in_short(found: Evidence | None, lang: str) -> str:
    if found is None:
        return ""
    return Text(N_("link")).render(lang) if found.is_link else found.name


def evidence_text(found: Evidence | None, lang: str) -> str:
    """The evidence by its name, and its fingerprint where it is a file that is kept."""
    if found is None:
        return Text(N_("none yet")).render(lang)
    return f"{found.name} (SHA-256 `{found.sha256}`)" if found.sha256 else found.name


def named(names: Sequence[str], lang: str) -> str:
    """The first few names, and how many more there are."""
    rest = len(names) - NAMED
    shown = "; ".join(names[:NAMED] if rest > 1 else names)
    return (
        Text(N_("{names}; and {count} more"), {"names": shown, "count": rest}).render(lang)
        if rest > 1
        else shown
    )
