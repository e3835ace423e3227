"""`meetlat rotate`: a new secret on top of the pseudonym key."""

from pathlib import Path

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.rotate import rotate

DONE = N_(
    "The pseudonym key was rotated; {files} files followed. Keep a copy of the new key, and close the old."
)


@click.command("rotate")
@common
def COMMAND(workspace: Path, lang: str, as_json: bool) -> None:  # noqa: N802
    """Rotate the pseudonym key with everything that is stored. Example: meetlat rotate --workspace W"""
    files = rotate(LOCAL_OPERATOR, open_workspace(workspace))
    if as_json:
        print_json({"files": files})
    else:
        print(Text(DONE, {"files": files}).render(lang))
