"""`meetlat quality completeness`: which share of what could have been measured was measured."""

from pathlib import Path
from typing import Any, cast, get_args

import click

from core.period import Every
from governance.access import LOCAL_OPERATOR
from reports.words_quality import coverage_sentence
from workflows.auditing import record
from workflows.commands.quality.asking import about_kpis
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.quality.completeness import CoverageRow, completeness
from workflows.quality.scope import Asked


@click.command("completeness")
@about_kpis
@click.option("--every", type=click.Choice(get_args(Every)), default="month", show_default=True)
@common
def show_completeness(asked: Asked, every: str, workspace: Path, lang: str, as_json: bool) -> None:
    """Which share was measured. Example: meetlat quality completeness --kpi note_time_enc --every week"""
    opened = open_workspace(workspace)
    found = completeness(LOCAL_OPERATOR, opened, asked, cast(Every, every))
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    if as_json:
        print_json({"rows": [_row(one, lang) for one in found]})
        return
    for one in found:
        shown = one.coverage.value
        text = coverage_sentence(one.kpi, shown, lang) if shown is not None else one.coverage.mark
        print(f"{one.kpi.id:<22} {one.department:<28} {one.period.label:<10} {text}")


def _row(one: CoverageRow, lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kpi": one.kpi.id,
        "unit": one.department,
        "period": one.period.label,
        "over": one.over,
    }
    shown = one.coverage.value
    if shown is None:
        return row | {"status": "suppressed", "share": None, "show": one.coverage.mark}
    return row | {
        "status": shown.status,
        "share": shown.share,
        "at_least": shown.at_least,
        "message": coverage_sentence(one.kpi, shown, lang),
    }
