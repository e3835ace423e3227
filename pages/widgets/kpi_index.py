"""Every definition by its theme, one click away."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.language.text import N_
from kpis.kpi import Kpi
from pages.widgets.session import Session
from reports.words_definition import THEMES
from reports.words_numbers import label


def by_theme(known: Mapping[str, Kpi]) -> list[str]:
    """The ids, theme by theme in the order of the themes."""
    order = list(THEMES)
    return sorted(known, key=lambda id_: (order.index(known[id_].theme), id_))


def kpi_index(session: Session, known: Mapping[str, Kpi], own: Sequence[str], chosen: str) -> None:
    """All of them, closed until somebody looks around; a hospital's own carry a mark."""

    def name(id_: str) -> str:
        text = label(known[id_], session.language)
        return f":material/edit_note: {text}" if id_ in own else text

    with st.expander(session.say(N_("All definitions by theme")), icon=":material/list:", type="compact"):
        for theme, heading in THEMES.items():
            ids = [id_ for id_ in by_theme(known) if known[id_].theme == theme]
            key = f"index-{theme}-{chosen}"
            if ids:
                st.pills(
                    session.say(heading),
                    ids,
                    default=chosen if chosen in ids else None,
                    format_func=name,
                    key=key,
                    on_change=_open,
                    args=(key,),
                )


def forget_period() -> None:
    """Another KPI begins with a period in which it has a value."""
    if "period" in st.query_params:
        del st.query_params["period"]


def _open(key: str) -> None:
    id_ = st.session_state.get(key)
    if id_ is not None:
        st.query_params["kpi"] = id_
        forget_period()
