"""One visit: who is looking, at which workspace, in which language and mode."""

from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.language.catalogue import LANGUAGES
from core.language.text import Text, Value
from core.settings import LOOPBACK, Settings
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Viewer
from governance.sessions import Identity
from reports.palette import Mode
from workflows.auditing import ADDRESS
from workflows.opening import Workspace
from workflows.sign_in import person_of, session_cookie, viewer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What every screen gets. `links` holds the pages this viewer may open, by their address.

    token: what the visitor's browser showed as proof of having signed in.
    """

    workspace: Workspace
    language: str
    mode: Mode
    token: str = field(default="", repr=False)
    links: dict[str, StreamlitPage] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer:
        """Who is looking, read anew on every use: a fragment or a button may run long after the page did."""
        ADDRESS.set(st.context.ip_address or "")
        if self.workspace.settings.auth == "required":
            return viewer_of(self.workspace, self.token)
        return local_operator(st.get_option("server.address"))

    @property
    def person(self) -> Identity | None:
        """Who signed in; None where nobody did, or where that is not asked for."""
        return person_of(self.workspace, self.token)

    def say(self, template: str, **values: Value) -> str:
        """A sentence in the reader's language."""
        return Text(template, values).render(self.language)


def local_operator(address: str | None) -> Viewer:
    """The one person of a single-user installation, where it really listens on this machine only."""
    return LOCAL_OPERATOR if address in LOOPBACK else ANONYMOUS


def token_of(settings: Settings) -> str:
    """What this visitor's browser holds of a session; the web server alone sets it."""
    return st.context.cookies.get(session_cookie(settings), "") if settings.auth == "required" else ""


def language_of(settings: Settings) -> str:
    """The language of the address (?lang=), else of this visit, else of the settings."""
    asked = st.query_params.get("lang")
    chosen = asked if asked in LANGUAGES else st.session_state.get("language", settings.lang)
    st.session_state["language"] = chosen
    return str(chosen)


def mode_of() -> Mode:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
