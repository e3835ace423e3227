"""`meetlat kpis list`: the KPIs of a workspace, ours and the hospital's own."""

from dataclasses import asdict
from pathlib import Path

import click

from governance.access import LOCAL_OPERATOR
from workflows.kpi_versions import every_definition
from workflows.opening import open_workspace
from workflows.options import common, print_json


@click.command("list")
@common
def list_kpis(workspace: Path, lang: str, as_json: bool) -> None:
    """Name every KPI. Example: meetlat kpis list --lang nl"""
    known = every_definition(LOCAL_OPERATOR, open_workspace(workspace))
    if as_json:
        print_json({"kpis": [asdict(kpi) for kpi in known.values()]})
        return
    for kpi in known.values():
        print(f"{kpi.id:<24} {kpi.label[lang]:<36} {kpi.unit[lang]}")
