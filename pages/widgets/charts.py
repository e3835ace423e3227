"""A chart with its text alternative, and the same numbers as a table one click away."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.language.text import N_
from pages.widgets.session import Session
from reports.figures import Figure

CONFIG = {"displayModeBar": False}
LONG = 14
LONG_HEIGHT = 420


def chart(figure: Figure, *, alt: str, key: str) -> None:
    """The chart in our own colours, without a toolbar."""
    st.plotly_chart(figure, theme=None, config=CONFIG, alt=alt, key=key)


def table_below(session: Session, rows: Sequence[Mapping[str, str]]) -> None:
    """The numbers of the chart above, for who cannot or would rather not read a chart."""
    with st.expander(session.say(N_("Show as table")), icon=":material/table_rows:", type="compact"):
        st.table(
            list(rows),
            border="horizontal",
            hide_index=True,
            height=LONG_HEIGHT if len(rows) > LONG else "content",
        )
