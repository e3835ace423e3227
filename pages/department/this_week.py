"""A department this week: is it better, is it safe, what is there to look at."""

from collections.abc import Sequence

import streamlit as st

from core.language.text import N_
from pages.widgets.department_chart import in_order, trend_card
from pages.widgets.governance_line import governance_line
from pages.widgets.kept import kept_department
from pages.widgets.kpi_card import kpi_card
from pages.widgets.layout import card, nothing_yet, page_head, sentence_case
from pages.widgets.page import Page
from pages.widgets.session import Session
from pages.widgets.viewing import asked_of_none, place_asked, viewed
from reports.words_department import kpi_sentence, targets_sentence
from reports.words_kpi_chart import signals_sentence
from workflows.department import DepartmentView, KpiCard, departments
from workflows.governance.standing import governances

AT_ONCE = 8
"""Cards that are seen at once; a manager has five minutes."""


def render(session: Session) -> None:
    """The whole page."""
    names = tuple(departments(session.viewer, session.workspace))
    if not names:
        asked_of_none(session, "department")
        page_head(session, session.say(N_("This week")), "")
        nothing_yet(
            session.say(N_("No data yet")),
            session.say(N_("Load a file; its departments appear here.")),
            "meetlat ingest FILE --mapping PRESET",
        )
        return
    head = st.container()
    department = _choice(session, names)
    viewed(session, "department", department)
    view = kept_department(session, department)
    with head:
        _head(session, view)
    if not view.cards:
        st.markdown(session.say(N_("There are no KPIs with data of this department yet.")))
        return
    _answer(session, view)
    cards = in_order(view)
    _cards(session, view.department, cards[:AT_ONCE])
    if others := cards[AT_ONCE:]:
        with st.expander(session.say(N_("{count} more KPIs"), count=len(others))):
            _cards(session, view.department, others)
    trend_card(session, view.department)


def _cards(session: Session, department: str, cards: Sequence[KpiCard]) -> None:
    with st.grid(4, min_column_width=235, border=True):
        for each in cards:
            kpi_card(session, each, department)


def _answer(session: Session, view: DepartmentView) -> None:
    first, language = in_order(view)[0], session.language
    latest = [(each.kpi, each.latest) for each in view.cards]
    with card():
        st.markdown(f"**{kpi_sentence(first.kpi, first.latest, first.change, first.every, language)}**")
        lines = [targets_sentence(latest, language), *_pilots(session, view)]
        st.markdown(" ".join(line for line in lines if line))
        st.markdown(signals_sentence([each.charted for each in in_order(view)], language))
        for found in governances(session.viewer, session.workspace, view.department).values():
            governance_line(session, found, with_name=len(view.pilots) > 1)


def _head(session: Session, view: DepartmentView) -> None:
    page_head(
        session,
        sentence_case(view.department),
        session.say(
            N_("Week {week} · data until {until}"),
            week=view.data_until.isocalendar().week,
            until=view.data_until,
        ),
        is_demo=view.is_demo,
    )


def _choice(session: Session, names: Sequence[str]) -> str:
    chosen = st.selectbox(
        session.say(N_("Department")),
        names,
        index=place_asked(session, "department", names),
        format_func=sentence_case,
        width=360,
    )
    st.query_params["department"] = chosen
    return chosen


def _pilots(session: Session, view: DepartmentView) -> list[str]:
    return [
        session.say(
            N_("Pilot {name} runs here since {start}."),
            name=pilot.name(session.language),
            start=pilot.starts[view.department],
        )
        for pilot in view.pilots
    ]


PAGE = Page(
    title=N_("This week"),
    url_path="this-week",
    section=N_("Department"),
    order=20,
    icon=":material/dashboard:",
    audience="see_departments",
    render=render,
)
