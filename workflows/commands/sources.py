"""`meetlat sources list`: what can be read, and the mappings at hand."""

from pathlib import Path

import click

from core.language.catalogue import translate
from data_connectors.mapping_file import load, presets
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.refresh import connectors


@click.group("sources")
def COMMAND() -> None:  # noqa: N802
    """Kinds of sources, and mappings for known systems. Example: meetlat sources list --json"""


@COMMAND.command("list")
@common
def listed(workspace: Path, lang: str, as_json: bool) -> None:
    """Print kinds of sources and mappings. Example: meetlat sources list --json"""
    own = open_workspace(workspace).root / "mappings"
    kinds = [
        {"name": name, "suffixes": kind.suffixes, "description": translate(kind.description, lang)}
        for name, kind in connectors().items()
    ]
    mappings = [
        {"name": name, "tables": [table.name for table in found.table], "description": found.description}
        for name, found in ((name, load(name, own)) for name in presets(own))
    ]
    if as_json:
        print_json({"sources": kinds, "mappings": mappings})
        return
    for entry in (*kinds, *mappings):
        print(f"{entry['name']:<24} {entry['description']}")
