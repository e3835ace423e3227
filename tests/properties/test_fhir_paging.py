"""Paging by offset loses nothing, whatever changes while the list is read; nor does a strange page."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic_core import to_json

from core.errors import UserError
from data_connectors.fhir.bundle import Page, page
from data_connectors.fhir.resources import Rejections, validator
from data_connectors.fhir.rows import unwound
from data_connectors.fhir.search import Search
from data_connectors.safe_http.client import Client, Limits
from data_connectors.safe_http.places import allowed
from tests.hypothesis_profiles import examples
from tests.servers.fhir import encounters


class Moving(Search):
    """A server whose list is sorted by change; between two questions some resources change or go."""

    def start(self, count: int, changes: list[list[tuple[int, bool]]]) -> "Moving":
        self.rows = [{"id": str(i), "meta": {"lastUpdated": f"{i:09}"}} for i in range(count)]
        self.changes, self.clock, self.gone = list(changes), count, set[str]()
        return self

    def _url(self, **more: object) -> str:
        return str(more.get("_offset", 0))

    def _get(self, url: str) -> Page:
        found = tuple(self.rows[int(url) : int(url) + self.size])
        for which, gone in self.changes.pop(0) if self.changes else []:
            if self.rows:
                row = self.rows.pop(which % len(self.rows))
                self.clock += 1
                if gone:
                    self.gone.add(row["id"])
                else:
                    self.rows.append({"id": row["id"], "meta": {"lastUpdated": f"{self.clock:09}"}})
        return Page(matches=found, included=(), next="", total=None)


CLIENT = Client(allowed=allowed(["https://fhir.example"], internal=False), limits=Limits(deadline=0))


def search(kind: type[Search], size: int) -> Any:
    return kind(
        client=CLIENT, base="https://fhir.example", headers={}, kind="Encounter", parameters={}, size=size
    )


CHANGES = st.lists(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=4), max_size=12)


@examples(80)
@given(count=st.integers(0, 40), size=st.integers(2, 9), changes=CHANGES)
def test_nothing_is_lost_while_the_list_moves(count: int, size: int, changes: list[Any]) -> None:
    moving = search(Moving, size).start(count, changes)
    try:
        received = [one for found in moving.pages() for one in found.matches]
    except UserError:
        assume(False)
    versions = [(one["id"], one["meta"]["lastUpdated"]) for one in received]
    assert len(set(versions)) == len(versions), "the same version is given once"
    assert {one["id"] for one in moving.rows} <= {name for name, _ in versions}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Encounter", "e1", "include"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "id", "entry", "resource", "search", "mode", "link", "period", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
GOOD = encounters(1)[0]


@examples(80)
@given(
    entries=st.lists(JSON | st.just({"resource": GOOD}) | st.builds(lambda x: {"resource": x}, JSON)),
    link=JSON,
)
def test_accepted_and_rejected_are_all_that_was_received(entries: list[Any], link: Any) -> None:
    body = to_json({"resourceType": "Bundle", "entry": entries, "link": link})
    try:
        found = page(body, "here")
    except UserError:
        return
    rejections, valid = Rejections(), validator("Encounter")
    accepted = [one for one in found.matches if valid(one, "one", rejections)]
    assert len(accepted) + rejections.total == len(found.matches)
    assert all(list(unwound(one, "")) == [one] for one in accepted)
    assert accepted.count(GOOD) == sum(entry == {"resource": GOOD} for entry in entries)
