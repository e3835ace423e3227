"""The network under httpcore: connects to checked addresses only, and every wait ends at the deadline."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from ssl import SSLCertVerificationError, SSLContext
from typing import Any

import httpcore

from data_connectors.safe_http.addresses import AddressBook
from data_connectors.safe_http.places import Place

CONNECTING = 10.0
"""Seconds for one address, so that a dead one leaves time for the next."""


class Untrusted(Exception):
    """The certificate is not that of the host, or nobody we trust signed it; asking again changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment of time.monotonic()."""

    at: float

    @property
    def left(self) -> float:
        """Seconds until then, never negative."""
        return max(0.0, self.at - time.monotonic())

    def wait(self, kind: type[Exception]) -> float:
        """Seconds for one wait on the network; raises `kind` when there are none left."""
        left = self.left
        if left <= 0:
            raise kind("deadline")
        return left


class DeadlineStream(httpcore.NetworkStream):
    """A connection of which no read or write outlives the deadline, however little comes at a time."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """What has come, within the deadline."""
        return self._inner.read(max_bytes, self._deadline.wait(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send all, within the deadline."""
        self._inner.write(buffer, self._deadline.wait(httpcore.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate must be that of the host by name, although we connected by address."""
        seconds = min(CONNECTING, self._deadline.wait(httpcore.ConnectTimeout))
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, SSLCertVerificationError):
                raise Untrusted(error.__cause__.verify_message.rstrip(".")) from None
            raise
        return DeadlineStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Whatever the connection knows about itself."""
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for one request to one place."""

    def __init__(self, place: Place, book: AddressBook, deadline: Deadline) -> None:
        self._place, self._book, self._deadline = place, book, deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the place says where to, not the request
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the checked addresses in turn."""
        failure: Exception = httpcore.ConnectError(self._place.host)
        for address in self._book.addresses(self._place, min(CONNECTING, self._deadline.left)):
            seconds = min(CONNECTING, self._deadline.wait(httpcore.ConnectTimeout))
            try:
                stream = self._network.connect_tcp(
                    address, self._place.port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise failure
