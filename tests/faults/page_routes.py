"""Every subject at every page, for every kind of department, by seven routes: as the policy table says.

    python -m tests.faults.page_routes

The client speaks the app's own protocol, each subject with a session of their own. Routes: the menu; the
address as the first visitor of a process and as a later one; the page's hash, its fragments and its buttons
as the privacy officer's browser knows them; and the files and buttons for files of somebody else. What may be
seen is worked out in page_names.py. An answer is wrong where it names what is not theirs, shows something
else than was asked although that is theirs, or does not say that the address asks in vain.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.language.catalogue import LANGUAGES
from core.language.text import Text
from pages.widgets.viewing import IN_VAIN
from storage.workspace import Workspace
from tests.faults.page_downloads import PAGES_WITH_FILES, Asked, downloads
from tests.faults.page_names import NAMES, PAGES, READS, Question, may_open, may_see
from tests.faults.page_site import Site, chosen, hashes, named, open_site, parsed, signed_in, toasts, visit
from tests.faults.rights_matrix import SITUATIONS, SUBJECTS, matrix_hospital, viewer_of
from tests.screens.server import answered, socket_of
from tests.simulation.evidence import FOLDER, stamp

WIDGET = re.compile(rb"\$\$ID-[0-9a-f]{8,}-[A-Za-z_0-9-]+")
WORD = re.compile(rb"\b[A-Za-z]{4,}\b")
SILENCE = 2.0
"""Seconds after which nothing more is expected."""
AT_ONCE, PROCESSES_AT_ONCE = 4, 3


def address(site: Site, asked: Question) -> list[bytes]:
    return site.sent(asked.subject, asked.page, query_string=asked.query)


def page_hash(site: Site, asked: Question) -> list[bytes]:
    known = hashes(site.officer("")).get(asked.page, "")
    return site.sent(asked.subject, page_script_hash=known, query_string=asked.query)


def fragments(site: Site, asked: Question) -> list[bytes] | None:
    """The parts of the officer's page, asked in a visit of one's own; None where there are none to ask."""
    sent = site.officer(asked.page, asked.query)
    found = {one.delta.fragment_id for one in parsed(sent) if one.delta.fragment_id}
    if not found or not site.cookies[asked.subject]:
        return None
    return [content for name in sorted(found) for content in _fragment(site, asked, name)]


def _fragment(site: Site, asked: Question, name: str) -> Iterator[bytes]:
    """What a part sends until it is silent; an unknown part is silent at once."""
    with socket_of(site.address, site.cookies[asked.subject]) as socket_, suppress(TimeoutError):
        answered(socket_, visit(asked.page, query_string=asked.query))
        socket_.send(visit(asked.page, query_string=asked.query, fragment_id=name).SerializeToString())
        while content := socket_.recv(timeout=SILENCE):
            assert isinstance(content, bytes)
            yield content


def buttons(site: Site, asked: Question) -> list[bytes]:
    """Every widget that the officer's page has, pressed at once."""
    pressed = visit(asked.page, query_string=asked.query)
    for name in sorted(set(WIDGET.findall(b"".join(site.officer(asked.page, asked.query))))):
        pressed.rerun_script.widget_states.widgets.add(id=name.decode(), trigger_value=True)
    return site.answer(asked.subject, pressed)


def strangers(sent: list[bytes], asked: Question) -> str:
    """The names that should not have come back, in words."""
    found = named(sent, asked.query) - may_see(asked.subject)
    return f"names {', '.join(sorted(found))}" if found else ""


def about(sent: list[bytes], asked: Question) -> str:
    """What is wrong with whom a page is about, and with what it says of an address that asks in vain."""
    if names := strangers(sent, asked):
        return names
    if asked.page not in READS:
        return ""
    kind = READS[asked.page][1]
    words = {Text(IN_VAIN[kind]).render(language) for language in LANGUAGES}
    said, shown = bool(words & set(toasts(sent))), chosen(sent, kind)
    if said != asked.in_vain:
        return "says that it asks in vain" if said else "does not say that it asks in vain"
    if not asked.is_read:
        return ""  # the address may stay as the visitor wrote it
    right = {asked.object} if asked.object in asked.reach else asked.reach | {""}
    return "" if shown in right else f"is about {shown or 'nothing'}"


ROUTES: Mapping[
    str, tuple[Callable[[Site, Question], list[bytes] | None], Callable[[list[bytes], Question], str]]
] = {
    "address": (address, about),
    "page hash": (page_hash, about),
    "fragment": (fragments, strangers),
    "buttons": (buttons, strangers),
}
"""How a page is asked, and what its answer is judged by; a button may lead to another page."""


def answers(
    site: Site, subject: str, pages: tuple[str, ...] = PAGES, situations: Iterable[str] = SITUATIONS
) -> Iterator[tuple[str, Asked]]:
    """What one subject gets by every route to a running process, with the name of the route."""
    for situation in situations:
        yield "menu", menu(site, Question(subject=subject, page="", situation=situation))
        for page in pages:
            asked = Question(subject=subject, page=page, situation=situation)
            for route, (ask, judge) in ROUTES.items():
                sent = ask(site, asked)
                if sent is not None:
                    yield route, (asked, judge(sent, asked))
            if asked.in_vain or situation == "other":
                yield "no such thing", (asked, alike(site, asked))


def menu(site: Site, asked: Question) -> Asked:
    """The start, which shows the pages that are theirs and leads to the first."""
    sent = site.sent(asked.subject, query_string=asked.query)
    other = (set(hashes(sent)) - {""}) ^ {page for page in PAGES if may_open(asked.subject, page)}
    return asked, f"differs in {', '.join(sorted(other))}" if other else strangers(sent, asked)


def alike(site: Site, asked: Question) -> str:
    """What is not theirs has to answer in the words of what does not exist, but for the names asked."""
    if may_see(asked.subject) == NAMES:
        return ""
    ours = set(WORD.findall(f"{asked.query} {asked.nonsense}".title().encode()))
    ours |= set(WORD.findall(f"{asked.query} {asked.nonsense}".encode()))
    for _ in range(3):  # a page that is slow for a moment says so, which is no difference
        first, second = (_words(site, asked, query) - ours for query in (asked.query, asked.nonsense))
        if first == second:
            return ""
    return f"reads unlike what is not there: {sorted(first ^ second)}"


def _words(site: Site, asked: Question, query: str) -> set[bytes]:
    """Those of two visits alike: what differs between them are random names of elements."""
    first, second = (b"".join(site.sent(asked.subject, asked.page, query_string=query)) for _ in range(2))
    return set(WORD.findall(first)) & set(WORD.findall(second))


def first_visits() -> list[Question]:
    """Every subject at every page for every kind of department: what takes most of the time."""
    every = product(SUBJECTS, PAGES, SITUATIONS)
    return [Question(subject=subject, page=page, situation=one) for subject, page, one in every]


def cold(workspace: Workspace, cookies: Mapping[str, str], asked: Question) -> tuple[str, Asked]:
    """The answer to the first question that a process is ever asked."""
    with open_site(workspace, cookies) as site:
        sent = address(site, asked)
    return "first address", (asked, about(sent, asked))


def everything(workspace: Workspace) -> Iterator[tuple[str, Asked]]:
    """All answers by all routes: first visits to fresh processes while others visit one that runs."""
    with (
        signed_in(workspace) as cookies,
        ThreadPoolExecutor(PROCESSES_AT_ONCE) as processes,
        ThreadPoolExecutor(AT_ONCE) as visitors,
    ):
        for subject in SUBJECTS:
            viewer_of(workspace, subject)
        first = processes.map(partial(cold, workspace, cookies), first_visits())
        with open_site(workspace, cookies) as site:
            for each in visitors.map(lambda subject: list(answers(site, subject)), SUBJECTS):
                yield from each
            for one in downloads(site):
                yield "files of others", one
        yield from first


def counted(found: list[tuple[str, Asked]], **by: Callable[[str, Question], str]) -> list[dict[str, Any]]:
    """How many answers and deviations there are of each route or subject, and of how many things."""
    (name, key), rows = next(iter(by.items())), list[dict[str, Any]]()
    for value in dict.fromkeys(key(route, asked) for route, (asked, _) in found):
        mine = [(asked, wrong) for route, (asked, wrong) in found if key(route, asked) == value]
        rows.append(
            {
                name: value,
                "subjects": len({asked.subject for asked, _ in mine}),
                "pages": len({asked.page for asked, _ in mine}),
                "situations": len({asked.situation for asked, _ in mine}),
                "answers": len(mine),
                "deviations": sum(bool(wrong) for _, wrong in mine),
            }
        )
    return rows


MULTIPLIED = (
    "menu: subjects x situations, as it has no page",
    "address, page hash, buttons: subjects x pages x situations",
    "first address: subjects x pages x situations, a fresh process for each answer",
    "fragment: signed-in subjects x pages with fragments x situations",
    f"files of others: a file of {', '.join(PAGES_WITH_FILES)} of every subject who has one, x situations "
    "that the page reads, x every other subject, by its address and by the number of its button",
    "no such thing: questions for what is not theirs, each against one for what does not exist",
)


def main() -> None:
    """Ask everything and write the evidence."""
    with TemporaryDirectory() as folder:
        workspace = matrix_hospital(Path(folder))
        found = list(everything(workspace))
        workspace.engine.dispose()
    size = f"{len(SUBJECTS)} subjects x {len(PAGES)} pages x {len(SITUATIONS)} kinds of department"
    content = {
        **stamp("python -m tests.faults.page_routes", f"{size} by seven routes"),
        "answers": len(found),
        "deviations": sum(bool(wrong) for _, (_, wrong) in found),
        "multiplied": MULTIPLIED,
        "routes": counted(found, route=lambda route, _: route),
        "subjects": counted(found, subject=lambda _, asked: asked.subject),
    }
    for route, (asked, wrong) in found:
        if wrong:
            print(f"{asked.subject}, {asked.page}, {asked.situation}, by {route}: {wrong}")
    (FOLDER / "page_routes.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
