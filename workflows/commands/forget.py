"""`meetlat forget KIND`: remove every row of one person, whose identifier stands in no command."""

import sys
from datetime import datetime
from pathlib import Path
from typing import cast

import click

from core.errors import InputError
from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from kpis.tables import PersonKind
from workflows.forget import KINDS, forget, retain
from workflows.opening import open_workspace
from workflows.options import common, print_json, say

GONE = N_("{rows} rows removed from {tables}; everything was counted anew.")
WOULD = N_("{rows} rows would be removed from {tables}; nothing was changed.")
NOBODY = N_("There are no such rows.")


BEFORE = "before"


@click.command("forget")
@click.argument("kind", type=click.Choice([*KINDS, BEFORE]))
@click.argument("day", metavar="[DAY]", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--dry-run", is_flag=True, help="Count only.")
@common
def COMMAND(  # noqa: N802
    kind: str, day: datetime | None, dry_run: bool, workspace: Path, lang: str, as_json: bool
) -> None:
    """Forget one person, whose identifier or pseudonym is read from standard input, or all before a DAY.

    Example: meetlat forget patient --dry-run < number.txt, or: meetlat forget before 2024-01-01
    """
    opened = open_workspace(workspace)
    if (kind == BEFORE) != (day is not None):
        raise InputError(
            N_("A day goes with 'before', and only with that."),
            remedy=N_("Write: meetlat forget before 2024-01-01"),
        )
    if day is not None:
        found = retain(LOCAL_OPERATOR, opened, day.date(), dry_run=dry_run)
    else:
        person = _asked(lang)
        found = forget(LOCAL_OPERATOR, opened, cast(PersonKind, kind), person, dry_run=dry_run)
    if as_json:
        print_json({"rows": found.rows, "files": found.files, "dry_run": found.dry_run})
        return
    rows, tables = sum(found.rows.values()), ", ".join(found.rows)
    said = Text(WOULD if dry_run else GONE, {"rows": rows, "tables": tables}) if rows else Text(NOBODY)
    print(said.render(lang))


def _asked(lang: str) -> str:
    """From a pipe, or typed without an echo, so that it stands in no history of commands."""
    if not sys.stdin.isatty():
        return sys.stdin.read().strip()
    say(Text(N_("Type the identifier; it is not shown.")).render(lang))
    answer: str = click.prompt("", hide_input=True, prompt_suffix="> ")
    return answer
