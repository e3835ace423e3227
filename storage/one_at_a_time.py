"""One at a time: a lock that the operating system drops when its holder dies."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import UserError
from core.language.text import N_

WAIT_SECONDS = 60.0


class Busy(UserError):
    """Another process holds the lock."""


@contextmanager
def only_one(root: Path, wait: float = WAIT_SECONDS, name: str = "intake") -> Iterator[None]:
    """Hold a lock of the workspace; a second holder waits, then raises Busy."""
    with closing(sqlite3.connect(root / f"{name}.lock", timeout=wait, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise Busy(
                N_("Another intake is at work in this workspace."),
                where=str(root),
                remedy=N_("Try again when it is done."),
            ) from None
        yield
