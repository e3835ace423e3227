"""`meetlat sessions`: who is signed in, and ending a session."""

from pathlib import Path

import click

from core.errors import InputError
from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from workflows import revoke as workflow
from workflows.opening import open_workspace
from workflows.options import common, print_json


@click.group("sessions")
def COMMAND() -> None:  # noqa: N802
    """Who is signed in, and ending a session. Example: meetlat sessions list"""


@COMMAND.command("list")
@common
def list_(workspace: Path, lang: str, as_json: bool) -> None:  # noqa: ARG001
    """Every session of the last 30 days, the newest first. Example: meetlat sessions list --json"""
    found = workflow.listed(LOCAL_OPERATOR, open_workspace(workspace))
    rows = [
        {
            "session": one.id,
            "person": one.session.identity.subject,
            "state": one.state,
            "started_at": one.session.started_at.isoformat(timespec="seconds"),
            "seen_at": one.session.seen_at.isoformat(timespec="seconds"),
        }
        for one in found
    ]
    if as_json:
        print_json({"sessions": rows})
    else:
        for row in rows:
            print("  ".join(row.values()))


@COMMAND.command("revoke")
@click.argument("ids", nargs=-1, metavar="[SESSION]...")
@click.option("--person", default="", help="Every session of this person.")
@click.option("--all", "everyone", is_flag=True, help="Every session there is.")
@common
def revoke(
    ids: tuple[str, ...], person: str, everyone: bool, workspace: Path, lang: str, as_json: bool
) -> None:
    """End sessions, at once. Example: meetlat sessions revoke --person 4f1a...c2"""
    if not (ids or person or everyone):
        raise InputError("Name a session, or give --person or --all.")
    opened = open_workspace(workspace)
    if everyone:
        count = workflow.revoke_all(LOCAL_OPERATOR, opened)
    else:
        count = workflow.revoke(LOCAL_OPERATOR, opened, ids, person)
    if as_json:
        print_json({"ended": count})
    else:
        print(Text(N_("{count} sessions were ended."), {"count": count}).render(lang))
