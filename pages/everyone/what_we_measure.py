"""What we measure and what we do not: the page for the works council and for everybody in the numbers."""

import streamlit as st

from core.language.text import N_, Text
from pages.widgets.layout import card, card_head, page_head
from pages.widgets.page import Page
from pages.widgets.session import Session
from reports.document import Section, plain
from workflows.privacy.record import measured_document

SIGNS = (":green[:material/check:]", ":red[:material/block:]", ":blue[:material/lock:]")


def render(session: Session) -> None:
    """The whole page; it holds no data, so that nobody with a role is kept from it."""
    document = measured_document(session.viewer, session.workspace.settings)
    page_head(session, _say(session, document.title), _say(session, document.subtitle))
    if session.viewer.may("manage_people") and not session.viewer.may("see_pilots"):
        _work_of_administrators(session)
    with card():
        st.markdown(_say(session, document.statement))
    measured, not_measured, kept_so = document.sections
    with st.grid(2, min_column_width=320):
        _points(session, measured, SIGNS[0])
        _points(session, not_measured, SIGNS[1])
    _points(session, kept_so, SIGNS[2])


def _work_of_administrators(session: Session) -> None:
    with card():
        st.markdown(session.say(N_("Your role sees no data and has no page of its own.")))
        st.markdown(session.say(N_("Its work is done with commands on the machine that runs Meetlat:")))
        st.code("meetlat people --help", language="shell")


def _points(session: Session, section: Section, sign: str) -> None:
    with card(stretch=True, gap="small"):
        card_head(_say(session, section.title))
        st.markdown("\n\n".join(f"{sign}&ensp;{_say(session, point)}" for point in section.points))


def _say(session: Session, text: Text) -> str:
    return plain(text.render(session.language))


PAGE = Page(
    title=N_("What we measure"),
    url_path="what-we-measure",
    section=N_("About"),
    order=95,
    icon=":material/visibility:",
    audience="see_what_is_measured",
    render=render,
)
