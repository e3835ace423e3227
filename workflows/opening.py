"""Open the workspace that the app shows."""

from pathlib import Path

from storage.workspace import Workspace

__all__ = ["Workspace", "open_workspace"]


def open_workspace(path: Path) -> Workspace:
    """The workspace in a folder; raises ConfigurationError when its settings cannot be."""
    return Workspace.open(path)
