"""A file answers to the session that was told of it alone, and so does the button that makes one."""

import asyncio
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from web import downloads
from web.downloads import Downloads
from web.index_page import IndexPage
from web.site import Site

SITE = Site(origin="", cookie="session", language="nl")
FILE, BUTTON = "/media/0a1b.csv", "0a1b" * 8


def told(*, button: str = "", address: str = "", file: str = "", echo: str = "") -> bytes:
    """What Streamlit tells a browser: of a button, of a button with its file, of a file that it asked for."""
    message = ForwardMsg()
    if button:
        message.delta.new_element.download_button.deferred_file_id = button
    if address:
        message.delta.new_element.download_button.url = address
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
        self.asked: list[Message] = []
        self.began = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.began += 1
            return
        if scope["type"] == "http":
            await PlainTextResponse("content")(scope, receive, send)
            return
        await send({"type": "websocket.accept"})
        for content in self.tells:
            await send({"type": "websocket.send", "bytes": content})
        self.asked.append(await receive())


class Visited:
    """A layer round an app, and visits to it with the cookie of a session."""

    def __init__(self) -> None:
        self.inner = Inner()
        self.layer: ASGIApp = Downloads(self.inner, SITE)

    def tell(self, session: str, *contents: bytes) -> None:
        self.inner.tells = contents
        sent = self.visit("websocket", session)
        assert [one.get("bytes") for one in sent] == [None, *contents]

    def press(self, session: str, content: bytes) -> bytes:
        return bytes(self.say(session, {"type": "websocket.receive", "bytes": content})["bytes"])

    def say(self, session: str, message: Message) -> Message:
        """What becomes of a message on its way in."""
        self.inner.tells = ()
        self.visit("websocket", session, message=message)
        return self.inner.asked[-1]

    def status(self, session: str, path: str = FILE) -> int:
        return int(self.visit("http", session, path)[0]["status"])

    def visit(
        self, type_: str, session: str, path: str = "/", message: Message | None = None
    ) -> list[Message]:
        headers = [(b"cookie", f"session={session}".encode())]
        sent: list[Any] = []

        async def receive() -> Message:
            return {"type": "websocket.disconnect"} if message is None else dict(message)

        async def send(message: Message) -> None:
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


def test_a_file_of_somebody_else_is_answered_as_one_that_is_not_there() -> None:
    site = Visited()
    site.tell("anna", told(file=FILE))
    elsewhere = Visited()
    elsewhere.layer = IndexPage(elsewhere.inner, SITE)
    assert site.visit("http", "lars", FILE) == elsewhere.visit("http", "lars", "/no/such/file")


def test_a_file_that_a_button_already_has_is_there_too() -> None:
    site = Visited()
    site.tell("anna", told(button=BUTTON, address=FILE))
    assert [site.status(name) for name in ("anna", "lars")] == [200, 404]
    assert site.press("anna", pressed(BUTTON)) == pressed(BUTTON)


def test_what_begins_and_ends_with_the_server_is_passed_on() -> None:
    site = Visited()
    asyncio.run(site.layer({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert site.inner.began == 1


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


@pytest.mark.parametrize(
    "message", [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}]
)
def test_a_message_without_a_content_is_passed_on_as_it_is(message: Message) -> None:
    assert Visited().say("lars", message) == message


def test_the_oldest_is_forgotten_and_not_what_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "KEPT", 2)
    site = Visited()
    for name in ("/media/1", "/media/2", "/media/1", "/media/3"):
        site.tell("anna", told(file=name))
    assert [site.status("anna", f"/media/{n}") for n in (1, 2, 3)] == [200, 404, 200]
