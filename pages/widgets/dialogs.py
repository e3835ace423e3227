"""Something is recorded in a dialog: one form, one clear sentence where it is refused, and what was done."""

from collections.abc import Callable

import streamlit as st

from pages.widgets.answered import answered
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session

SAID = "recorded"


def dialog_button(
    session: Session, words: str, title: str, body: Callable[[], None], *, key: str, icon: str
) -> None:
    """A button that opens a dialog with a form."""
    if st.button(words, key=key, icon=icon):
        opened(session, title, body)


def opened(session: Session, title: str, body: Callable[[], None]) -> None:
    """The dialog itself; what is refused within stands in it as one sentence."""

    def shown() -> None:
        with answered(session):
            body()

    st.dialog(title, width="medium")(shown)()


def done(sentence: str) -> None:
    """Close the dialog; the sentence stands on the page once."""
    st.session_state[SAID] = sentence
    st.rerun()


def told_what_was_done() -> None:
    """What the last dialog recorded."""
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(plain(said), icon=":material/check:")
