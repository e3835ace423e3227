"""Open the workspace that the app shows, and tell which data it shows."""

from pathlib import Path

from governance.access import EVERYTHING
from storage import cube, rebases, repository
from storage.workspace import Workspace

__all__ = ["Workspace", "data_version", "open_workspace"]


def open_workspace(path: Path) -> Workspace:
    """The workspace in a folder; raises ConfigurationError when its settings cannot be."""
    return Workspace.open(path)


def data_version(workspace: Workspace) -> str:
    """A name that changes whenever the cube, a plan or a rebase does; it says nothing about them."""
    version, everything = cube.current(workspace), workspace.within(EVERYTHING)
    plans = (registered.plan_sha256 for registered in repository.registered(everything))
    return " ".join((version.name if version is not None else "", rebases.state(everything), *plans))
