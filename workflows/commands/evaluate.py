"""`meetlat evaluate`: all KPIs of a registered pilot."""

from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from reports.evaluation_json import anything_missing, evaluation_json
from reports.pilot_text import evaluation_text
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.options import EXIT_SET_ASIDE, common, print_json
from workflows.overview import pilot_view


@click.command("evaluate")
@click.argument("pilot")
@common
def COMMAND(pilot: str, workspace: Path, lang: str, as_json: bool) -> int:  # noqa: N802
    """Estimate every KPI of PILOT. Example: meetlat evaluate ambient-a --json"""
    opened = Workspace.open(workspace)
    view = pilot_view(LOCAL_OPERATOR, opened, pilot)
    record(LOCAL_OPERATOR, opened, "viewed", "pilot", view.pilot.pilot.id)
    if as_json:
        print_json(evaluation_json(view.evaluation, lang))
    else:
        print(evaluation_text(view, lang))
    return EXIT_SET_ASIDE if anything_missing(view.evaluation) else 0
