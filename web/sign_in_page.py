"""The page to sign in: plain HTML, so that nobody needs a socket to the app before they are known."""

import hashlib
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.user_info import generate_login_redirect_url

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text
from reports.palette import DARK, LIGHT
from web.sessions import LOCAL, NEXT, SIGN_IN, START, remember
from web.site import Site
from workflows.opening import Workspace
from workflows.sign_in import open_session

NOTES = {
    "out": N_("You are signed out of Meetlat."),
    "ended": N_("Your session has ended. Sign in again to go on."),
    "failed": N_("Signing in did not succeed. Try again; if it stays so, tell your administrator."),
    "refused": N_("Your account does not say who you are. Tell your administrator."),
}
CLEARED = {"Clear-Site-Data": '"storage"'}
"""What a browser kept of a session goes with it; of its cache only files of the program are left."""
HERE = Path(__file__).parent


class SignInPage:
    """The page, and what its button does."""

    def __init__(self, site: Site, workspace: Workspace) -> None:
        self.site = site
        self.workspace = workspace

    @property
    def routes(self) -> list[Route]:
        """Where they stand."""
        return [Route(SIGN_IN, self.page), Route(START, self.start)]

    def page(self, request: Request) -> Response:
        """The page; who is signed in already goes on."""
        asked = request.query_params
        wanted = asked.get("next", "")
        wanted = wanted if LOCAL.fullmatch(wanted) else ""
        token = request.cookies.get(self.site.cookie, "")
        if token and open_session(self.workspace, token) is not None:
            return RedirectResponse(wanted or "/", status_code=303)
        language, why = _language(request, self.site.language), asked.get("why", "")
        cleared = CLEARED if why in ("out", "ended") else {}
        return HTMLResponse(
            self._written(language, why, wanted),
            headers={"Content-Security-Policy": _policy(), "Vary": "Accept-Language", **cleared},
        )

    def start(self, request: Request) -> Response:
        """On to the provider, as st.login goes."""
        answer = RedirectResponse(generate_login_redirect_url("default"), status_code=303)
        answer.delete_cookie(NEXT, **self.site.cookie_rules)
        remember(answer, request.query_params.get("next", ""), self.site)
        return answer

    def _written(self, language: str, why: str, wanted: str) -> str:
        def say(template: str) -> str:
            return escape(Text(template).render(language))

        note = f'<p class="note" role="status">{say(NOTES[why])}</p>' if why in NOTES else ""
        return Template((HERE / "sign_in_page.html").read_text("utf-8")).substitute(
            language=language,
            title=say(N_("Sign in to Meetlat")),
            style=_style(),
            languages_label=say(N_("Language")),
            languages="".join(_language_link(one, language, why, wanted) for one in LANGUAGES),
            note=note,
            sentence=escape(_where(self.site.hospital).render(language)),
            start=escape(f"{START}?{urlencode({'next': _in_language(wanted, language)})}"),
            button=say(N_("Sign in with your hospital account")),
            log=say(N_("Meetlat keeps a log of who signs in and what they open.")),
        )


def _where(hospital: str) -> Text:
    if hospital:
        return Text(N_("What AI does for {hospital}, measured."), {"hospital": hospital})
    return Text(N_("What AI does for your hospital, measured."))


def _language(request: Request, default: str) -> str:
    """The one of the address, else the first one that the browser's owner reads, else the default."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    read = (part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return next((language for language in read if language in LANGUAGES), default)


def _in_language(wanted: str, language: str) -> str:
    """The page that was asked for, in the language that was chosen here."""
    if "lang=" in wanted:
        return wanted
    return f"{wanted or '/'}{'&' if '?' in wanted else '?'}lang={language}"


def _language_link(language: str, current: str, why: str, wanted: str) -> str:
    asked = {"lang": language, **({"why": why} if why else {}), **({"next": wanted} if wanted else {})}
    mark = ' aria-current="true"' if language == current else ""
    address = escape(f"{SIGN_IN}?{urlencode(asked)}")
    return f'<a href="{address}" lang="{language}" hreflang="{language}"{mark}>{language.upper()}</a>'


@cache
def _style() -> str:
    colours = {"light": LIGHT, "dark": DARK}
    values = {
        f"{mode}_{name}": getattr(found, attribute)
        for mode, found in colours.items()
        for name, attribute in (
            ("page", "page"),
            ("text", "text"),
            ("muted", "muted"),
            ("border", "border"),
            ("blue", "blue"),
            ("tint", "gray_tint"),
        )
    }
    return Template((HERE / "sign_in_page.css").read_text("utf-8")).substitute(values)


@cache
def _policy() -> str:
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
