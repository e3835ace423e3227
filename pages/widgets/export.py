"""The report of a pilot as a file; it is made when somebody asks for it, not before."""

from functools import partial

import streamlit as st

from core.language.text import N_
from pages.widgets.session import Session
from workflows.auditing import denials
from workflows.overview import PilotView
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


def _content(session: Session, view: PilotView, name: str) -> bytes:
    with denials(session.viewer, session.workspace, "report", view.pilot.pilot.id):
        return rendered(session.viewer, session.workspace, view, name, session.language).content
