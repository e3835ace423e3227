"""What somebody sees who has no page here: one clear screen, without any data."""

import streamlit as st

from core.language.text import N_
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session


def no_access(session: Session) -> None:
    """Signed in without a role, a session that has ended, or a place that lets nobody in."""
    if session.workspace.settings.auth != "required":
        _lets_nobody_in(session)
    elif session.person is None:
        _ended(session)
    else:
        _without_role(session, session.person.subject, session.person.name)


def _without_role(session: Session, subject: str, name: str) -> None:
    st.title(session.say(N_("Welcome, {name}"), name=plain(name)), anchor=False)
    st.markdown(session.say(N_("You are signed in, and you have no role in Meetlat yet.")))
    st.markdown(session.say(N_("Ask the administrator of Meetlat for one. This is who you are here:")))
    st.code(subject, language=None, width="content")


def _ended(session: Session) -> None:
    st.title(session.say(N_("You are not signed in")), anchor=False)
    st.markdown(session.say(N_("Your session has ended, or there was none. Nothing you did is lost.")))
    if "is_logged_in" in st.user:  # only where a provider is configured and the web server is ours
        st.button(session.say(N_("Sign in again")), type="primary", on_click=st.login)
    else:
        _for_administrator(
            session,
            N_("For your administrator: start the app with meetlat serve, which knows how people sign in."),
        )


def _lets_nobody_in(session: Session) -> None:
    st.title(session.say(N_("Nobody can be let in")), anchor=False)
    st.markdown(session.say(N_("The app is set up for one person, and listens on a network.")))
    _for_administrator(session, N_("For your administrator: set address to 127.0.0.1, or auth to required."))


def _for_administrator(session: Session, remedy: str) -> None:
    st.markdown(f":gray[{session.say(remedy)}]")
