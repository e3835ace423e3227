"""The running app with a session for every subject, and what its messages say."""

import http.client
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from storage.workspace import Workspace
from tests.faults.page_names import NAMES
from tests.faults.rights_matrix import SUBJECTS
from tests.screens.server import answered, running, socket_of
from tests.servers.ports import free_port
from workflows.sign_in import session_cookie, sign_in

SETTINGS = {
    "MEETLAT_AUTH": "required",
    "MEETLAT_PUBLIC_URL": "http://127.0.0.1",
    "MEETLAT_PROVIDER_URL": "http://127.0.0.1:9/",
    "MEETLAT_CLIENT_ID": "meetlat",
    "MEETLAT_SECRET_CLIENT_SECRET": "only-for-tests",
    "MEETLAT_SECRET_COOKIE_SECRET": "only-for-tests-0123456789-abcdefghijklmnop",
}
"""People have to sign in; there is no provider behind it."""


class Site:
    """The address of the app, and who has signed in to it."""

    def __init__(self, address: str, cookies: Mapping[str, str]) -> None:
        self.address, self.cookies = address, cookies
        self.officer = cache(self._officer)

    def _officer(self, page: str, query: str = "") -> list[bytes]:
        return self.sent("privacy", page, query_string=query)

    def sent(self, subject: str, page: str = "", **more: str) -> list[bytes]:
        """The messages of a visit; none where the socket stays shut. more: fields of the request to run."""
        return self.answer(subject, visit(page, **more))

    def answer(self, subject: str, asked: BackMsg) -> list[bytes]:
        """The messages to one request in a visit of its own."""
        try:
            with socket_of(self.address, self.cookies[subject]) as socket_:
                return answered(socket_, asked)
        except InvalidStatus:
            return []

    def status(self, subject: str, path: str) -> int:
        """Of one request for a file."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        cookie = self.cookies[subject]
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        found = connection.getresponse().status
        connection.close()
        return found


def visit(page: str, **more: str) -> BackMsg:
    """What a browser asks when it comes to a page."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    for name, value in more.items():
        setattr(asked.rerun_script, name, value)
    return asked


def parsed(sent: list[bytes]) -> Iterator[ForwardMsg]:
    """The messages, read."""
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


def addresses(sent: list[bytes]) -> list[str]:
    """What the page wrote behind the question mark of its address, one after the other."""
    return [
        one.page_info_changed.query_string
        for one in parsed(sent)
        if one.WhichOneof("type") == "page_info_changed"
    ]


def chosen(sent: list[bytes], parameter: str) -> str:
    """Which department or pilot the page says, in its address, that it is about."""
    return parse_qs((addresses(sent) or [""])[-1]).get(parameter, [""])[0]


def toasts(sent: list[bytes]) -> list[str]:
    """The words that stand in a corner for a while."""
    found = (one.delta.new_element.toast.body for one in parsed(sent))
    return [words for words in found if words]


def named(sent: list[bytes], asked: str = "") -> set[str]:
    """The departments and pilots of which the name comes back, as it is or with a capital.

    asked: what the visitor wrote in the address, which the address says back.
    """
    content = b"".join(
        raw
        for raw, one in zip(sent, parsed(sent), strict=True)
        if one.WhichOneof("type") != "page_info_changed"
    )
    return _names(content) | (_names(" ".join(addresses(sent)).encode()) - _names(asked.encode()))


def _names(content: bytes) -> set[str]:
    return {name for name in NAMES if re.search(rf"\b{name}\b".encode(), content, re.IGNORECASE)}


@contextmanager
def signed_in(workspace: Workspace) -> Iterator[dict[str, str]]:
    """A cookie for every subject that can have one, which every process that is started meanwhile knows."""
    with patch.dict(os.environ, SETTINGS):
        opened = Workspace.open(workspace.root)
        name = session_cookie(opened.settings)
        cookies = {
            subject: f"{name}={sign_in(opened, {'sub': subject})}" if held is not None else ""
            for subject, held in SUBJECTS.items()
        }
        opened.engine.dispose()
        yield cookies


@contextmanager
def open_site(workspace: Workspace, cookies: Mapping[str, str]) -> Iterator[Site]:
    """A fresh process of the app on a workspace."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with running(workspace.root, port=port, MEETLAT_PUBLIC_URL=here) as started:
        yield Site(started, cookies)
