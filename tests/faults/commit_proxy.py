"""A proxy before PostgreSQL that passes a COMMIT on and drops the line before its answer comes back."""

import socket
import threading
from contextlib import suppress
from time import sleep
from types import TracebackType

from sqlalchemy import make_url

PATIENCE = 0.05
"""Seconds for the server to take the commit before the line goes."""


class CommitProxy:
    """Listens on this machine; `url` leads through it. One line is dropped per call of drop_commit."""

    def __init__(self, url: str) -> None:
        target = make_url(url)
        self._target = (target.host or "127.0.0.1", target.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._armed = threading.Event()
        self._others = 0
        self.dropped = 0
        port = self._listener.getsockname()[1]
        self.url = target.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def drop_commit(self, after: int = 0) -> None:
        """A COMMIT on any line is passed on, and its answer is not; so many others go well before it."""
        self._others = after
        self._armed.set()

    def __enter__(self) -> "CommitProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            threading.Thread(target=self._forward, args=(near, far), daemon=True).start()
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65_536):
                commits = self._armed.is_set() and b"COMMIT" in data.upper()
                if commits and self._others:
                    self._others -= 1
                elif commits:
                    self._armed.clear()
                    self.dropped += 1
                    _close(near)  # first, so that the answer has nowhere to go
                    far.sendall(data)
                    sleep(PATIENCE)
                    break
                far.sendall(data)
        _close(near)
        _close(far)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65_536):
                near.sendall(data)
        _close(near)
        _close(far)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
