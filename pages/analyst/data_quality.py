"""Whether the numbers can be trusted: the plain answer, then what was measured, is late, and drifted."""

from typing import Any

import streamlit as st

from core.language.text import N_
from pages.widgets.kept import kept_quality
from pages.widgets.layout import card, nothing_yet, page_head, sentence_case
from pages.widgets.page import Page
from pages.widgets.quality_tables import drifted_card, late_card, measured_card
from pages.widgets.session import Session
from pages.widgets.source_freshness import sources_card
from pages.widgets.viewing import asked_of_none, place_asked, viewed
from pages.widgets.words import small
from reports.words_drift import drift_answer
from reports.words_lateness import late_answer
from reports.words_quality import overall_sentence
from workflows.department import departments
from workflows.quality.data_quality import DataQuality
from workflows.quality.summary import latest_coverage


def render(session: Session) -> None:
    """The whole page."""
    names = tuple(departments(session.viewer, session.workspace))
    page_head(
        session,
        session.say(N_("Data quality")),
        session.say(N_("The year up to the newest data · {count} departments"), count=len(names))
        if names
        else "",
    )
    if not names:
        asked_of_none(session, "department")
        nothing_yet(
            session.say(N_("No data yet")),
            session.say(N_("Load a file; what is missing, late or changed in it appears here.")),
            "meetlat ingest FILE --mapping PRESET",
        )
        return
    unit = _choice(session, names)
    viewed(session, "quality", unit or "")
    with st.spinner(session.say(N_("Looking through the data ..."))):
        found = kept_quality(session, unit)
    _answer(session, found)
    sources_card(session)
    measured_card(session, found.measured)
    late_card(session, found.late)
    drifted_card(session, found.drifted)


def _choice(session: Session, names: tuple[str, ...]) -> str | None:
    options = ("", *names)
    chosen = st.selectbox(
        session.say(N_("Department")),
        options,
        index=place_asked(session, "department", options),
        format_func=lambda name: sentence_case(name) if name else session.say(N_("All departments")),
        width=360,
    )
    if chosen:
        st.query_params["department"] = chosen
    elif "department" in st.query_params:
        del st.query_params["department"]
    return chosen or None


def _answer(session: Session, found: DataQuality) -> None:
    language = session.language
    shares = latest_coverage(found.measured)
    known = [one for one in found.late.maturity if one.observed is not None]
    looked = [one for one in found.drifted if one.status != "unknown"]
    sentences: list[Any] = [
        overall_sentence(
            sum(len(one.below) for one in shares),
            sum(one.unknown for one in shares),
            sum(one.looked for one in shares),
            language,
        ),
        late_answer(sum(one.too_short for one in known), len(known), language),
        drift_answer(sum(one.status == "changed" for one in looked), len(looked), language),
    ]
    with card():
        st.markdown(f"**{sentences[0]}**")
        st.markdown(" ".join(sentences[1:]))
        small(session.say(N_("A change of the data is no change of care: look here before an effect.")))


PAGE = Page(
    title=N_("Data quality"),
    url_path="data-quality",
    section=N_("Analysis"),
    order=40,
    icon=":material/fact_check:",
    audience="see_quality",
    render=render,
)
