"""Under the navigation: whose installation this is, who is signed in, and the language."""

import streamlit as st

from core.language.catalogue import LANGUAGES
from core.language.text import N_
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session
from pages.widgets.words import small
from workflows.sign_in import sign_out


def sidebar(session: Session, hospital: str) -> None:
    """The hospital's name, who is looking, and the language switch."""
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
        _who(session)


def _who(session: Session) -> None:
    person = session.person
    if person is not None:
        small(session.say(N_("Signed in as {name}"), name=plain(person.name)))
        if st.button(session.say(N_("Sign out")), icon=":material/logout:", type="tertiary"):
            sign_out(session.workspace, session.token)
            st.logout()
    elif session.workspace.settings.auth == "single-user":
        small(
            session.say(
                N_("For one person: only this computer opens Meetlat, and whoever uses it sees everything.")
            )
        )


def _switch() -> None:
    chosen = st.session_state["language_chosen"]
    st.session_state["language"] = chosen
    st.query_params["lang"] = chosen
