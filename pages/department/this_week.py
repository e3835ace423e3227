"""A department this week: is it better, is it safe, what is there to look at."""

from collections.abc import Sequence

import streamlit as st
from workflows.department import DepartmentView, department_view, departments

from core.language.text import N_
from pages.page import Page
from pages.session import Session
from pages.widgets.department_chart import trend_card
from pages.widgets.kpi_card import kpi_card
from pages.widgets.layout import card, nothing_yet, page_head
from reports.words_department import department_sentence


def render(session: Session) -> None:
    """The whole page."""
    names = tuple(departments(session.viewer, session.workspace))
    if not names:
        page_head(session, session.say(N_("This week")), "")
        nothing_yet(
            session.say(N_("No data yet")),
            session.say(N_("Load a file; its departments appear here.")),
            "meetlat ingest FILE --mapping PRESET",
        )
        return
    head = st.container()
    view = department_view(session.viewer, session.workspace, _choice(session, names))
    with head:
        _head(session, view)
    with card():
        latest = [(each.kpi, each.latest) for each in view.cards]
        st.markdown(f"**{department_sentence(latest, session.language)}**")
        _pilots(session, view)
    with st.grid(4, min_column_width=235, border=True):
        for each in view.cards:
            kpi_card(session, each)
    if view.cards:
        trend_card(session, view)


def _head(session: Session, view: DepartmentView) -> None:
    page_head(
        session,
        view.department,
        session.say(
            N_("Week {week} · data until {until}"),
            week=view.data_until.isocalendar().week,
            until=view.data_until,
        ),
        is_demo=view.is_demo,
    )


def _choice(session: Session, names: Sequence[str]) -> str:
    asked = st.query_params.get("department", "")
    chosen = st.selectbox(
        session.say(N_("Department")), names, index=names.index(asked) if asked in names else 0, width=360
    )
    st.query_params["department"] = chosen
    return chosen


def _pilots(session: Session, view: DepartmentView) -> None:
    for pilot in view.pilots:
        name, start = pilot.name(session.language), pilot.starts[view.department]
        st.markdown(session.say(N_("Pilot {name} runs here since {start}."), name=name, start=start))


PAGE = Page(
    title=N_("This week"),
    url_path="this-week",
    section=N_("Department"),
    order=20,
    icon=":material/dashboard:",
    audience="see_departments",
    render=render,
)
