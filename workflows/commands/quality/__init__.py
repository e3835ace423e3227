"""`meetlat quality ...`: whether the numbers can be trusted, and how the tool is used."""

import click

from workflows.commands.quality.agreement import show_agreement
from workflows.commands.quality.completeness import show_completeness
from workflows.commands.quality.drift import show_drift
from workflows.commands.quality.funnel import show_funnel
from workflows.commands.quality.lateness import show_lateness
from workflows.commands.quality.sustained import show_sustained


@click.group("quality")
def COMMAND() -> None:  # noqa: N802
    """Whether the numbers can be trusted. Example: meetlat quality completeness --json"""


for _command in (
    show_completeness,
    show_lateness,
    show_drift,
    show_funnel,
    show_sustained,
    show_agreement,
):
    COMMAND.add_command(_command)
