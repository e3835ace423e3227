"""`meetlat governance show`: how the checklist of a pilot stands."""

from collections.abc import Iterator
from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from reports.governance_json import (
    due_json,
    gates_json,
    item_json,
    judged_json,
    phase_json,
    version_json,
)
from reports.words_checklist import due_sentence, incident_sentences, red_sentence
from reports.words_governance import signers_text, status_word
from storage.workspace import Workspace
from workflows.governance.standing import PilotGovernance, governance
from workflows.options import common, print_json


@click.command("show")
@click.argument("pilot")
@common
def show(pilot: str, workspace: Path, lang: str, as_json: bool) -> None:
    """How PILOT stands: phase, gates, every item. Example: meetlat governance show ambient-a --json"""
    found = governance(LOCAL_OPERATOR, Workspace.open(workspace), pilot)
    if as_json:
        print_json(
            {
                "pilot": pilot,
                "as_of": found.day.isoformat(),
                "phase": phase_json(found.phase, found.phases, lang),
                "blocked_by": list(found.blocked_by),
                "gates": gates_json(found.gates),
                "items": [item_json(one.item, one.status, one.records, lang) for one in found.items],
                "due": due_json({pilot: found.due}, found.checklist, lang),
                "incidents": [judged_json(one, found.judged[one.number]) for one in found.incidents],
                "versions": [version_json(one) for one in found.versions],
            }
        )
        return
    for line in _lines(found, lang):
        print(line)


def _lines(found: PilotGovernance, lang: str) -> Iterator[str]:
    yield f"{found.pilot.pilot.name(lang)}: {found.phase.title[lang]}. {found.phase.question[lang]}"
    if found.next_phase is not None:
        blocked = ", ".join(found.blocked_by)
        words = N_("Next: {phase}. In the way: {blocked}.") if blocked else N_("Next: {phase}.")
        yield Text(words, {"phase": found.next_phase.title[lang], "blocked": blocked}).render(lang)
    stops = red_sentence(found.checklist, found.gates, lang)
    yield from filter(
        None, (stops, *incident_sentences(found.incidents, lang), due_sentence(found.due, lang))
    )
    for one in found.items:
        signers = signers_text(one.item, found.checklist, lang)
        title = f"{one.item.id}  {status_word(one.status, lang):<16}  {one.item.title[lang]}"
        yield title if one.status in ("signed", "not_applicable") else f"{title} ({signers})"
