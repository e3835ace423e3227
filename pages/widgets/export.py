"""The report of a pilot as a file; it is made when somebody asks for it, not before."""

from functools import partial

import streamlit as st

from core.language.text import N_
from pages.widgets.session import Session
from workflows.auditing import denials
from workflows.overview import PilotView
from workflows.panel_download import SHORTEST_PURPOSE, panel_file
from workflows.publish import known_formats, rendered


def export_menu(session: Session, view: PilotView) -> None:
    """A small menu with a button per format."""
    with st.popover(session.say(N_("Export")), icon=":material/download:", width="content"):
        for name, kind in known_formats().items():
            st.download_button(
                name.upper(),
                data=partial(_content, session, view, name),
                file_name=f"{view.pilot.pilot.id}-{session.language}.{kind.suffix}",
                mime=kind.media_type,
                on_click="ignore",
                key=f"export-{name}-{view.pilot.pilot.id}",
                width="stretch",
            )
        if session.viewer.may("export_panels"):
            _panel_button(session, view)


def _panel_button(session: Session, view: PilotView) -> None:
    """For an analyst: the cells that the estimate read, once it is said what for."""
    pilot, kpi = view.pilot.pilot.id, view.pilot.pilot.primary.kpi
    purpose = st.text_input(
        session.say(N_("What the panel is for (kept in the audit log)")),
        max_chars=100,
        key=f"purpose-{pilot}",
    )
    st.download_button(
        session.say(N_("Panel of the main KPI, by week (CSV)")),
        data=partial(_panel, session, pilot, kpi, purpose),
        file_name=f"{pilot}-{kpi}-panel.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"export-panel-{pilot}",
        disabled=len(purpose.strip()) < SHORTEST_PURPOSE,
        width="stretch",
    )


def _panel(session: Session, pilot: str, kpi: str, purpose: str) -> bytes:
    with denials(session.viewer, session.workspace, "panel", pilot):
        return panel_file(session.viewer, session.workspace, pilot, kpi, purpose)


def _content(session: Session, view: PilotView, name: str) -> bytes:
    with denials(session.viewer, session.workspace, "report", view.pilot.pilot.id):
        return rendered(session.viewer, session.workspace, view, name, session.language).content
