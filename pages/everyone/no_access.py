"""What somebody sees who is not known here: one clear page, without any data."""

import streamlit as st

from core.language.text import N_
from pages.widgets.session import Session


def no_access(session: Session) -> None:
    """Say that signing in is needed and is not set up, and what the administrator can do."""
    st.title(session.say(N_("You are not signed in")), anchor=False)
    st.markdown(
        session.say(
            N_("This installation shows data to known people only, and no way to sign in is set up yet.")
        )
    )
    st.markdown(
        ":gray["
        + session.say(
            N_(
                "For your administrator: configure a provider of identities, or set auth to single-user and "
                "let the app listen on this machine only."
            )
        )
        + "]"
    )
