"""A file answers to the session that was told of it alone, and so does the button that makes one."""

import asyncio
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from web import downloads
from web.downloads import Downloads
from web.site import Site

SITE = Site(origin="", cookie="session", language="nl")
FILE, BUTTON = "/media/0a1b.csv", "0a1b" * 8


def told(*, button: str = "", file: str = "", echo: str = "") -> bytes:
    """What Streamlit tells a browser."""
    message = ForwardMsg()
    if button:
        message.delta.new_element.download_button.deferred_file_id = button
    if file:
        message.backend_operation_response.deferred_file.url = file
    if echo:
        message.page_info_changed.query_string = echo
    return bytes(message.SerializeToString())


def pressed(button: str) -> bytes:
    asked = BackMsg()
    asked.backend_operation_request.deferred_file.file_id = button
    return bytes(asked.SerializeToString())


class Inner:
    """In the place of Streamlit: tells what it is given to tell, and keeps what it was asked."""

    def __init__(self) -> None:
        self.tells: tuple[bytes, ...] = ()
        self.asked: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await PlainTextResponse("content")(scope, receive, send)
            return
        for content in self.tells:
            await send({"type": "websocket.send", "bytes": content})
        self.asked.append((await receive())["bytes"])


class Visited:
    """A layer round an app, and visits to it with the cookie of a session."""

    def __init__(self) -> None:
        self.inner = Inner()
        self.layer = Downloads(self.inner, SITE)

    def tell(self, session: str, *contents: bytes) -> None:
        self.inner.tells = contents
        self._visit("websocket", session)

    def press(self, session: str, content: bytes) -> bytes:
        self.inner.tells = ()
        self._visit("websocket", session, content=content)
        return self.inner.asked[-1]

    def status(self, session: str, path: str = FILE) -> int:
        return int(self._visit("http", session, path)[0]["status"])

    def _visit(self, type_: str, session: str, path: str = "/", content: bytes = b"") -> list[Any]:
        headers = [(b"cookie", f"session={session}".encode())]
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "websocket.receive", "bytes": content}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": type_, "path": path, "method": "GET", "query_string": b"", "headers": headers}
        asyncio.run(self.layer(scope, receive, send))
        return sent


def test_a_file_is_there_for_who_was_told_of_it_and_for_nobody_else() -> None:
    site = Visited()
    assert site.status("anna") == 404
    site.tell("anna", told(file=FILE))
    found = [site.status("anna"), site.status("lars"), site.status(""), site.status("anna", "/media/0a1b")]
    assert found == [200, 404, 404, 404]
    assert site.status("lars", "/portfolio") == 200


def test_a_button_is_pressed_by_who_was_told_of_it_and_by_nobody_else() -> None:
    site = Visited()
    site.tell("anna", told(button=BUTTON))
    assert site.press("anna", pressed(BUTTON)) == pressed(BUTTON)
    assert site.press("lars", pressed(BUTTON)) == pressed("")


def test_what_a_visitor_has_echoed_to_them_opens_nothing() -> None:
    site = Visited()
    site.tell("lars", told(echo=FILE), told(echo=BUTTON))
    assert site.status("lars") == 404
    assert site.press("lars", pressed(BUTTON)) == pressed("")


@pytest.mark.parametrize("content", [b"", b"\xff no message", BackMsg(clear_cache=True).SerializeToString()])
def test_everything_else_is_passed_on_as_it_is(content: bytes) -> None:
    assert Visited().press("lars", content) == content


def test_the_oldest_is_forgotten_and_not_what_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "KEPT", 2)
    site = Visited()
    for name in ("/media/1", "/media/2", "/media/1", "/media/3"):
        site.tell("anna", told(file=name))
    assert [site.status("anna", f"/media/{n}") for n in (1, 2, 3)] == [200, 404, 200]
