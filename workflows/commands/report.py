"""`meetlat report`: a pilot's report as a file."""

from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say
from workflows.publish import PLANNED, known_formats, publish


@click.command("report")
@click.argument("pilot")
@click.option(
    "--format", "format_", type=click.Choice([*known_formats(), *PLANNED]), default="pdf", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: PILOT-LANG.FORMAT, here.")
@common
def COMMAND(  # noqa: N802
    pilot: str, format_: str, output: Path | None, workspace: Path, lang: str, as_json: bool
) -> int:
    """Write the report of PILOT. Example: meetlat report ambient-a --format pdf --lang nl -o ambient.pdf"""
    path = output or Path(f"{pilot}-{lang}.{format_}")
    made = publish(LOCAL_OPERATOR, Workspace.open(workspace), pilot, format_, lang, path)
    if as_json:
        print_json({"file": str(made.path), "format": format_, "bytes": made.size, "sha256": made.sha256})
    else:
        say(str(made.path))
    return EXIT_SET_ASIDE if made.incomplete else 0
