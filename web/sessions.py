"""Without an open session there is a page to sign in, and nothing else: no page, file, upload or socket.

Streamlit asks the provider who somebody is (`st.login`) and would keep the answer, signed, in the browser for
thirty days. Here that answer is taken out of its reply before the browser sees it; the browser gets the
random id of a session that we keep, and can end.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import NotPermitted, UserError
from web.claims import NAMES, claims_in
from web.index_page import PAGE, asked_language
from web.origins import HEALTH
from web.site import Site
from workflows.auditing import ADDRESS
from workflows.opening import Workspace
from workflows.provider import CALLBACK, Provider
from workflows.sign_in import admitted, open_session, sign_in, sign_in_failed, sign_out

SIGN_IN, START, OUT = "/sign-in", "/sign-in/start", "/auth/logout"
OPEN = frozenset({HEALTH, SIGN_IN, START, "/auth/login"})
NEXT = "meetlat_next"
NEXT_SECONDS = 900
LOCAL = re.compile(r"/[a-z0-9-]{0,60}(\?[A-Za-z0-9_.~%=&+-]{0,500})?")


class Sessions:
    """Lets in who has an open session; begins one when somebody comes back from the provider."""

    def __init__(
        self, app: ASGIApp, site: Site, workspace: Workspace, provider: Provider, public: frozenset[str]
    ) -> None:
        """`public`: files that the page to sign in is made of."""
        self.app = app
        self.site = site
        self.workspace = workspace
        self._provider = provider
        self._open = OPEN | public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        ADDRESS.set((scope.get("client") or ("",))[0])
        path, is_http = scope["path"], scope["type"] == "http"
        if is_http and path == CALLBACK:
            await (await self._came_back(scope, receive))(scope, receive, send)
        elif is_http and path == OUT:
            await (await self._signed_out(scope))(scope, receive, send)
        elif (is_http and path in self._open) or await run_in_threadpool(self._lets_in, scope):
            await self.app(scope, receive, send)
        elif is_http:
            await self._refusal(scope)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    def _token(self, scope: Scope) -> str:
        return HTTPConnection(scope).cookies.get(self.site.cookie, "")

    def _lets_in(self, scope: Scope) -> bool:
        token = self._token(scope)
        if scope["type"] == "websocket" or _is_page(scope):
            return bool(token) and admitted(self.workspace, token)
        return open_session(self.workspace, token) is not None

    def _refusal(self, scope: Scope) -> Response:
        if not _is_page(scope):
            return PlainTextResponse("Sign in first.", status_code=401)
        asked = {"why": "ended"} if self._token(scope) else {}
        wanted = scope["path"] + ("?" + scope["query_string"].decode("latin-1")).rstrip("?")
        if wanted != "/" and LOCAL.fullmatch(wanted):
            asked["next"] = wanted
        return self._without_session(f"{SIGN_IN}?{urlencode(asked)}".rstrip("?"))

    async def _signed_out(self, scope: Scope) -> Response:
        if HTTPConnection(scope).headers.get("sec-fetch-site") == "cross-site":
            return PlainTextResponse("Not from another website.", status_code=403)
        await run_in_threadpool(sign_out, self.workspace, self._token(scope))
        return self._without_session(f"{SIGN_IN}?why=out")

    async def _came_back(self, scope: Scope, receive: Receive) -> Response:
        """What Streamlit made of the provider's answer, with its cookies exchanged for one of ours."""
        cookies: list[str] = []

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = (
                    value.decode("latin-1") for name, value in message["headers"] if name == b"set-cookie"
                )
                cookies.extend(found)

        await self.app(scope, receive, kept)
        claims = claims_in(cookies, self._provider.cookie_secret, self._provider.client_id)
        try:
            answer = await run_in_threadpool(self._admit, scope, claims)
        except NotPermitted:
            answer = self._without_session(f"{SIGN_IN}?why=refused")
        except UserError as error:  # nobody comes in while the log is away
            language = asked_language(scope, self.site.language)
            answer = PlainTextResponse(error.render(language), status_code=503)
        for cookie in cookies:
            if not cookie.startswith(NAMES):
                answer.headers.append("set-cookie", cookie)
        return answer

    def _admit(self, scope: Scope, claims: Mapping[str, Any]) -> Response:
        former = self._token(scope)
        if not claims:
            if open_session(self.workspace, former) is not None:
                return RedirectResponse("/", status_code=303)  # somebody went back in the browser's history
            sign_in_failed(self.workspace)
            return self._without_session(f"{SIGN_IN}?why=failed")
        token = sign_in(self.workspace, claims, former)
        wanted = HTTPConnection(scope).cookies.get(NEXT, "/")
        answer = RedirectResponse(wanted if LOCAL.fullmatch(wanted) else "/", status_code=303)
        answer.set_cookie(self.site.cookie, token, **self.site.cookie_rules)
        answer.delete_cookie(NEXT, **self.site.cookie_rules)
        return answer

    def _without_session(self, address: str) -> Response:
        answer = RedirectResponse(address, status_code=303)
        answer.delete_cookie(self.site.cookie, **self.site.cookie_rules)
        return answer


def remember(answer: Response, wanted: str, site: Site) -> None:
    """Let the browser keep which page was asked for, until somebody has signed in."""
    if LOCAL.fullmatch(wanted):
        answer.set_cookie(NEXT, wanted, max_age=NEXT_SECONDS, **site.cookie_rules)


def _is_page(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and PAGE.fullmatch(scope["path"]) is not None
