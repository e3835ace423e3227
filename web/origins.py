"""Only our own pages may talk to us, and only under our own name."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.site import Site

HEALTH = "/healthz"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """Refuses a Host that is not ours, as when another website's name leads here, and a page not ours."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from us."""
        if scope["type"] not in ("http", "websocket") or self._is_ours(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Not for this address.", status_code=421)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        if scope["path"] == HEALTH and scope["type"] == "http":
            return True  # whoever watches over the machine asks by its number
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self.site.answers_to(hosts[0]) or len(origins) > 1:
            return False
        if scope["type"] == "websocket":
            return len(origins) == 1 and self.site.is_own_page(origins[0], hosts[0])
        if scope["method"] in READS:
            return True
        return not origins or self.site.is_own_page(origins[0], hosts[0])
