"""`meetlat incidents ...`: the register of incidents with the tools of pilots."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from governance.incidents import CATEGORIES, SEVERITIES, Category, IncidentRecord, Severity
from reports.governance_json import incident_json
from reports.words_governance import incident_text
from storage.workspace import Workspace
from workflows.governance.incidents import Happening, register, registers, report
from workflows.governance.incidents import change as changed
from workflows.options import DAY, common, print_json, say


@click.group("incidents")
def COMMAND() -> None:  # noqa: N802
    """Incidents with the tools of pilots. Example: meetlat incidents list --json"""


@COMMAND.command("add")
@click.argument("pilot")
@click.option("--department", required=True, help="A department of the pilot.")
@click.option("--day", required=True, type=DAY, help="The day on which it happened.")
@click.option("--category", required=True, type=click.Choice(list(CATEGORIES)))
@click.option("--severity", required=True, type=click.Choice(list(SEVERITIES)))
@click.option("--happened", required=True, help="What happened, without naming a patient.")
@click.option("--action", default="", help="What was done about it.")
@click.option("--tool", default="", help="The tool, where it is not the vendor of the plan.")
@common
def add(
    pilot: str,
    department: str,
    day: datetime,
    category: Category,
    severity: Severity,
    happened: str,
    action: str,
    tool: str,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Report an incident with the tool of PILOT. Example: meetlat incidents add ambient-a --department
    longziekten --day 2026-11-02 --category wrong_text --severity mild
    --happened "dose misheard, seen at once"
    """
    what = Happening(
        day=day.date(),
        department=department,
        category=category,
        severity=severity,
        happened=happened,
        action=action,
        tool=tool,
    )
    made = report(LOCAL_OPERATOR, Workspace.open(workspace), pilot, what)
    _print({pilot: [made]}, lang, as_json=as_json)


@COMMAND.command("change")
@click.argument("pilot")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why.")
@click.option("--severity", type=click.Choice(list(SEVERITIES)))
@click.option("--action", help="What was done about it.")
@click.option("--close/--reopen", "closed", default=None, help="Dealt with, or not after all.")
@common
def change(
    pilot: str,
    number: int,
    reason: str,
    severity: Severity | None,
    action: str | None,
    closed: bool | None,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Judge incident NUMBER of PILOT anew or close it. Example: meetlat incidents change ambient-a 3 --close
    --reason "vendor corrected it, checked by patient safety"
    """
    opened = Workspace.open(workspace)
    made = changed(
        LOCAL_OPERATOR, opened, pilot, number, reason, severity=severity, action=action, closed=closed
    )
    _print({pilot: [made]}, lang, as_json=as_json)


@COMMAND.command("list")
@click.argument("pilot", required=False)
@common
def list_(pilot: str | None, workspace: Path, lang: str, as_json: bool) -> None:
    """List the incidents of PILOT, or of every pilot. Example: meetlat incidents list ambient-a --json"""
    opened = Workspace.open(workspace)
    found = {pilot: register(LOCAL_OPERATOR, opened, pilot)} if pilot else registers(LOCAL_OPERATOR, opened)
    _print(found, lang, as_json=as_json)
    if not any(found.values()) and not as_json:
        say(Text(N_("No incidents were reported.")).render(lang))


def _print(found: Mapping[str, Iterable[IncidentRecord]], lang: str, *, as_json: bool) -> None:
    if as_json:
        rows = [{"pilot": pilot, **incident_json(one)} for pilot, several in found.items() for one in several]
        print_json({"incidents": rows})
        return
    for pilot, several in found.items():
        for one in several:
            print(f"{pilot}  {incident_text(one, lang)}")
