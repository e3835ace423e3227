"""All pages of a search, by the server's own links or, where it gives none, by offset."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin

from core.errors import UserError
from core.language.text import N_
from data_connectors.fhir.bundle import Page, page
from data_connectors.pulling import Unreachable
from data_connectors.safe_http.client import Client, Request

ACCEPT = ("application/fhir+json", "application/json", "application/json+fhir")
STEPS_BACK = 50


@dataclass(slots=True, kw_only=True)
class Search:
    """One search of one type of resource."""

    client: Client
    base: str
    headers: dict[str, str] = field(repr=False)
    kind: str
    parameters: dict[str, str]
    size: int
    _urls: set[str] = field(default_factory=set)
    _prints: set[bytes] = field(default_factory=set)

    def pages(self) -> Iterator[Page]:
        """Pages until there are no more; a page that comes back is refused."""
        first = self._get(self._url())
        self._understood(first)
        yield first
        if first.next:
            yield from self._linked(first)
        elif first.matches and first.total != len(first.matches):
            yield from self._by_offset(first)

    def _understood(self, first: Page) -> None:
        """Refuse a search of which the server left a condition out, as it may, for then too much comes.

        It says so by the address that it searched by; one without any of our names says nothing.
        """
        told = {name for name, _ in parse_qsl(first.searched.partition("?")[2], keep_blank_values=True)}
        left_out = [name for name in self.parameters if name[0] != "_" and name not in told]
        if left_out and not told.isdisjoint((*self.parameters, "_count")):
            raise UserError(
                N_("The server does not search by '{name}' and would give everything."),
                where=self.client.allowed.target(self._url()).shown,
                remedy=N_("Check the search in the mapping, and which parameters this server knows."),
                name=left_out[0],
            )

    def _url(self, **more: object) -> str:
        asked = self.parameters | {"_count": str(self.size)} | {k: str(v) for k, v in more.items()}
        return f"{self.base.rstrip('/')}/{self.kind}?{urlencode(asked)}"

    def _get(self, url: str) -> Page:
        where = self.client.allowed.target(url).shown
        body = self.client.fetch(Request(url=url, accept=ACCEPT, headers=self.headers))
        return page(body, where)

    def _linked(self, first: Page) -> Iterator[Page]:
        found, here = first, self._url()
        self._new(found, here)
        while found.next:
            here = urljoin(here, found.next)
            if here in self._urls:
                raise self._loop(here)
            found = self._get(here)
            self._new(found, here)
            yield found

    def _new(self, found: Page, url: str) -> None:
        self._urls.add(url)
        if found.matches and found.print in self._prints:
            raise self._loop(url)
        self._prints.add(found.print)

    def _loop(self, url: str) -> UserError:
        return UserError(
            N_("The server gives the same page again, so its pages would never end."),
            where=self.client.allowed.target(url).shown,
            remedy=N_("Nothing of this run was kept. Ask the keeper of the server about its paging."),
        )

    def _by_offset(self, first: Page) -> Iterator[Page]:
        """Each page begins with the last resource of the page before, so that a list that moves is noticed.

        A resource that changes meanwhile goes to the end of the list and draws the others forward; then we go
        back until the pages join again. What comes twice is given once.
        """
        seen = {_version(one) for one in first.matches}
        before, offset, back = first, len(first.matches) - 1, 0
        while True:
            found = self._get(self._url(_offset=offset))
            if not back and self._repeats(found, before):
                if before is first and len(first.matches) < self.size:
                    return  # this server knows no offset, and gave less than a full page
                raise self._loop(self._url())
            if offset and not _joins(before, found):
                back += 1
                if back > STEPS_BACK:
                    raise self._moving()
                offset = max(0, offset - self.size)
                continue
            back = 0
            fresh = tuple(one for one in found.matches if _version(one) not in seen)
            if not fresh and len(found.matches) <= 1:
                return self._complete(len(seen), found)
            seen.update(map(_version, fresh))
            yield Page(matches=fresh, included=found.included, next="", total=found.total)
            before, offset = found, offset + len(found.matches) - 1

    def _repeats(self, found: Page, before: Page) -> bool:
        return len(found.matches) > 1 and found.print == before.print

    def _complete(self, received: int, found: Page) -> None:
        if found.total is not None and received < found.total:
            raise UserError(
                N_("The server says that there are {total} resources and gave {received}."),
                where=self.client.allowed.target(self._url()).shown,
                remedy=N_("Nothing of this run was kept. Ask the keeper of the server about its paging."),
                total=found.total,
                received=received,
            )

    def _moving(self) -> Unreachable:
        return Unreachable(
            N_("The list of {kind} changes faster than it can be read."),
            where=self.client.allowed.target(self._url()).shown,
            remedy=N_("Run it at a quieter hour, or ask for larger pages (page_size)."),
            kind=self.kind,
        )


def _joins(before: Page, found: Page) -> bool:
    last = _version(before.matches[-1])
    return any(_version(one) == last for one in found.matches)


def _version(resource: Any) -> tuple[str, str]:
    if not isinstance(resource, dict):
        return (repr(resource), "")
    meta = resource.get("meta")
    return str(resource.get("id")), str(meta.get("lastUpdated") if isinstance(meta, dict) else "")
