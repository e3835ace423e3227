"""Headers that every answer carries, and cookies that travel over TLS alone."""

import logging
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.site import Site

UNCHANGING = ("/static/", "/app/static/")
"""Files of the program itself: a browser may keep these, and nothing else."""
YEAR = 365 * 24 * 3600
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")
WRITTEN = ("application/javascript", "application/json", "image/svg+xml")
"""Content that is text and is not called so: it says its character set as well."""
STYLES = "'unsafe-inline'"
"""Streamlit and Plotly write style into the elements they draw; scripts have no such exception."""


def policy(origin: str, host: str) -> str:
    """Which content a page may hold: ours, and what it draws itself; `connect-src` names the web socket."""
    socket = (origin or f"http://{host}").replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' blob:",
            f"style-src 'self' {STYLES}",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self'",
            f"connect-src 'self' {socket}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class Headers:
    """The outermost layer: whatever answers, these are on it."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")

        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(MutableHeaders(scope=message), scope["path"], host, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception:
            incident = uuid4().hex[:8]
            logging.getLogger("meetlat").exception("internal error %s", incident)
            if not started:
                wrong = PlainTextResponse(f"Meetlat made a mistake ({incident}).", status_code=500)
                await wrong(scope, receive, sent)

    def _complete(self, headers: MutableHeaders, path: str, host: str, status: int) -> None:
        answered = host if self.site.answers_to(host) else "localhost"
        headers.setdefault("Content-Security-Policy", policy(self.site.origin, answered))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = ", ".join(f"{name}=()" for name in UNUSED)
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]  # pages of elsewhere read nothing here, and our own need no leave
        if headers.get("Content-Type") in WRITTEN:
            headers["Content-Type"] += "; charset=utf-8"
        if not (path.startswith(UNCHANGING) and status < 400):
            headers["Cache-Control"] = "no-store"
        if self.site.secure:
            headers["Strict-Transport-Security"] = f"max-age={YEAR}"
            self._secure_cookies(headers)

    def _secure_cookies(self, headers: MutableHeaders) -> None:
        cookies = headers.getlist("set-cookie")
        del headers["set-cookie"]
        for cookie in cookies:
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            headers.append("set-cookie", cookie if "secure" in attributes else f"{cookie}; Secure")
