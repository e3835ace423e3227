"""`meetlat kpis ...`: look KPIs up, explain their numbers, keep definitions of one's own."""

import click

from workflows.commands.kpis.listing import list_kpis


@click.group("kpis")
def COMMAND() -> None:  # noqa: N802
    """The KPIs that can be measured. Example: meetlat kpis list --json"""


for _command in (list_kpis,):
    COMMAND.add_command(_command)
