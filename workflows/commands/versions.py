"""`meetlat versions ...`: which version of a model, prompt or software a pilot used from when on."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from governance.tool_versions import PARTS, Part, VersionRecord
from reports.governance_json import version_json
from reports.words_governance import version_text
from storage.workspace import Workspace
from workflows.governance.versions import add_version, versions
from workflows.options import DAY, common, print_json, say


@click.group("versions")
def COMMAND() -> None:  # noqa: N802
    """Versions of a pilot's tool. Example: meetlat versions list ambient-a"""


@COMMAND.command("add")
@click.argument("pilot")
@click.option("--part", required=True, type=click.Choice(list(PARTS)))
@click.option("--version", required=True, help="As the vendor calls it.")
@click.option("--day", required=True, type=DAY, help="The day on which it came into use.")
@click.option("--tool", default="", help="The tool, where it is not the vendor of the plan.")
@click.option("--note", default="", help="What changed.")
@common
def add(
    pilot: str,
    part: Part,
    version: str,
    day: datetime,
    tool: str,
    note: str,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Record a version of PILOT's tool. Example: meetlat versions add ambient-a --part model --version 4.2
    --day 2026-09-01 --note "vendor's autumn release"
    """
    made = add_version(
        LOCAL_OPERATOR,
        Workspace.open(workspace),
        pilot,
        part=part,
        version=version,
        day=day.date(),
        tool=tool,
        note=note,
    )
    _print(pilot, [made], lang, as_json=as_json)


@COMMAND.command("list")
@click.argument("pilot")
@common
def list_(pilot: str, workspace: Path, lang: str, as_json: bool) -> None:
    """List the versions of PILOT's tool. Example: meetlat versions list ambient-a --json"""
    found = versions(LOCAL_OPERATOR, Workspace.open(workspace), pilot)
    _print(pilot, found, lang, as_json=as_json)
    if not found and not as_json:
        say(Text(N_("No version was recorded.")).render(lang))


def _print(pilot: str, found: Iterable[VersionRecord], lang: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"pilot": pilot, "versions": [version_json(one) for one in found]})
        return
    for one in found:
        print(version_text(one, lang))
