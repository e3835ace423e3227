"""What a KPI is, what stands behind a number of it, and a hospital's own definitions."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.errors import DefinitionError
from core.language.text import N_
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from pages.widgets.kpi_editor import editor_card
from pages.widgets.kpi_history import certified_badge, history_card
from pages.widgets.kpi_index import by_theme, forget_period, kpi_index
from pages.widgets.kpi_lines import lines_table, plain
from pages.widgets.kpi_number import number_card
from pages.widgets.layout import card, card_head, page_head
from pages.widgets.page import Page
from pages.widgets.session import Session
from pages.widgets.words import small
from reports.words_definition import THEMES, definition_lines
from reports.words_department import direction_text
from reports.words_numbers import label
from workflows.kpi_versions import definition, every_definition, versions
from workflows.own_kpis import own_ids


def render(session: Session) -> None:
    """The whole page."""
    try:
        known = every_definition(session.viewer, session.workspace)
    except DefinitionError as error:
        _broken(session, error)
        return
    own = own_ids(session.viewer, session.workspace)
    page_head(
        session,
        session.say(N_("KPIs")),
        session.say(N_("{count} definitions, {own} of your own"), count=len(known), own=len(own)),
    )
    chosen = _chosen(session, known)
    kpi_index(session, known, own, chosen.kpi.id)
    _what_it_is(session, chosen)
    department = None
    if session.viewer.may("see_departments"):
        number_card(session, chosen.kpi.key)
        department = st.query_params.get("department")
    with card():
        card_head(session.say(N_("The definition")))
        lines = definition_lines(chosen.kpi, known, session.language)
        lines_table(lines, alt=session.say(N_("The definition")))
    every = versions(session.viewer, session.workspace, chosen.kpi.id)
    history_card(session, every, department)
    editor_card(session, chosen.kpi.id, every[0])


def _chosen(session: Session, known: Mapping[str, Kpi]) -> DefinitionVersion:
    """The KPI of the address or chosen here, by theme; where it has older versions also the version."""
    asked, _, version = st.query_params.get("kpi", "").partition("@")
    ordered = by_theme(known)
    id_ = st.selectbox(
        session.say(N_("Find a KPI")),
        ordered,
        index=ordered.index(asked) if asked in ordered else 0,
        format_func=lambda name: _option(session, known[name]),
        help=session.say(N_("Type a part of its name, its heading or its id.")),
        on_change=forget_period,
    )
    keys = [one.kpi.key for one in versions(session.viewer, session.workspace, id_)]
    key = keys[0] if len(keys) == 1 else _version(session, keys, f"{id_}@{version}")
    st.query_params["kpi"] = id_ if key == keys[0] else key
    return definition(session.viewer, session.workspace, key)


def _version(session: Session, keys: Sequence[str], asked: str) -> str:
    return st.selectbox(
        session.say(N_("Version")),
        keys,
        index=keys.index(asked) if asked in keys else 0,
        format_func=lambda key: key.partition("@")[2],
        width=200,
    )


def _option(session: Session, kpi: Kpi) -> str:
    """Such as "Timeliness and flow · Discharge letter within 24 hours (letter_24h)"."""
    return f"{session.say(THEMES[kpi.theme])} · {label(kpi, session.language)} ({kpi.id})"


def _what_it_is(session: Session, version: DefinitionVersion) -> None:
    kpi, language = version.kpi, session.language
    with card():
        card_head(label(kpi, language), certified_badge(session, version))
        st.markdown(f"**{plain(kpi.question[language])}**")
        parts = [kpi.unit[language], direction_text(kpi, language), kpi.key]
        small(plain(" · ".join(part for part in parts if part)))


def _broken(session: Session, error: DefinitionError) -> None:
    """A definition in the hospital's folder breaks a rule: what is wrong, and its text to put it right."""
    page_head(session, session.say(N_("KPIs")), "")
    st.error(plain(error.render(session.language)).replace("\n", "  \n"), icon=":material/error:")
    names = own_ids(session.viewer, session.workspace)
    if not names or not session.viewer.may("edit_kpis"):
        return
    chosen = st.selectbox(session.say(N_("File of your own")), names, format_func="{}.toml".format)
    editor_card(session, chosen, None)


PAGE = Page(
    title=N_("KPIs"),
    url_path="kpis",
    section=N_("Analysis"),
    order=50,
    icon=":material/function:",
    audience="see_definitions",
    render=render,
)
