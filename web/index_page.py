"""The one HTML page of the app: Streamlit's own, in the visitor's language and without what we do not use."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.file_util import get_static_dir

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text
from web.site import Site

PAGE = re.compile(r"/[a-z0-9-]{0,60}")
SERVED = (
    "/healthz",
    "/sign-in",
    "/sign-in/start",
    "/app/static/",
    "/media/",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/",
    "/_stcore/bidi-components/",
    "/auth/",
    "/oauth2callback",
    "/favicon.png",
)
"""What else is reached; Streamlit's other doors (metrics, agents, script checks) are shut."""
UNUSED = (
    re.compile(r"<link\s+rel=\"service-desc\"[^>]*/>"),
    re.compile(r"<link\s+rel=\"preload\"[^>]*/>"),
    re.compile(r"<script>.*?</script>", re.DOTALL),
)
NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
SENTENCE = N_("Meetlat needs JavaScript. Allow it for this address and load the page again.")


class IndexPage:
    """Answers addresses of pages itself, and passes on only what the app needs."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page, something of Streamlit, or nothing."""
        if scope["type"] != "http" or _is_served(scope["path"]):
            await self.app(scope, receive, send)
        else:
            await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if not PAGE.fullmatch(scope["path"]):
            return PlainTextResponse("Not found.", status_code=404)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Not allowed.", status_code=405, headers={"Allow": "GET, HEAD"})
        return HTMLResponse(written(asked_language(scope, self.site.language)))


def _is_served(path: str) -> bool:
    """Under /static/ Streamlit would answer what is not there with its own first page."""
    if path.startswith("/static/"):
        return path in _files()
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in SERVED)


@cache
def _files() -> frozenset[str]:
    root = Path(get_static_dir())
    return frozenset(f"/{path.relative_to(root).as_posix()}" for path in root.joinpath("static").rglob("*"))


def asked_language(scope: Scope, default: str) -> str:
    """The language of the address (?lang=), else the default."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else default


@cache
def written(language: str) -> str:
    """The page in a language."""
    text = (Path(get_static_dir()) / "index.html").read_text("utf-8")
    for unused in UNUSED:
        text = unused.sub("", text)
    changes: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (re.compile(r'<html lang="[a-z]*">'), lambda _: f'<html lang="{language}">'),
        (re.compile(r"<title>.*?</title>"), lambda _: "<title>Meetlat</title>"),
        (re.compile(r'href="\./favicon\.png"'), lambda _: 'href="./app/static/mark-light.svg"'),
        (NO_SCRIPT, lambda _: f"<noscript><p>{Text(SENTENCE).render(language)}</p></noscript>"),
    )
    for pattern, change in changes:
        text = pattern.sub(change, text)
    return "\n".join(line for line in text.splitlines() if line.strip())
