"""A page that is opened is written to the audit log: once per page and object, not per widget or rerun."""

import streamlit as st

from core.errors import AuditUnavailable
from core.language.text import N_
from governance.audit_events import EventName, ObjectKind
from pages.widgets.session import Session
from workflows.auditing import at_address, record

PAGE, OPENED = "page-open", "page-logged"


def page_opened(address: str) -> None:
    """A page begins to run; another page than before, and what it shows counts as opened anew."""
    at_address(st.context.ip_address)
    if st.session_state.get(PAGE) != address:
        st.session_state[PAGE] = address
        st.session_state.pop(OPENED, None)


def viewed(
    session: Session, kind: ObjectKind, object_id: str, name: EventName = "viewed", kpi: str = ""
) -> None:
    """The page shows this. While the log cannot be written it may be read, and says so."""
    shown = (name, kind, object_id, kpi)
    if st.session_state.get(OPENED) == shown:
        return
    page = st.session_state.get(PAGE, "")
    try:
        record(session.viewer, session.workspace, name, kind, object_id, page=page, kpi=kpi)
    except AuditUnavailable:
        st.warning(
            session.say(N_("The audit log cannot be written: you can read, and nothing can be exported.")),
            icon=":material/lock:",
        )
        return
    st.session_state[OPENED] = shown
