"""`meetlat quality funnel`: from eligible visits to signed drafts."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args

import click

from core.period import Every
from governance.access import LOCAL_OPERATOR
from kpis.quality.use_funnel import FunnelStage
from kpis.statistics.funnel import Conversion
from reports.words_use import stage_text
from workflows.auditing import record
from workflows.commands.quality.asking import about_departments
from workflows.opening import open_workspace
from workflows.options import common, print_json
from workflows.quality.funnel import FunnelRow, funnels
from workflows.quality.scope import Asked


@click.command("funnel")
@about_departments
@click.option("--every", type=click.Choice(get_args(Every)), default="month", show_default=True)
@common
def show_funnel(asked: Asked, every: str, workspace: Path, lang: str, as_json: bool) -> None:
    """How far drafts come. Example: meetlat quality funnel --unit cardiologie --every month"""
    opened = open_workspace(workspace)
    found = funnels(LOCAL_OPERATOR, opened, asked, cast(Every, every))
    record(LOCAL_OPERATOR, opened, "viewed", "quality", asked.unit or "")
    if as_json:
        print_json({"rows": [_row(one) for one in found]})
        return
    for one in found:
        small = one.stages.policy.minimum_patients
        stages = [stage_text(each, small, lang) for each in one.stages.value or ()]
        text = " → ".join(text for text in stages if text) or one.stages.mark
        print(f"{one.department:<28} {one.period.label:<10} {text}{'' if one.over else ' …'}")


def _row(one: FunnelRow) -> dict[str, Any]:
    row = {"unit": one.department, "period": one.period.label, "over": one.over}
    if one.stages.value is None:
        return row | {"status": "suppressed", "show": one.stages.mark, "stages": []}
    return row | {"status": "value", "stages": [_stage(each) for each in one.stages.value]}


def _stage(one: FunnelStage) -> dict[str, Any]:
    found = one.stage
    return {
        "stage": one.name,
        "count": found.count if found is not None else None,
        "from_previous": _conversion(found.from_previous) if found is not None else None,
        "from_first": _conversion(found.from_first) if found is not None else None,
        "problem": found.problem if found is not None else one.unshown,
    }


def _conversion(found: Conversion | None) -> dict[str, Any] | None:
    return asdict(found) if found is not None else None
