"""One page of a search, read with suspicion."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import from_json, to_json

from core.errors import UserError
from core.language.text import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """matches: resources that were asked for. included: others that came along. next: where the rest is.

    searched: the address of the search as the server understood it, or nothing.
    """

    matches: tuple[Any, ...]
    included: tuple[dict[str, Any], ...]
    next: str
    total: int | None
    searched: str = ""

    @property
    def print(self) -> bytes:
        """The same for pages with the same content."""
        return sha256(to_json(self.matches)).digest()


def page(body: bytes, where: str) -> Page:
    """Read a Bundle; raises UserError when it is none."""
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise UserError(
            N_("The answer is cut off or is not JSON."),
            where=where,
            remedy=N_("Nothing of this run was kept. Ask the keeper of the server."),
        ) from None
    if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
        raise _no_bundle(found, where)
    entries = found.get("entry") or []
    links = found.get("link") or []
    if not isinstance(entries, list) or not isinstance(links, list):
        raise _no_bundle(found, where)
    matches, included = [], []
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else entry
        mode = _mode(entry)
        if mode == "include":
            included.append(resource)
        elif mode != "outcome":
            matches.append(resource)
        elif _failed(resource):
            raise UserError(
                N_("The server says that it could not answer this search in full."),
                where=where,
                remedy=N_("Nothing of this run was kept. Ask the keeper of the server."),
            )
    total = found.get("total")
    return Page(
        matches=tuple(matches),
        included=tuple(one for one in included if isinstance(one, dict)),
        next=_linked(links, "next"),
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        searched=_linked(links, "self"),
    )


def _mode(entry: Any) -> str:
    search = entry.get("search") if isinstance(entry, dict) else None
    return str(search.get("mode", "")) if isinstance(search, dict) else ""


def _failed(outcome: Any) -> bool:
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    listed = issues if isinstance(issues, list) else ()
    return any(isinstance(one, dict) and one.get("severity") in ("error", "fatal") for one in listed)


def _kind(resource: Any) -> str:
    return str(resource.get("resourceType", "")) if isinstance(resource, dict) else ""


def _linked(links: list[Any], relation: str) -> str:
    found = (link.get("url") for link in links if isinstance(link, dict) and link.get("relation") == relation)
    return next((str(url) for url in found if url), "")


def _no_bundle(found: Any, where: str) -> UserError:
    return UserError(
        N_("The answer is no list of search results but '{kind}'."),
        where=where,
        remedy=N_("Check the address (it ends where the names of resources begin) and the search."),
        kind=_kind(found)[:40] or "-",
    )
