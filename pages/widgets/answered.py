"""What goes wrong in a part of a page stands there in a sentence; what is refused is written down once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import streamlit as st

from core.errors import UserError
from core.language.text import N_
from governance.audit_events import ObjectKind
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session
from workflows.auditing import denials


@contextmanager
def answered(session: Session, kind: ObjectKind = "none", object_id: str = "") -> Iterator[None]:
    """A page, or a part of it that runs by itself later, when a right may be gone; never a traceback."""
    try:
        with denials(session.viewer, session.workspace, kind, object_id):
            yield
    except UserError as error:
        st.error(plain(error.render(session.language)), icon=":material/info:")
    except Exception:
        incident = uuid4().hex[:8]
        logging.getLogger("meetlat").exception("internal error %s", incident)
        message = N_("Meetlat made a mistake here. Its number is {incident}; the rest is in the log.")
        st.error(session.say(message, incident=incident), icon=":material/error:")
