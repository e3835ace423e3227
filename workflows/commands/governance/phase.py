"""`meetlat governance phase`: take a pilot into a phase."""

from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from governance.checklist import ours
from storage.workspace import Workspace
from workflows.governance.phase import enter_phase
from workflows.options import common, print_json


@click.command("phase")
@click.argument("pilot")
@click.argument("phase", type=click.Choice([one.id for one in ours().phases]))
@click.option("--reason", required=True, help="Why, and who decided it.")
@common
def phase(pilot: str, phase: str, reason: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Take PILOT into PHASE. Example: meetlat governance phase ambient-a implementation --reason "steering
    group of 23 November"
    """
    record = enter_phase(LOCAL_OPERATOR, Workspace.open(workspace), pilot, phase, reason)
    if as_json:
        print_json({"pilot": pilot, "phase": record.phase, "at": record.at.isoformat(), "why": record.why})
    else:
        found = ours().phase(record.phase)
        print(f"{pilot}  {found.title[lang] if found else record.phase}  {record.why}")
