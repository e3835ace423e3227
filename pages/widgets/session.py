"""One visit: who is looking, at which workspace, in which language and mode."""

from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.language.catalogue import LANGUAGES
from core.language.text import Text, Value
from core.settings import LOOPBACK, Settings
from governance.access import ANONYMOUS, LOCAL_OPERATOR, Viewer
from reports.palette import Mode
from workflows.opening import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What every screen gets. `links` holds the pages this viewer may open, by their address."""

    viewer: Viewer
    workspace: Workspace
    language: str
    mode: Mode
    links: dict[str, StreamlitPage] = field(default_factory=dict)

    def say(self, template: str, **values: Value) -> str:
        """A sentence in the reader's language."""
        return Text(template, values).render(self.language)


def viewer_of(settings: Settings, address: str | None) -> Viewer:
    """The local operator, when this installation is for one person and listens on this machine only.

    `address` is where the server really listens, whatever the settings say. With auth = "required" nobody is
    known until a provider of identities is configured.
    """
    if settings.auth == "single-user" and address in LOOPBACK:
        return LOCAL_OPERATOR
    return ANONYMOUS


def language_of(settings: Settings) -> str:
    """The language of the address (?lang=), else of this visit, else of the settings."""
    asked = st.query_params.get("lang")
    chosen = asked if asked in LANGUAGES else st.session_state.get("language", settings.lang)
    st.session_state["language"] = chosen
    return str(chosen)


def mode_of() -> Mode:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
