"""`meetlat governance dossier`: everything that was recorded, as one file."""

from hashlib import sha256
from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from workflows.governance import dossier as making
from workflows.options import common, print_json
from workflows.whole_file import write_whole


@click.command("dossier")
@click.argument("pilot")
@click.option("-o", "--out", "path", required=True, type=click.Path(path_type=Path), help="A ZIP file.")
@common
def dossier(pilot: str, path: Path, workspace: Path, lang: str, as_json: bool) -> None:
    """All records and evidence of PILOT. Example: meetlat governance dossier ambient-a -o dossier.zip"""
    made = making.dossier(LOCAL_OPERATOR, Workspace.open(workspace), pilot, lang)
    write_whole(path, made)
    found = {"pilot": pilot, "file": str(path), "bytes": len(made), "sha256": sha256(made).hexdigest()}
    if as_json:
        print_json(found)
    else:
        print(f"{path}  {found['sha256']}")
