"""Secrets of sources: from the environment or from a file that only its owner can read, and nowhere else."""

import os
import stat

from core.errors import ConfigurationError
from core.language.text import N_
from storage.workspace import Workspace


def read_secret(workspace: Workspace, name: str) -> str:
    """The value of MEETLAT_SECRET_NAME, or of the file secret/NAME; raises ConfigurationError."""
    variable = f"MEETLAT_SECRET_{name.upper()}"
    if variable in os.environ:
        return os.environ[variable]
    path = workspace.root / "secret" / name
    if not name.isidentifier() or not path.is_file():
        raise ConfigurationError(
            N_("Secret '{name}' is not there."),
            remedy=N_("Set {variable}, or write it to secret/{name} in the workspace and type chmod 600."),
            name=name,
            variable=variable,
        )
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(
            N_("Other people on this machine can read the secret '{name}'."),
            where=str(path),
            remedy=N_("Type: chmod 600 {path}"),
            name=name,
            path=str(path),
        )
    return path.read_text("utf-8").strip()
