"""Ask and ask again: retries with jitter, redirects within the list, and checks on what comes back."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from random import SystemRandom
from ssl import SSLContext, create_default_context
from urllib.parse import urljoin

import httpcore

from core.errors import UserError
from core.language.text import N_, Text
from data_connectors.pulling import Unreachable
from data_connectors.safe_http.addresses import AddressBook, Unresolved
from data_connectors.safe_http.backend import CheckedBackend, Deadline, Untrusted
from data_connectors.safe_http.body import Broken, collect
from data_connectors.safe_http.places import Allowed, Target

AGAIN = frozenset({429, 500, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
DROPPED = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    Unresolved,
    Broken,
)
FIRST_WAIT, LONGEST_WAIT, LONGEST_RETRY_AFTER = 0.5, 30.0, 120.0
REDIRECTS = 3


@lru_cache(maxsize=8)
def trusted(ca_file: str | None) -> SSLContext:
    """Who may sign certificates: those in a file, or whom the machine trusts."""
    return create_default_context(cafile=ca_file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """deadline: a time.monotonic() for everything together. seconds: for one answer."""

    deadline: float
    seconds: float = 60.0
    largest: int = 64_000_000
    tries: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. accept: media types of which the answer must have one."""

    url: str
    accept: tuple[str, ...]
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Client:
    """Requests to the places of one source."""

    allowed: Allowed
    limits: Limits
    book: AddressBook = field(init=False)
    resolver: Callable[[str, int], tuple[str, ...]] | None = None
    trust: SSLContext | None = None
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = SystemRandom().random

    def __post_init__(self) -> None:
        """Start with an empty address book."""
        self.book = AddressBook(internal=self.allowed.internal)
        if self.resolver is not None:
            self.book.resolver = self.resolver
        self.trust = self.trust or trusted(None)

    def fetch(self, request: Request) -> bytes:
        """The body of a good answer; raises UserError with one sentence for everything else."""
        target = self.allowed.target(request.url)
        reason = Text("")
        for attempt in range(self.limits.tries):
            try:
                answer = self._follow(request, target)
            except Untrusted as error:
                raise _untrusted(error, target) from None
            except DROPPED as error:
                reason, asked = _spoken(error), 0.0
            else:
                if answer.status not in AGAIN:
                    return _checked(answer, request, target)
                reason, asked = (
                    Text(N_("status {status}"), {"status": answer.status}),
                    _retry_after(answer.headers),
                )
            if attempt + 1 < self.limits.tries and not self._pause(attempt, asked):
                break
        raise Unreachable(
            N_("The server gave no usable answer ({reason})."),
            where=target.shown,
            remedy=N_("Nothing of this run was kept. Try again later, or ask the keeper of the server."),
            reason=reason,
        )

    def _pause(self, attempt: int, asked: float) -> bool:
        """Wait before the next try; False when that would pass the deadline."""
        backoff = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt) * (0.5 + self.jitter() / 2)
        seconds = max(backoff, min(asked, LONGEST_RETRY_AFTER))
        if seconds >= Deadline(at=self.limits.deadline).left:
            return False
        self.sleep(seconds)
        return True

    def _follow(self, request: Request, target: Target) -> _Answer:
        home = target.place
        for _ in range(REDIRECTS + 1):
            answer = self._ask(request, target, own=target.place == home)
            if answer.status not in MOVED or request.method != "GET":
                return answer
            location = answer.headers.get("location", "")
            target = self.allowed.target(urljoin(f"{target.place}{target.request_line}", location))
        raise UserError(N_("The server keeps pointing elsewhere."), where=target.shown)

    def _ask(self, request: Request, target: Target, *, own: bool) -> _Answer:
        """One exchange on a connection of its own. own: secrets go to the place they belong to only."""
        at = min(self.limits.deadline, time.monotonic() + self.limits.seconds)
        backend = CheckedBackend(target.place, self.book, Deadline(at=at))
        place = target.place
        url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=target.request_line)
        headers = {"Host": place.authority, "Accept": ", ".join(request.accept), "Accept-Encoding": "gzip"}
        headers |= {"Connection": "close", "User-Agent": "meetlat"} | (dict(request.headers) if own else {})
        with (
            httpcore.ConnectionPool(ssl_context=self.trust, network_backend=backend) as pool,
            pool.stream(request.method, url, headers=list(headers.items()), content=request.content) as found,
        ):
            received = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in found.headers
            }
            encoding = received.get("content-encoding", "").strip().lower()
            body = collect(found.iter_stream(), encoding, self.limits.largest, target.shown)
            return _Answer(status=found.status, headers=received, body=body)


def _checked(answer: _Answer, request: Request, target: Target) -> bytes:
    if answer.status in (401, 403):
        raise UserError(
            N_("The server does not let us in (status {status})."),
            where=target.shown,
            remedy=N_("Check the token or the user name and password, and what they give a right to."),
            status=answer.status,
        )
    if answer.status != 200:
        raise UserError(
            N_("The server refuses this request (status {status})."),
            where=target.shown,
            remedy=N_("Check the address and the search in the mapping."),
            status=answer.status,
        )
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in request.accept:
        raise UserError(
            N_("The answer is of type '{media}' and not {accept}: perhaps a page to log in."),
            where=target.shown,
            remedy=N_("Check the address and whether this server asks for a token."),
            media=media[:60] or "-",
            accept=", ".join(request.accept),
        )
    return answer.body


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that the server asks for, as a number or a date; 0 when it says nothing readable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


LOST = (
    (Unresolved, N_("its name leads to no address")),
    (httpcore.ConnectTimeout, N_("no connection in time")),
    (httpcore.ConnectError, N_("no connection")),
    (httpcore.TimeoutException, N_("too slow")),
    (httpcore.ProtocolError, N_("the answer was cut off or is not HTTP")),
    (Broken, N_("the packed answer was cut off")),
)


def _spoken(error: Exception) -> Text:
    """Why a line was lost."""
    return Text(next((words for kind, words in LOST if isinstance(error, kind)), N_("the line was dropped")))


def _untrusted(error: Untrusted, target: Target) -> UserError:
    return UserError(
        N_("The certificate of this server is not valid here: {reason}."),
        where=target.shown,
        remedy=N_("Check the host; if the hospital signs its own certificates, name theirs in ca_file."),
        reason=str(error),
    )
