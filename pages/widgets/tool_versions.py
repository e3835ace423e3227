"""The versions of a pilot's tool, by the day they came into use, and one to add."""

from functools import partial

import streamlit as st

from core.language import date_text
from core.language.text import N_
from governance.tool_versions import PARTS
from pages.widgets.dialogs import dialog_button, done
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import small
from workflows.governance.signers import Powers
from workflows.governance.standing import PilotGovernance
from workflows.governance.versions import add_version


def versions_card(session: Session, found: PilotGovernance, may: Powers) -> None:
    """The newest version first; each is a mark on the charts of the pilot's departments."""
    say = session.say
    with card():
        card_head(say(N_("Versions of the tool")))
        rows = [
            {
                "day": f"**{date_text(one.day, session.language)}**",
                "what": plain(f"{one.tool} · {say(PARTS[one.part])} {one.version}"),
                "note": plain(one.note),
            }
            for one in sorted(found.versions, key=lambda one: one.day, reverse=True)
        ]
        if rows:
            st.table(
                rows,
                border="horizontal",
                hide_header=True,
                hide_index=True,
                alt=say(N_("Versions of the tool")),
            )
        else:
            st.markdown(say(N_("No version was recorded.")))
        small(say(N_("Each is a mark on the charts, so that a jump can be told from the tool.")))
        if may.edit:
            dialog_button(
                session,
                say(N_("Add a version")),
                say(N_("Add a version")),
                partial(_form, session, found.pilot.pilot.id),
                key="version",
                icon=":material/add:",
            )


def _form(session: Session, pilot: str) -> None:
    say, today = session.say, session.workspace.today()
    with st.form("version-form", border=False):
        part = st.radio(
            say(N_("Of what")), list(PARTS), format_func=lambda name: say(PARTS[name]), horizontal=True
        )
        version = st.text_input(say(N_("Version, as the vendor calls it")), max_chars=60)
        day = st.date_input(say(N_("In use from")), today, max_value=today, format="DD-MM-YYYY")
        note = st.text_input(say(N_("What changed (may stay empty)")), max_chars=500)
        sent = st.form_submit_button(say(N_("Record")), icon=":material/check:")
    if sent and part is not None:
        add_version(session.viewer, session.workspace, pilot, part=part, version=version, day=day, note=note)
        done(say(N_("Recorded: version {version}."), version=version))
