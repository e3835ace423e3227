"""`meetlat governance sign` and `change`: record how an item of the checklist stands."""

from datetime import datetime
from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from governance.checklist import Status
from reports.governance_json import record_json
from reports.words_governance import record_text
from storage.workspace import Workspace
from workflows.governance.functions import checklist_of
from workflows.governance.sign import Change, change_item, evidence_of
from workflows.options import DAY, common, print_json


@click.command("sign")
@click.argument("pilot")
@click.argument("item")
@click.option("--as", "function", required=True, help="The function of who signs, such as board.")
@click.option("--name", required=True, help="The name of who signs.")
@click.option("--evidence", default="", help="A file, or a link to what is signed.")
@click.option("--on", "signed_on", type=DAY, help="The day of the signature; today where left out.")
@click.option("--until", "expires_on", type=DAY, help="The last day on which it holds.")
@click.option("--not-applicable", is_flag=True, help="Sign that the item does not apply, with a --reason.")
@click.option("--reason", default="", help="Why.")
@common
def sign(
    pilot: str,
    item: str,
    function: str,
    name: str,
    evidence: str,
    signed_on: datetime | None,
    expires_on: datetime | None,
    not_applicable: bool,
    reason: str,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Sign ITEM of PILOT. Example: meetlat governance sign ambient-a g07 --as board --name "A. de Vries"
    --evidence dpia.pdf --until 2028-12-31
    """
    opened = Workspace.open(workspace)
    made = Change(
        status="not_applicable" if not_applicable else "signed",
        why=reason,
        function=function,
        signer=name,
        signed_on=signed_on.date() if signed_on else None,
        expires_on=expires_on.date() if expires_on else None,
        evidence=evidence_of(LOCAL_OPERATOR, opened, pilot, evidence) if evidence else None,
    )
    _record(opened, pilot, item, made, lang, as_json=as_json)


@click.command("change")
@click.argument("pilot")
@click.argument("item")
@click.argument("status", type=click.Choice(["open", "in_progress", "red"]))
@click.option("--reason", default="", help="Why; needed for open and red.")
@click.option("--evidence", default="", help="A file, or a link.")
@common
def change(
    pilot: str,
    item: str,
    status: Status,
    reason: str,
    evidence: str,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Record that ITEM of PILOT is open, in progress or red. Example: meetlat governance change ambient-a
    g14 red --reason "certificate was withdrawn"
    """
    opened = Workspace.open(workspace)
    kept = evidence_of(LOCAL_OPERATOR, opened, pilot, evidence) if evidence else None
    _record(opened, pilot, item, Change(status=status, why=reason, evidence=kept), lang, as_json=as_json)


def _record(workspace: Workspace, pilot: str, item: str, made: Change, lang: str, *, as_json: bool) -> None:
    record = change_item(LOCAL_OPERATOR, workspace, pilot, item, made)
    if as_json:
        print_json({"pilot": pilot, "item": item, **record_json(record)})
    else:
        print(f"{item}  {record_text(record, checklist_of(workspace), lang)}")
