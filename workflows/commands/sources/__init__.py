"""`meetlat sources`: what can be read, the mappings at hand, and how the configured sources are."""

from pathlib import Path

import click

from core.language.catalogue import translate
from data_connectors.mapping_file import load, presets
from governance.access import LOCAL_OPERATOR
from workflows.commands.sources.check import checked
from workflows.commands.sources.suggest import suggested
from workflows.commands.sources.template import template_of
from workflows.intake_run import connectors
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.source_checks import known


@click.group("sources")
def COMMAND() -> None:  # noqa: N802
    """Kinds of sources, and mappings for known systems. Example: meetlat sources list --json"""


@COMMAND.command("list")
@common
def listed(workspace: Path, lang: str, as_json: bool) -> None:
    """Print kinds of sources and mappings. Example: meetlat sources list --json"""
    opened = open_workspace(workspace)
    own = opened.root / "mappings"
    kinds = [
        {"name": name, "suffixes": kind.suffixes, "description": translate(kind.description, lang)}
        for name, kind in connectors().items()
    ]
    mappings = [
        {"name": name, "tables": [table.name for table in found.table], "description": found.described(lang)}
        for name, found in ((name, load(name, own)) for name in presets(own))
    ]
    if as_json:
        print_json({"sources": kinds, "mappings": mappings, "configured": known(LOCAL_OPERATOR, opened)})
        return
    for entry in (*kinds, *mappings):
        print(f"{entry['name']:<24} {entry['description']}")


COMMAND.add_command(checked)
COMMAND.add_command(suggested)
COMMAND.add_command(template_of)
