"""How firm an effect is: when trends differ, computed otherwise, and by every design that applies."""

from collections.abc import Sequence

import streamlit as st

from core.language.text import N_
from experiments.estimate import Estimate
from experiments.evaluation import PublishedResult
from experiments.router import Route
from kpis.kpi import Kpi
from pages.widgets.charts import chart, table_below
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.figure_inferences import forest
from reports.figure_sensitivity import sensitivity_figure
from reports.figure_specifications import specifications_figure
from reports.words_names import design_name
from reports.words_robustness import (
    sensitivity_note,
    sensitivity_rows,
    sensitivity_sentence,
    specification_rows,
    specifications_sentence,
)
from reports.words_routes import applying, route_text, routes_sentence
from workflows.overview import PilotView
from workflows.routes import known_routes, try_routes

DESIGN_ROW = 76
"""Two lines for the name of a design, one for its numbers."""


def firmness(session: Session, published: PublishedResult, kpi: Kpi) -> None:
    """The effect when trends differ and, beside it, computed in every way; nothing where neither can be."""
    firm = published.result.value.robustness if published.result.value else None
    if firm is None or (firm.sensitivity is None and not firm.specifications and not firm.notes):
        return
    left, right = st.columns(2, gap="small")
    with left:
        _when_trends_differ(session, published, kpi)
    with right:
        _computed_otherwise(session, published, kpi)


def _when_trends_differ(session: Session, published: PublishedResult, kpi: Kpi) -> None:
    found = published.result
    notes = found.value.robustness.notes if found.value and found.value.robustness else ()
    figure = sensitivity_figure(found, kpi, session.mode, session.language)
    with card(stretch=True):
        card_head(session.say(N_("If trends differ after the start")))
        if figure is None:
            _first_note(session, [note.render(session.language) for note in notes])
            return
        sentence = sensitivity_sentence(found, session.language)
        st.markdown(sentence)
        chart(figure, alt=sentence, key="sensitivity")
        small(sensitivity_note(found, kpi, session.language))
        with st.expander(session.say(N_("How this is worked out")), type="compact"):
            for note in notes:
                small(note.render(session.language))
        table_below(session, sensitivity_rows(found, kpi, session.language))


def _first_note(session: Session, notes: Sequence[str]) -> None:
    none = session.say(N_("This design does not rest on parallel trends."))
    st.markdown(notes[0] if notes else none)


def _computed_otherwise(session: Session, published: PublishedResult, kpi: Kpi) -> None:
    found = published.result
    figure = specifications_figure(found, kpi, session.mode, session.language)
    with card(stretch=True):
        card_head(session.say(N_("Every way to compute it")))
        if figure is None:
            st.markdown(
                session.say(N_("For this design there are no other ways to compute the same effect."))
            )
            return
        sentence = specifications_sentence(found, kpi, session.language)
        st.markdown(sentence)
        chart(figure, alt=sentence, key="specifications")
        small(session.say(N_("Full mark: that choice was made. One column is one way.")))
        table_below(session, specification_rows(found, kpi, session.language))


def designs(session: Session, view: PilotView, published: PublishedResult, kpi: Kpi) -> None:
    """Every design beside the others; tried when somebody asks, as that takes a while."""
    if published.role != "primary" or published.result.value is None:
        return
    found = known_routes(session.viewer, session.workspace, view)
    with card():
        card_head(session.say(N_("Designs beside each other")), _counts(session, found))
        if found is None:
            small(
                session.say(
                    N_(
                        "Meetlat chose one design from the plan and the data. Here you see what every other "
                        "design would find, or why it does not apply."
                    )
                )
            )
            if st.button(session.say(N_("Try every design")), key="designs", icon=":material/science:"):
                with st.spinner(session.say(N_("Trying every design; this can take a minute ..."))):
                    try_routes(session.viewer, session.workspace, view)
                st.rerun()
            return
        _beside(session, published, kpi, found)


def _beside(session: Session, published: PublishedResult, kpi: Kpi, found: Sequence[Route]) -> None:
    sentence = routes_sentence(found, session.language)
    st.markdown(sentence)
    apply = [route for route in found if isinstance(route.result, Estimate)]
    with st.expander(session.say(N_("Designs that apply: {count}"), count=len(apply)), type="compact"):
        left, right = st.columns(2, gap="medium")
        with left:
            _forest(session, published, kpi, apply, sentence)
        with right:
            _table(session, apply, kpi)
    refused = [route for route in found if route not in apply]
    with st.expander(session.say(N_("Designs that do not: {count}"), count=len(refused)), type="compact"):
        _table(session, refused, kpi)


def _forest(
    session: Session, published: PublishedResult, kpi: Kpi, routes: Sequence[Route], alt: str
) -> None:
    rows = applying(routes, published.scale, session.language)
    figure = forest(rows, published.result, kpi, session.mode, session.language, row=DESIGN_ROW)
    if figure is not None:
        chart(figure, alt=alt, key="designs-chart")


def _table(session: Session, routes: Sequence[Route], kpi: Kpi) -> None:
    rows = [
        {
            "design": f"{design_name(route.design, session.language)}  \n"
            f":gray[{route_text(route, kpi, session.language)}]",
            "state": _state(session, route),
        }
        for route in routes
    ]
    st.table(rows, border="horizontal", hide_header=True, hide_index=True)


def _state(session: Session, route: Route) -> str:
    if route.first:
        return badge(session.say(N_("chosen")), "check", "blue")
    if isinstance(route.result, Estimate):
        return badge(session.say(N_("applies")), "done", "gray")
    return badge(session.say(N_("does not apply")), "block", "gray")


def _counts(session: Session, found: Sequence[Route] | None) -> str:
    if found is None:
        return ""
    apply = sum(isinstance(route.result, Estimate) for route in found)
    return badge(session.say(N_("{count} of {of} apply"), count=apply, of=len(found)), "alt_route", "gray")
