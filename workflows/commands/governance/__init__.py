"""`meetlat governance ...`: the checklist of a pilot, its phase, what falls due, and the dossier."""

import click

from workflows.commands.governance.bias import bias
from workflows.commands.governance.dossier import dossier
from workflows.commands.governance.due import due
from workflows.commands.governance.phase import phase
from workflows.commands.governance.show import show
from workflows.commands.governance.sign import change, sign


@click.group("governance")
def COMMAND() -> None:  # noqa: N802
    """The checklist, the phase and the dossier of a pilot. Example: meetlat governance show ambient-a"""


for command in (show, sign, change, due, phase, bias, dossier):
    COMMAND.add_command(command)
