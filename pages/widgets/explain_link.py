"""From a number on a screen to what stands behind it."""

import streamlit as st

from core.language.text import N_
from core.period import Period
from pages.widgets.session import Session

ADDRESS = "kpis"


def explain_link(session: Session, kpi: str, department: str, period: Period) -> None:
    """A quiet link to the page that explains this number; nothing for who may not open that page."""
    asked = {"kpi": kpi, "department": department, "period": period.label}
    _link(session, session.say(N_("Explain this number")), asked)


def definition_link(session: Session, kpi: str, version: int) -> None:
    """A quiet link to the version of a definition that a result was made with."""
    _link(session, session.say(N_("How this KPI is counted")), {"kpi": f"{kpi}@{version}"})


def _link(session: Session, words: str, asked: dict[str, str]) -> None:
    page = session.links.get(ADDRESS)
    if page is not None:
        st.page_link(page, label=f":gray[:small[{words}]]", icon=":material/help:", query_params=asked)
