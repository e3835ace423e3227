"""From a host to its addresses: looked up once, private ones refused unless the source is internal."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock, Thread

from core.errors import UserError
from core.language.text import N_
from data_connectors.safe_http.places import Place

Resolver = Callable[[str, int], tuple[str, ...]]
Address = IPv4Address | IPv6Address

NAT64 = ip_network("64:ff9b::/96")


class Unresolved(Exception):
    """The name cannot be looked up now."""


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """The addresses that the system knows for a host, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def plain(text: str) -> Address:
    """An address without disguise: what an IPv6 address carries of IPv4 is taken out."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def permitted(text: str, *, internal: bool) -> bool:
    """Whether an address may be connected to. Link-local ones (cloud metadata) never may."""
    address = plain(text)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or (internal and (address.is_private or address.is_loopback))


@dataclass(slots=True, kw_only=True)
class AddressBook:
    """Looks every host up once per run, so that a name cannot change between check and use."""

    internal: bool
    resolver: Resolver = system_resolver
    _known: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def addresses(self, place: Place, seconds: float) -> tuple[str, ...]:
        """All addresses of a place; raises UserError when one is not permitted, Unresolved without any."""
        with self._lock:
            if place not in self._known:
                self._known[place] = self._checked(place, _within(seconds, self.resolver, place))
            return self._known[place]

    def _checked(self, place: Place, found: tuple[str, ...]) -> tuple[str, ...]:
        for address in found:
            if not permitted(address, internal=self.internal):
                raise UserError(
                    N_("{host} leads to {address}, an address inside a network or of the machine itself."),
                    where=str(place),
                    remedy=N_(
                        "If this server stands in the hospital's own network, write internal = true; "
                        "link-local addresses are never asked."
                    ),
                    host=place.host,
                    address=address,
                )
        return found


def _within(seconds: float, resolver: Resolver, place: Place) -> tuple[str, ...]:
    """The system's own look-up has no time limit, hence the thread."""
    found: list[tuple[str, ...]] = []

    def look_up() -> None:
        try:
            found.append(resolver(place.host, place.port))
        except (OSError, UnicodeError):
            found.append(())

    worker = Thread(target=look_up, daemon=True)
    worker.start()
    worker.join(max(0.0, seconds))
    if not found or not found[0]:
        raise Unresolved(place.host)
    return found[0]
