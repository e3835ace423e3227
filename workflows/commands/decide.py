"""`meetlat decide`: scale, extend, stop or cannot tell, with reasons."""

from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from reports.decision_json import decision_json
from reports.evaluation_json import anything_missing
from reports.pilot_text import decision_text
from storage.workspace import Workspace
from workflows.decide import log_verdict
from workflows.options import EXIT_SET_ASIDE, common, print_json
from workflows.overview import pilot_view


@click.command("decide")
@click.argument("pilot")
@common
def COMMAND(pilot: str, workspace: Path, lang: str, as_json: bool) -> int:  # noqa: N802
    """Give the verdict on PILOT with its reasons. Example: meetlat decide ambient-a --json"""
    opened = Workspace.open(workspace)
    view = pilot_view(LOCAL_OPERATOR, opened, pilot)
    log_verdict(LOCAL_OPERATOR, opened, view.pilot, view.decision)
    if as_json:
        print_json(decision_json(view.decision, view.evaluation, lang))
    else:
        print(decision_text(view, lang))
    return EXIT_SET_ASIDE if anything_missing(view.evaluation) else 0
