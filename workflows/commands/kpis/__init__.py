"""`meetlat kpis ...`: look KPIs up, explain their numbers, keep definitions of one's own."""

import click

from workflows.commands.kpis.explaining import explain_number
from workflows.commands.kpis.listing import list_kpis
from workflows.commands.kpis.own import certify_kpi, check_kpis, copy_kpi
from workflows.commands.kpis.showing import show_kpi, show_versions


@click.group("kpis")
def COMMAND() -> None:  # noqa: N802
    """The KPIs that can be measured. Example: meetlat kpis list --json"""


for _command in (list_kpis, show_kpi, explain_number, show_versions, copy_kpi, check_kpis, certify_kpi):
    COMMAND.add_command(_command)
