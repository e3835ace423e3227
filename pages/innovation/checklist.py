"""The checklist of one pilot: what is open, whom to ask, what stops it, and everything that was signed."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.language.text import N_
from experiments.pilot import RegisteredPilot
from pages.widgets.checklist_answer import answer_card, phase_card
from pages.widgets.checklist_items import items_card
from pages.widgets.dialogs import told_what_was_done
from pages.widgets.incident_register import incidents_card
from pages.widgets.layout import nothing_yet, page_head
from pages.widgets.page import Page
from pages.widgets.session import Session
from pages.widgets.tool_versions import versions_card
from pages.widgets.viewing import asked_of_none, place_asked, viewed
from pages.widgets.words import small
from workflows.auditing import denials
from workflows.governance.dossier import dossier
from workflows.governance.signers import holders, powers
from workflows.governance.standing import PilotGovernance, governance
from workflows.plan import listed


def render(session: Session) -> None:
    """The whole page."""
    plans = listed(session.viewer, session.workspace)
    if not plans:
        asked_of_none(session, "pilot")
        page_head(session, session.say(N_("Checklist")), "")
        nothing_yet(
            session.say(N_("No pilots yet")),
            session.say(N_("Register a pilot with its plan; from then on its checklist stands here.")),
            "meetlat pilots add PILOT.toml",
        )
        return
    head = st.container()
    pilot = _choice(session, plans)
    viewed(session, "pilot", pilot)
    found = governance(session.viewer, session.workspace, pilot)
    may = powers(session.viewer, session.workspace, pilot)
    people = holders(session.viewer, session.workspace)
    with head:
        _head(session, found)
    told_what_was_done()
    answer_card(session, found, people)
    phase_card(session, found, may)
    items_card(session, found, may, people, "start")
    items_card(session, found, may, people, "scale")
    incidents_card(session, found, may)
    versions_card(session, found, may)
    small(session.say(N_("A full checklist is no claim to meet any law: your lawyer has the last word.")))


def _head(session: Session, found: PilotGovernance) -> None:
    page_head(
        session,
        session.say(N_("Checklist: {name}"), name=found.pilot.pilot.name(session.language)),
        session.say(
            N_("Phase: {phase} · plan v{version} · as it stands on {day}"),
            phase=found.phase.title[session.language],
            version=found.pilot.version,
            day=found.day,
        ),
        actions=partial(_dossier_button, session, found.pilot.pilot.id),
    )


def _choice(session: Session, plans: Sequence[RegisteredPilot]) -> str:
    names = {one.pilot.id: one.pilot.name(session.language) for one in plans}
    ids = list(names)
    chosen = st.selectbox(
        session.say(N_("Pilot")),
        ids,
        index=place_asked(session, "pilot", ids),
        format_func=lambda id_: names[id_],
        width=460,
    )
    st.query_params["pilot"] = chosen
    return chosen


def _dossier_button(session: Session, pilot: str) -> None:
    st.download_button(
        session.say(N_("Dossier")),
        data=partial(_dossier, session, pilot),
        file_name=f"dossier-{pilot}-{session.language}.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        key=f"dossier-{pilot}",
        help=session.say(
            N_("Everything that was recorded, with its evidence and fingerprints, as one ZIP file")
        ),
    )


def _dossier(session: Session, pilot: str) -> bytes:
    with denials(session.viewer, session.workspace, "report", pilot):
        return dossier(session.viewer, session.workspace, pilot, session.language)


PAGE = Page(
    title=N_("Checklist"),
    url_path="checklist",
    section=N_("Innovation"),
    order=15,
    icon=":material/checklist:",
    audience="see_checklist",
    render=render,
)
