"""Open the workspace that the app shows, and tell which data it shows."""

from pathlib import Path

import click

from governance.access import EVERYTHING
from storage import cube, governance_records, rebases, repository
from storage.workspace import Workspace

__all__ = ["Workspace", "data_version", "open_workspace"]


def open_workspace(path: Path) -> Workspace:
    """The workspace in a folder; raises ConfigurationError when its settings cannot be.

    A command that opens it lets go of its database when it ends.
    """
    workspace = Workspace.open(path)
    command = click.get_current_context(silent=True)
    if command is not None:
        command.call_on_close(workspace.engine.dispose)
    return workspace


def data_version(workspace: Workspace) -> str:
    """A name that changes whenever the cube, a plan, a rebase or a record of governance does."""
    version, everything = cube.current(workspace), workspace.within(EVERYTHING)
    plans = (registered.plan_sha256 for registered in repository.registered(everything))
    name = version.name if version is not None else ""
    return " ".join((name, rebases.state(everything), governance_records.state(everything), *plans))
