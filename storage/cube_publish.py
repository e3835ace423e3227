"""The pointer to the current version of the cube, and the end of versions that nobody needs any more."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.database import writing
from storage.schema import cube_versions
from storage.workspace import Workspace

KEPT_VERSIONS = 3


def sha256(content: Any) -> str:
    """The fingerprint of plain values."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def publish(workspace: Workspace, name: str, position: int, fingerprint: str) -> None:
    """Point readers to a version and remove all but the newest few."""
    with writing(workspace.engine) as connection:
        _point(connection, name, position, fingerprint)
        kept = _newest(connection)
    _forget(workspace.root / "cube", kept)


def remove_all(workspace: Workspace) -> None:
    """Remove every version, the current one too: what was erased may not live on in any."""
    with writing(workspace.engine) as connection:
        connection.execute(delete(cube_versions))
    _forget(workspace.root / "cube", set())


def _point(connection: Connection, name: str, position: int, fingerprint: str) -> None:
    connection.execute(update(cube_versions).values(current=False).where(cube_versions.c.current))
    known = connection.scalar(select(cube_versions.c.id).where(cube_versions.c.name == name))
    if known is not None:
        connection.execute(update(cube_versions).values(current=True).where(cube_versions.c.id == known))
        return
    connection.execute(
        insert(cube_versions).values(
            name=name,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ledger_position=position,
            fingerprint=fingerprint,
            current=True,
        )
    )


def _newest(connection: Connection) -> set[str]:
    newest = select(cube_versions.c.name).order_by(cube_versions.c.id.desc()).limit(KEPT_VERSIONS)
    pointed = select(cube_versions.c.name).where(cube_versions.c.current)
    return {*connection.scalars(newest), *connection.scalars(pointed)}


def _forget(folder: Path, kept: set[str]) -> None:
    for version in folder.iterdir():
        if version.is_dir() and version.name not in kept and not version.name.startswith("."):
            shutil.rmtree(version, ignore_errors=True)
