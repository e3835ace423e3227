"""Cuts the line to a server that has stopped answering, which no limit inside that server can do."""

import os
import socket
import time
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

TICK = 0.1
GRACE = 5.0
"""Seconds that a server gets to end a slow statement by itself."""


class Watchdog:
    """Watches one connection while it is open; `fed` is called whenever something came in.

    A driver that does not show its socket keeps to its own time limits instead.
    """

    def __init__(self, seconds: float, deadline: float) -> None:
        self.deadline = deadline
        self._patience = seconds + GRACE
        self._connection: Any = None
        self._last = time.monotonic()
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def watch(self, connection: Any, _record: object = None) -> None:
        """A connection was made."""
        self._connection = connection if hasattr(connection, "fileno") else None
        self.fed()

    def fed(self) -> None:
        """Something came in just now."""
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(TICK):
            if time.monotonic() > min(self.deadline, self._last + self._patience):
                return self._cut()
        return None

    def _cut(self) -> None:
        try:
            with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        except Exception:  # noqa: S110 - no socket, or one that is closed by now: nothing to cut
            pass
