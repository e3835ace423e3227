"""`meetlat quality sustained`: who still uses the tool weeks after first use."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from governance.access import LOCAL_OPERATOR
from reports.words_use import together_name, using_text
from workflows.auditing import record
from workflows.commands.quality.asking import about_departments
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.quality.scope import Asked
from workflows.quality.sustained import SustainedRow, sustained


@click.command("sustained")
@about_departments
@common
def show_sustained(asked: Asked, workspace: Path, lang: str, as_json: bool) -> None:
    """Who still uses the tool after weeks. Example: meetlat quality sustained --json"""
    opened = open_workspace(workspace)
    found = sustained(LOCAL_OPERATOR, opened, asked)
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    if as_json:
        print_json({"rows": [_row(one) for one in found]})
        return
    for one in found:
        shown = one.found.value
        text = one.found.mark
        if shown is not None:
            text = using_text(shown.using, shown.at_risk, (shown.low, shown.high), lang)
        print(f"{one.department or together_name(lang):<28} {one.week:>4}  {text}")


def _row(one: SustainedRow) -> dict[str, Any]:
    row: dict[str, Any] = {"unit": one.department or None, "week": one.week}
    shown = one.found.value
    if shown is None:
        return row | {"status": "suppressed", "show": one.found.mark}
    return row | {"status": "value", **asdict(shown)}
