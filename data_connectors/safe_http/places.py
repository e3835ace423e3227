"""Where a source may go: a list of (scheme, host, port), and the one way in which an address is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import ConfigurationError, UserError
from core.language.text import N_, Text

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One server, named exactly."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def authority(self) -> str:
        """What a Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place and what is asked of it. Requests are built from these parts, never from the text again."""

    place: Place
    path: str
    query: str

    @property
    def shown(self) -> str:
        """For people: without the query, which may hold identifiers or tickets."""
        return f"{self.place}{self.path}"

    @property
    def request_line(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


def target(url: str) -> Target:
    """Read an address; raises UserError for anything that two readers could understand differently."""
    if not url.isascii() or any(letter <= " " or letter in '\\"<>^`{|}\x7f' for letter in url):
        raise _unclear(N_("it has a character that does not belong there"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unclear(N_("its host or port cannot be read")) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise _unclear(N_("it does not begin with https:// or http:// and a host"))
    if "@" in parts.netloc:
        raise _unclear(N_("it holds a user name or password"))
    host = parts.hostname.lower().removesuffix(".")
    if not host or "%" in host or port == 0:
        raise _unclear(N_("its host or port cannot be read"))
    place = Place(scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme])
    return Target(place=place, path=parts.path or "/", query=parts.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The list. internal: its hosts stand in the hospital's own network, so private addresses are right."""

    places: frozenset[Place]
    internal: bool = False

    def target(self, url: str) -> Target:
        """The target of an address that is on the list; raises UserError for any other."""
        found = target(url)
        if found.place not in self.places:
            raise UserError(
                N_("{place} is not on the list of places that this source may go to."),
                remedy=N_("Allowed: {allowed}. If it belongs to the source, add it under also = [...]."),
                place=str(found.place),
                allowed=", ".join(sorted(map(str, self.places))),
            )
        return found


def allowed(urls: Iterable[str], *, internal: bool) -> Allowed:
    """The list that a source's options make; plain http is for the hospital's own network only."""
    places = frozenset(target(url).place for url in urls)
    for place in places:
        if place.scheme == "http" and not internal:
            raise ConfigurationError(
                N_("{place} is asked without encryption."),
                remedy=N_("Write https://, or internal = true when it stands in the hospital's own network."),
                place=str(place),
            )
    return Allowed(places=places, internal=internal)


def _unclear(reason: str) -> UserError:
    return UserError(
        N_("The address of a server is refused: {reason}."),
        remedy=N_("Write it as https://host:port/path."),
        reason=Text(reason),
    )
