"""How fresh every source is, and whether what was promised is kept."""

import streamlit as st

from core.language.text import N_
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from workflows.source_checks import Freshness, freshness, in_words


def sources_card(session: Session) -> None:
    """A line per configured source, for who may see them; nothing where files are handed in."""
    if not session.viewer.may("see_sources"):
        return
    found = freshness(session.viewer, session.workspace)
    if not found:
        return
    late = sum(one.broken for one in found.values())
    with card():
        card_head(
            session.say(N_("Sources")),
            badge(session.say(N_("{count} too old"), count=late), "schedule", "orange")
            if late
            else badge(session.say(N_("as fresh as promised")), "check", "green"),
        )
        for name, one in found.items():
            st.markdown(f"{_state(session, one)} **{name}** {in_words(one).render(session.language)}")
        small(session.say(N_("Read anew with meetlat sync; numbers only go as far as their sources.")))


def _state(session: Session, found: Freshness) -> str:
    if found.broken:
        return badge(session.say(N_("too old")), "schedule", "orange")
    if found.last_state == "failed":
        return badge(session.say(N_("last run failed")), "error", "red")
    return badge(session.say(N_("in order")), "check", "green")
