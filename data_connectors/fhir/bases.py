"""Which address a reference speaks of: that of the server itself, or of another one with its own persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Bases:
    """The addresses that a source goes by, as `same` has them; none where it is a folder of files."""

    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, addresses: Iterable[str]) -> "Bases":
        """Those addresses; empty ones are none."""
        return cls(frozenset(same(address) for address in addresses if address))

    def is_own(self, address: str) -> bool:
        """Whether what stands before a reference's type is left out or one of these."""
        return not address or same(address) in self.known


def same(address: str) -> str:
    """An address without what makes no other server of it: http or https, capitals in the host, a slash."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return address
    if parts.scheme not in _PORTS or not parts.hostname:
        return address
    usual = port == _PORTS[parts.scheme]
    return f"{parts.hostname}{'' if usual else f':{port}'}{parts.path.rstrip('/')}"
