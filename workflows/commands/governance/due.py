"""`meetlat governance due`: signatures that run out."""

from datetime import datetime
from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from reports.governance_json import due_json, title
from reports.words_governance import due_text
from storage.workspace import Workspace
from workflows.governance.functions import checklist_of
from workflows.governance.standing import due_everywhere
from workflows.options import DAY, common, print_json, say


@click.command("due")
@click.option("--on", "day", type=DAY, help="As on another day.")
@common
def due(day: datetime | None, workspace: Path, lang: str, as_json: bool) -> None:
    """Signatures that ran out or do so within 60 days, of every pilot. Example: meetlat governance due"""
    opened = Workspace.open(workspace)
    found = due_everywhere(LOCAL_OPERATOR, opened, day.date() if day else None)
    checklist = checklist_of(opened)
    if as_json:
        print_json({"due": due_json(found, checklist, lang)})
        return
    for pilot, several in found.items():
        for one in several:
            print(f"{pilot}  {title(checklist, one.record.item, lang)}: {due_text(one, lang)}")
    if not found:
        say(Text(N_("No signature runs out within 60 days.")).render(lang))
