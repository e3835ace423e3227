"""Under which addresses the app answers."""

from dataclasses import dataclass
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from core.settings import LOOPBACK, Settings
from workflows.sign_in import session_cookie

PORTS = {"http": 80, "https": 443}


class CookieRules(TypedDict):
    """What a browser may do with a cookie of ours."""

    httponly: bool
    samesite: Literal["lax"]
    secure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`origin` is the one address that people type; empty where that is this machine, on any port.

    cookie: the name of the one that holds the id of a session.
    """

    origin: str
    cookie: str
    language: str
    hospital: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """The site that the settings describe."""
        found = urlsplit(settings.public_url)
        return cls(
            origin=f"{found.scheme}://{found.netloc}".lower() if settings.public_url else "",
            cookie=session_cookie(settings),
            language=settings.lang,
            hospital=settings.hospital,
        )

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS."""
        return self.origin.startswith("https://")

    @property
    def cookie_rules(self) -> CookieRules:
        """No script reads it, other websites' forms do not send it, and it travels encrypted where we do."""
        return {"httponly": True, "samesite": "lax", "secure": self.secure}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names it answers to."""
        return (urlsplit(self.origin).hostname or "",) if self.origin else LOOPBACK

    def answers_to(self, host: str) -> bool:
        """Whether a request with this Host is meant for us."""
        if self.origin:
            return _place(f"{urlsplit(self.origin).scheme}://{host}") == _place(self.origin)
        found = _place(f"http://{host}")
        return found is not None and found[1] in LOOPBACK

    def is_own_page(self, origin: str, host: str) -> bool:
        """Whether a page with this origin is one of ours; `host` is the Host of the same request."""
        return self.answers_to(host) and _place(origin) == _place(self.origin or f"http://{host}")


def _place(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address that is nothing but those; None for any other text."""
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        return None
    if found.scheme not in PORTS or not found.hostname or address != f"{found.scheme}://{found.netloc}":
        return None
    if "@" in found.netloc or found.netloc.endswith(":"):
        return None
    return found.scheme, found.hostname, port or PORTS[found.scheme]
