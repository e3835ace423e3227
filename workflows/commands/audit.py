"""`meetlat audit ...`: verify, hand out and anchor the log of who did what."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from reports.words_audit import TYPES, fault_text, verified_text
from workflows.audit_log import Verification, Wanted, anchored, export, verify
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say

DAY = click.DateTime(["%Y-%m-%d"])
UNREAD = N_("{count} lines of the file with anchors are no anchors.")
NOT_LOGGED = N_("The log could not take that it was verified.")


@click.group("audit")
def COMMAND() -> None:  # noqa: N802
    """The log of who did what. Example: meetlat audit verify"""


@COMMAND.command("verify")
@click.option(
    "--anchors",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file with anchors, such as lines from the log of a system. Default: where they are written.",
)
@common
def check(anchors: Path | None, workspace: Path, lang: str, as_json: bool) -> int:
    """Recompute the whole chain and hold it against its anchors; exit code 3 when it is not intact.

    Example: meetlat audit verify --json
    """
    opened = open_workspace(workspace)
    found = verify(LOCAL_OPERATOR, opened, anchors)
    if as_json:
        print_json(_as_json(found, lang))
    else:
        for line in _lines(found, opened.settings.timezone):
            print(line.render(lang))
    return 0 if found.intact else EXIT_SET_ASIDE


@COMMAND.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .csv or .jsonl file.")
@click.option("--from", "first", type=DAY, help="First day, on the clock of the hospital.")
@click.option("--to", "last", type=DAY, help="Last day, on the clock of the hospital.")
@click.option("--user", default="", help="One person.")
@click.option("--type", "types", multiple=True, type=click.Choice(list(TYPES)), help="Kinds of events.")
@common
def hand_out(
    output: Path,
    first: datetime | None,
    last: datetime | None,
    user: str,
    types: tuple[str, ...],
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Write events to a file. Example: meetlat audit export --from 2026-03-01 -o march.jsonl"""
    opened = open_workspace(workspace)
    wanted = Wanted(
        zone=opened.settings.timezone,
        types=types,
        user=user,
        first=first.date() if first is not None else None,
        last=last.date() if last is not None else None,
    )
    events = export(LOCAL_OPERATOR, opened, output, wanted)
    if as_json:
        print_json({"file": str(output), "events": events})
    else:
        say(Text(N_("{file}: {events} events."), {"file": str(output), "events": events}).render(lang))


@COMMAND.command("anchor")
@common
def put_down(workspace: Path, lang: str, as_json: bool) -> None:
    """Write an anchor now; run it from cron beside the app. Example: meetlat audit anchor"""
    made = anchored(LOCAL_OPERATOR, open_workspace(workspace))
    if as_json:
        content = {"seq": made.seq, "hash": made.hash, "time": made.time} if made is not None else None
        print_json({"anchor": content})
    elif made is None:
        say(Text(N_("There are no events yet.")).render(lang))
    else:
        print(Text(N_("Anchored up to event {seq}."), {"seq": made.seq}).render(lang))


def _lines(found: Verification, timezone: str) -> list[Text]:
    lines = verified_text(found.events, found.anchored, found.faults, timezone)
    if found.unread:
        lines.append(Text(UNREAD, {"count": found.unread}))
    return lines if found.logged else [*lines, Text(NOT_LOGGED)]


def _as_json(found: Verification, lang: str) -> dict[str, Any]:
    return {
        "status": "intact" if found.intact else "broken",
        "events": found.events,
        "head": {"seq": found.head.seq, "hash": found.head.hash} if found.head is not None else None,
        "faults": [
            {
                "code": fault.code,
                "first": fault.first,
                "last": fault.last,
                "message": fault_text(fault).render(lang),
            }
            for fault in found.faults
        ],
        "anchors": found.anchors,
        "anchored": {"seq": found.anchored.seq, "time": found.anchored.time} if found.anchored else None,
        "lines_unread": found.unread,
        "logged": found.logged,
    }
