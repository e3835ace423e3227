"""A line to a server that stalls, drips or is cut after a number of bytes."""

import socket
import time
from contextlib import suppress
from threading import Event, Thread
from typing import Self

BLOCK = 16_384


class Line:
    """Listens on a port of its own and passes on what a server says; after `after` bytes it fails.

    fault: "cut", "stall", "drip" or "" for none.
    """

    def __init__(self, port: int, fault: str, after: int) -> None:
        self._server, self.fault, self.after = port, fault, after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._over = Event()
        self._open: list[socket.socket] = []
        self.failed = False

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self._open += [client, server]
                Thread(target=self._pass, args=(client, server, False), daemon=True).start()
                Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        passed = 0
        with suppress(OSError):
            while block := source.recv(BLOCK):
                passed += len(block)
                if counted and self.fault and passed > self.after and not self._fail(source, target):
                    return
                target.sendall(block)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _fail(self, source: socket.socket, target: socket.socket) -> bool:
        """Whether to go on after all."""
        self.failed = True
        if self.fault == "drip":
            time.sleep(0.005)
            return True
        if self.fault == "stall":
            self._over.wait()
            return False
        for one in (source, target):
            one.shutdown(socket.SHUT_RDWR)
        return False
