"""`meetlat governance bias`: whether a pilot's tool works alike for every group."""

from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from reports.bias_json import bias_json
from reports.words_bias import bias_lines
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.governance.bias import bias_check
from workflows.options import common, print_json


@click.command("bias")
@click.argument("pilot")
@common
def bias(pilot: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Whether the tool of PILOT works alike for every group. Example: meetlat governance bias ambient-a"""
    opened = Workspace.open(workspace)
    found = bias_check(LOCAL_OPERATOR, opened, pilot)
    record(LOCAL_OPERATOR, opened, "viewed", "pilot", pilot)
    if as_json:
        print_json({"pilot": pilot, **bias_json(found.outcome, found.kpis, lang)})
        return
    for line in bias_lines(found.outcome, found.kpis, lang):
        print(line)
