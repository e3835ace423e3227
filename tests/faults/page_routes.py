"""Every subject at every page by seven routes: no department or pilot is named that is not theirs.

    python -m tests.faults.page_routes

The client speaks the app's own protocol, each subject with a session of their own, on the hospital of
rights_matrix.py. Routes: the menu; the address as the first visitor of a process and as a later one; the
page's hash, a fragment and the buttons as the privacy officer's browser knows them; and somebody else's
department and pilot in the address, which must read as what does not exist.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from app import AUDIENCES
from governance.access import LOCAL_OPERATOR
from pages.everyone import what_we_measure
from pages.widgets.page import pages_for
from storage.workspace import Workspace
from tests.faults.rights_matrix import PILOTS, SUBJECTS, matrix_hospital, viewer_of
from tests.screens.server import answered, running, socket_of
from tests.servers.ports import free_port
from tests.simulation.evidence import FOLDER, stamp
from workflows.sign_in import session_cookie, sign_in

NAMES = {"north", "south", "lungs", "heart", "chest", "legs", "veins", "attic", *PILOTS.values()}
THEIRS: Mapping[str, set[str]] = {
    "manager": NAMES - {"south", "p-other"},
    "lead": {"north", "lungs", "heart", "chest", "p-own", "p-merged"},
    "analyst": NAMES,
    "privacy": NAMES,
    "auditor": NAMES,
}
"""Names that may stand on a subject's pages; none on those of the others. The log of an auditor says which
departments and pilots were asked for, and nothing about them."""
PAGES = tuple(page.url_path for page in pages_for(LOCAL_OPERATOR, AUDIENCES, what_we_measure.PAGE))
WIDGET = re.compile(rb"\$\$ID-[0-9a-f]{8,}-[A-Za-z_0-9-]+")
WORD = re.compile(rb"\b[A-Za-z]{4,}\b")
SILENCE = 2.0
"""Seconds after which nothing more is expected."""
NOT_THEIRS, NOT_THERE = "department=south&pilot=p-other", "department=zouth&pilot=p-third"
"""Equally long, so that nothing but the names differs."""


class Site:
    """A running app with a session for every subject that can have one."""

    def __init__(self, address: str, cookies: Mapping[str, str]) -> None:
        self.address, self.cookies = address, cookies
        self.officer = cache(lambda page: self.sent("privacy", page))

    def sent(self, subject: str, page: str = "", **more: str) -> list[bytes]:
        """The messages of a visit; none where the socket stays shut. more: fields of the request to run."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        for name, value in more.items():
            setattr(asked.rerun_script, name, value)
        return self.answer(subject, asked)

    def answer(self, subject: str, asked: BackMsg) -> list[bytes]:
        try:
            with socket_of(self.address, self.cookies[subject]) as socket_:
                return answered(socket_, asked)
        except InvalidStatus:
            return []


def menu(site: Site, subject: str, _page: str) -> list[bytes]:
    return site.sent(subject)


def address(site: Site, subject: str, page: str) -> list[bytes]:
    return site.sent(subject, page)


def page_hash(site: Site, subject: str, page: str) -> list[bytes]:
    return site.sent(subject, page_script_hash=hashes(site.officer("")).get(page, ""))


def fragment(site: Site, subject: str, page: str) -> list[bytes]:
    """A part of the officer's page, asked in a visit of one's own; an unknown one gets no answer."""
    found = {one.delta.fragment_id for one in parsed(site.officer(page)) if one.delta.fragment_id}
    visit, part = BackMsg(), BackMsg()
    visit.rerun_script.page_name = part.rerun_script.page_name = page
    got: list[bytes] = []
    for name in sorted(found) if site.cookies[subject] else ():
        part.rerun_script.fragment_id = name
        with socket_of(site.address, site.cookies[subject]) as socket_:
            answered(socket_, visit)
            socket_.send(part.SerializeToString())
            with suppress(TimeoutError):
                while content := socket_.recv(timeout=SILENCE):
                    assert isinstance(content, bytes)
                    got.append(content)
    return got


def buttons(site: Site, subject: str, page: str) -> list[bytes]:
    """Every widget that the officer's page has, pressed at once."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    for name in sorted(set(WIDGET.findall(b"".join(site.officer(page))))):
        asked.rerun_script.widget_states.widgets.add(id=name.decode(), trigger_value=True)
    return site.answer(subject, asked)


ROUTES: Mapping[str, Callable[[Site, str, str], list[bytes]]] = {
    "menu": menu,
    "address": address,
    "page hash": page_hash,
    "fragment": fragment,
    "buttons": buttons,
}


def parsed(sent: list[bytes]) -> Iterator[ForwardMsg]:
    for content in sent:
        found = ForwardMsg()
        found.ParseFromString(content)
        yield found


def hashes(sent: list[bytes]) -> dict[str, str]:
    """The pages that the menu names, with their hashes."""
    return {
        page.url_pathname: page.page_script_hash
        for one in parsed(sent)
        for page in one.navigation.app_pages
        if not page.is_hidden
    }


def named(sent: list[bytes]) -> set[str]:
    """The departments and pilots of which the name comes back, as it is or with a capital."""
    content = b"".join(sent)
    return {name for name in NAMES if re.search(rf"\b{name}\b".encode(), content, re.IGNORECASE)}


def strangers(sent: list[bytes], subject: str) -> set[str]:
    """The names that should not have come back."""
    return named(sent) - THEIRS.get(subject, set())


def deviations(site: Site, workspace: Workspace, subject: str, pages: tuple[str, ...]) -> Iterator[str]:
    """One line for every answer that is wrong; an empty one for every answer that is right."""
    viewer = viewer_of(workspace, subject)
    own = {page.url_path for page in pages_for(viewer, AUDIENCES, what_we_measure.PAGE)}
    shown = set(hashes(site.sent(subject))) - {""}
    yield "" if shown == own else f"{subject}, menu: {sorted(shown ^ own)}"
    for page in pages:
        for route, ask in ROUTES.items():
            found = strangers(ask(site, subject, page), subject)
            yield f"{subject}, {page} by {route}: {sorted(found)}" if found else ""
        yield "" if alike(site, subject, page) else f"{subject}, {page}: not theirs reads unlike not there"


def alike(site: Site, subject: str, page: str) -> bool:
    """Whether what is not theirs answers in the words of what does not exist, but for the names asked."""
    if THEIRS.get(subject) == NAMES:
        return True
    asked = {name.encode() for name in ("south", "South", "other", "zouth", "Zouth", "third")}
    first, second = (_words(site, subject, page, query) - asked for query in (NOT_THEIRS, NOT_THERE))
    return first == second


def _words(site: Site, subject: str, page: str, query: str) -> set[bytes]:
    """Those of two visits alike: what differs between them are random names of elements."""
    visits = [b"".join(site.sent(subject, page, query_string=query)) for _ in range(2)]
    return set(WORD.findall(visits[0])) & set(WORD.findall(visits[1]))


@contextmanager
def open_site(workspace: Workspace) -> Iterator[Site]:
    """A fresh process of the app on a workspace, and who has signed in to it."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    settings = {
        "MEETLAT_AUTH": "required",
        "MEETLAT_PUBLIC_URL": here,
        "MEETLAT_PROVIDER_URL": "http://127.0.0.1:9/",
        "MEETLAT_CLIENT_ID": "meetlat",
        "MEETLAT_SECRET_CLIENT_SECRET": "only-for-tests",
        "MEETLAT_SECRET_COOKIE_SECRET": "only-for-tests-0123456789-abcdefghijklmnop",
    }
    with patch.dict(os.environ, settings), running(workspace.root, port=port) as started:
        opened = Workspace.open(workspace.root)
        name = session_cookie(opened.settings)
        cookies = {
            subject: f"{name}={sign_in(opened, {'sub': subject})}" if held is not None else ""
            for subject, held in SUBJECTS.items()
        }
        opened.engine.dispose()
        yield Site(started, cookies)


def cold(workspace: Workspace, subject: str, pages: tuple[str, ...]) -> Iterator[str]:
    """The same of an address that is the first one that a process is asked for."""
    for page in pages:
        with open_site(workspace) as site:
            found = strangers(site.sent(subject, page), subject)
        yield f"{subject}, {page} as first visitor: {sorted(found)}" if found else ""


def main() -> None:
    """Ask everything and write the evidence."""
    with TemporaryDirectory() as folder:
        workspace = matrix_hospital(Path(folder))
        with open_site(workspace) as site:
            found = {subject: list(deviations(site, workspace, subject, PAGES)) for subject in SUBJECTS}
        for subject in SUBJECTS:
            found[subject] += cold(workspace, subject, PAGES)
        workspace.engine.dispose()
    about = f"{len(SUBJECTS)} subjects x {len(PAGES)} pages by seven routes: names that are not theirs"
    subjects = [
        {"subject": name, "answers": len(lines), "deviations": sum(map(bool, lines))}
        for name, lines in found.items()
    ]
    content = {
        **stamp("python -m tests.faults.page_routes", about),
        "answers": sum(map(len, found.values())),
        "deviations": sum(bool(line) for lines in found.values() for line in lines),
        "subjects": subjects,
    }
    print(*(line for lines in found.values() for line in lines if line), sep="\n")
    (FOLDER / "page_routes.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
