"""Secrets: from the environment or from a file that only its owner can read, and nowhere else."""

import os
import secrets
import stat
from contextlib import suppress

from core.errors import ConfigurationError
from core.language.text import N_
from storage.workspace import Workspace

RANDOM_BYTES = 48


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


def read_or_make_secret(workspace: Workspace, name: str) -> str:
    """The secret; where there is none, a random one is made and kept in secret/NAME for the next time."""
    path = workspace.root / "secret" / name
    if f"MEETLAT_SECRET_{name.upper()}" not in os.environ and not path.exists():
        with suppress(FileExistsError):  # another process made it meanwhile
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(RANDOM_BYTES) + "\n")
    return read_secret(workspace, name)
