"""A file is for the session that was told of it, and for no other.

Streamlit gives a file to whoever knows its address, and makes one, with the rights of whose page it is, for
whoever knows the number of its button. Both come to a browser over its socket alone. Nothing but downloads
stands under these addresses: the app shows no pictures of its own making.
"""

from collections import OrderedDict

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from web.site import Site

FOLDER = "/media/"
KEPT = 50_000
"""Of all that sessions were told, so much is remembered; who was told longer ago opens the page again."""


class Downloads:
    """Remembers what each session was told, and answers others as if it were not there."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        self._told: OrderedDict[tuple[str | None, str], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer that there is nothing."""
        if scope["type"] == "websocket":
            await self._listened(self._session(scope), scope, receive, send)
        elif _is_file(scope) and (self._session(scope), scope["path"]) not in self._told:
            await PlainTextResponse("Not found.", status_code=404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _session(self, scope: Scope) -> str | None:
        return HTTPConnection(scope).cookies.get(self.site.cookie)

    async def _listened(self, session: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        async def received() -> Message:
            message = await receive()
            if content := message.get("bytes"):
                message["bytes"] = self._only_theirs(session, content)
            return message

        async def sent(message: Message) -> None:
            if content := message.get("bytes"):
                self._remember(session, content)
            await send(message)

        await self.app(scope, received, sent)

    def _remember(self, session: str | None, content: bytes) -> None:
        # of a message only these fields: others may hold what the visitor wrote themself
        found = ForwardMsg()
        found.ParseFromString(content)
        button = found.delta.new_element.download_button
        made = found.backend_operation_response.deferred_file.url
        for one in filter(None, (button.deferred_file_id, button.url, made)):
            self._told[session, one] = None
            self._told.move_to_end((session, one))
        while len(self._told) > KEPT:
            self._told.popitem(last=False)

    def _only_theirs(self, session: str | None, content: bytes) -> bytes:
        """The same, but without the number of a button that this session was not told."""
        asked = BackMsg()
        try:
            asked.ParseFromString(content)
        except Exception:
            return content  # no message at all, of which Streamlit says so
        request = asked.backend_operation_request
        if request.WhichOneof("payload") != "deferred_file":
            return content
        if (session, request.deferred_file.file_id) in self._told:
            return content
        request.deferred_file.file_id = ""
        return bytes(asked.SerializeToString())


def _is_file(scope: Scope) -> bool:
    return scope["type"] == "http" and bool(scope["path"].startswith(FOLDER))
