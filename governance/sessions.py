"""Sessions of people who signed in, as rules: who they are by their provider, and when a session is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from core.errors import NotPermitted
from core.settings import Settings

LONGEST_NAME = 200
MOST_GROUPS = 2_000
CLOCK_SKEW = timedelta(minutes=5)
SHOWN_KEY, PIECE = 12, 4
"""So many characters of the hash of an id name a session to people, in pieces of so many."""

State = Literal["open", "idle", "too_old", "ended"]
EndedBy = Literal["signed_out", "revoked", "replaced", "idle", "too_old"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signed in. `subject` names the person in our tables; `name` is shown to that person alone."""

    subject: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session may rest, and how long it may last."""

    idle: timedelta
    longest: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that the settings give."""
        return cls(
            idle=timedelta(minutes=settings.idle_minutes), longest=timedelta(hours=settings.session_hours)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as it is kept. `key` is the hash of what the browser holds; moments have a zone."""

    key: str
    identity: Identity
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None

    @property
    def short_name(self) -> str:
        """By which people and the audit log name it; nobody comes in with that.

        In pieces, since the log masks seven digits in a row, which one name in ten would hold.
        """
        return "-".join(self.key[at : at + PIECE] for at in range(0, SHOWN_KEY, PIECE))

    def state(self, limits: Limits, now: datetime) -> State:
        """Whether it lets its holder in now, and if not, why. A session from the future lets nobody in."""
        if self.ended_at is not None:
            return "ended"
        if now - self.started_at >= limits.longest or self.started_at - now > CLOCK_SKEW:
            return "too_old"
        if now - self.seen_at >= limits.idle:
            return "idle"
        return "open"


def identity_of(claims: Mapping[str, Any], person_claim: str, groups_claim: str) -> Identity:
    """The person that the provider's claims speak of; raises NotPermitted where they do not name one."""
    subject = claims.get(person_claim)
    if not isinstance(subject, str) or not _is_a_name(subject):
        raise NotPermitted("The provider did not say who you are.")
    if person_claim == "email" and claims.get("email_verified") is False:
        raise NotPermitted("The provider has not verified your e-mail address.")
    name = claims.get("name")
    return Identity(
        subject=subject,
        name=name if isinstance(name, str) and _is_a_name(name) else subject,
        groups=frozenset(_names(_claim_at(claims, groups_claim))),
    )


def _is_a_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text.strip() == text


def _claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim, or one inside another, such as realm_access.roles; a claim of that very name comes first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for word in path.split("."):
        found = found.get(word) if isinstance(found, Mapping) else None
    return found


def _names(found: Any) -> Iterable[str]:
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list | tuple):
        return ()
    return [one for one in found[:MOST_GROUPS] if isinstance(one, str) and _is_a_name(one)]
