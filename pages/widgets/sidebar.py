"""Under the navigation: whose installation this is, and the language."""

import streamlit as st

from core.language.catalogue import LANGUAGES
from core.language.text import N_
from pages.widgets.session import Session


def sidebar(session: Session, hospital: str) -> None:
    """The hospital's name and the language switch."""
    with st.sidebar:
        if hospital:
            st.markdown(f":gray[{hospital}]")
        st.segmented_control(
            session.say(N_("Language")),
            LANGUAGES,
            default=session.language,
            format_func=str.upper,
            required=True,
            key="language_chosen",
            on_change=_switch,
            label_visibility="collapsed",
        )


def _switch() -> None:
    chosen = st.session_state["language_chosen"]
    st.session_state["language"] = chosen
    st.query_params["lang"] = chosen
