"""`meetlat tables list`: the standard tables and their columns."""

from dataclasses import asdict
from pathlib import Path

import click

from kpis.tables import TABLES
from workflows.options import common, print_json


@click.group("tables")
def COMMAND() -> None:  # noqa: N802
    """The standard tables that every source is mapped to. Example: meetlat tables list --json"""


@COMMAND.command("list")
@common
def listed(workspace: Path, lang: str, as_json: bool) -> None:  # noqa: ARG001
    """Print tables, columns, types and units. Example: meetlat tables list --json"""
    if as_json:
        print_json({"tables": [asdict(table) for table in TABLES.values()]})
        return
    for table in TABLES.values():
        print(f"{table.name}: {table.description}")
        for column in table.columns:
            marks = " ".join(mark for mark in ("key", "required") if getattr(column, mark))
            line = f"  {column.name:<18} {column.type:<8} {column.unit:<8} {marks:<13} {column.description}"
            print(line.rstrip())
