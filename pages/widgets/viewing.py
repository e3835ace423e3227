"""A page that is opened is written to the audit log: once per page and object, not per widget or rerun."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import streamlit as st

from core.errors import AuditUnavailable
from core.language.text import N_
from governance.access import Action
from governance.audit_events import EventName, ObjectKind
from pages.widgets.session import Session
from workflows.auditing import asked_in_vain, at_address, record, refused

Kind: TypeAlias = Literal["pilot", "department"]

IN_VAIN: dict[Kind, str] = {
    "pilot": N_("The address asks for a pilot that is not there, or not yours: this is the first of yours."),
    "department": N_(
        "The address asks for a department that is not there, or not yours: this is the first of yours."
    ),
}
"""One answer for both: a stranger learns nothing about what exists."""

PAGE, OPENED, REFUSED, VAIN = "page-open", "page-logged", "page-refused", "asked-in-vain"


def page_opened(address: str) -> None:
    """A page begins to run; another page than before, and what it shows counts as opened anew."""
    at_address(st.context.ip_address)
    if st.session_state.get(PAGE) != address:
        st.session_state[PAGE] = address
        st.session_state.pop(OPENED, None)
        st.session_state.pop(REFUSED, None)
        st.session_state.pop(VAIN, None)


def page_refused(session: Session, others: Mapping[str, Action]) -> None:
    """The address may be that of a page that is not theirs: written down; they see what no address shows.

    others: the right that each page asks for which this viewer may not open.
    """
    address = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    if address in others and session.viewer.name and st.session_state.get(REFUSED) != address:
        st.session_state[REFUSED] = address
        refused(session.viewer, session.workspace, "page", address, others[address])


def place_asked(session: Session, kind: Kind, options: Sequence[str]) -> int:
    """Where among the options is what the address asks for; the first, and a word on it, where it is none."""
    asked = st.query_params.get(kind, "")
    if asked in options:
        return options.index(asked)
    if asked:
        asked_in_vain(session.viewer, session.workspace, kind, asked)
        st.toast(session.say(IN_VAIN[kind]), icon=":material/info:", duration="infinite")
    return 0


def asked_of_none(session: Session, kind: Kind) -> None:
    """The address may ask for one while none is theirs: written down once; the page stays as it is."""
    asked = st.query_params.get(kind, "")
    if asked and st.session_state.get(VAIN) != asked:
        st.session_state[VAIN] = asked
        asked_in_vain(session.viewer, session.workspace, kind, asked)


def viewed(
    session: Session, kind: ObjectKind, object_id: str, name: EventName = "viewed", kpi: str = ""
) -> None:
    """The page shows this. While the log cannot be written it may be read, and says so.

    Raises AuditUnavailable for the log itself: who looks into it stands in it.
    """
    shown = (name, kind, object_id, kpi)
    if st.session_state.get(OPENED) == shown:
        return
    page = st.session_state.get(PAGE, "")
    try:
        record(session.viewer, session.workspace, name, kind, object_id, page=page, kpi=kpi)
    except AuditUnavailable:
        if name == "log_viewed":
            raise
        st.warning(
            session.say(N_("The audit log cannot be written: you can read, and nothing can be exported.")),
            icon=":material/lock:",
        )
        return
    st.session_state[OPENED] = shown
