"""From a number on a screen to what stands behind it."""

import streamlit as st

from core.language.text import N_
from core.period import Period
from pages.widgets.session import Session

ADDRESS = "kpis"


def explain_link(session: Session, kpi: str, department: str, period: Period) -> None:
    """A quiet link to the page that explains this number; nothing for who may not open that page."""
    page = session.links.get(ADDRESS)
    if page is None:
        return
    st.page_link(
        page,
        label=f":gray[:small[{session.say(N_('Explain this number'))}]]",
        icon=":material/help:",
        query_params={"kpi": kpi, "department": department, "period": period.label},
    )
