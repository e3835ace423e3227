"""`meetlat serve`: the app on a workspace."""

from pathlib import Path

import click

from workflows.opening import open_workspace
from workflows.options import common
from workflows.serving import serve


@click.command("serve")
@click.option(
    "--browser/--no-browser", default=True, show_default=True, help="Open the address in a browser."
)
@common
def COMMAND(workspace: Path, lang: str, as_json: bool, browser: bool) -> int:  # noqa: N802, ARG001
    """Serve the app on the workspace. Example: meetlat serve --workspace ./workspace"""
    return serve(open_workspace(workspace), open_browser=browser)
