"""The answer at the top of the checklist, and the seven phases with the one the pilot is in."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.language.text import N_
from governance.checklist import Gate
from governance.incidents import asking
from pages.widgets.dialogs import dialog_button, done
from pages.widgets.governance_line import governance_badges
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_checklist import (
    ask_sentence,
    due_sentence,
    gate_sentence,
    incident_sentences,
    red_sentence,
)
from reports.words_governance import in_the_way_text
from workflows.governance.phase import enter_phase
from workflows.governance.signers import Powers
from workflows.governance.standing import PilotGovernance

GATES: tuple[Gate, ...] = ("start", "scale")


def answer_card(session: Session, found: PilotGovernance, people: Mapping[str, tuple[str, ...]]) -> None:
    """What is open and whom to ask, then what stops the pilot and what runs out."""
    language, checklist, gates = session.language, found.checklist, found.gates
    with card():
        st.markdown(_badges(session, found))
        for sentence in (
            red_sentence(checklist, gates, language),
            *incident_sentences(found.incidents, language),
        ):
            if sentence:
                st.markdown(f"**{plain(sentence)}**")
        for gate in GATES:
            st.markdown(f"**{plain(gate_sentence(checklist, gates, gate, language))}**")
            ask = ask_sentence(checklist, gates, gate, people, language)
            if ask:
                st.markdown(plain(ask))
        soon = due_sentence(found.due, language)
        if soon:
            names = "; ".join(_due_names(session, found))
            st.markdown(f":material/event_upcoming: {soon} :gray[{plain(names)}]")


def _due_names(session: Session, found: PilotGovernance) -> list[str]:
    items = (found.checklist.item(one.record.item) for one in found.due)
    return [item.title[session.language] for item in items if item is not None]


def _badges(session: Session, found: PilotGovernance) -> str:
    """What asks for attention; that it may be measured only where nothing stops it."""
    stopped = found.gates.red or asking(found.incidents, "stop")
    measured = badge(session.say(N_("may be measured")), "check", "green")
    first = [measured] if found.gates.may_be_measured and not stopped else []
    return " ".join([*first, *governance_badges(session, found)])


def phase_card(session: Session, found: PilotGovernance, may: Powers) -> None:
    """Where the pilot is among the seven phases, and what keeps it out of the next."""
    language, following = session.language, found.next_phase
    with card():
        card_head(session.say(N_("Phase")))
        st.markdown(
            " :gray[›] ".join(
                _phase_name(session, found, place) for place in range(len(found.checklist.phases))
            )
        )
        st.markdown(f"{found.phase.question[language]} :gray[{found.phase.asks[language]}]")
        if following is not None:
            words = N_("Next: {phase}. In the way: {blocked}.") if found.blocked_by else N_("Next: {phase}.")
            blocked = in_the_way_text(found.blocked_by, found.checklist, language)
            small(plain(session.say(words, phase=following.title[language], blocked=blocked)))
        if may.edit:
            dialog_button(
                session,
                session.say(N_("Change the phase")),
                session.say(N_("Change the phase")),
                partial(_phase_form, session, found),
                key="phase",
                icon=":material/flag:",
            )


def _phase_name(session: Session, found: PilotGovernance, place: int) -> str:
    phase = found.checklist.phases[place]
    name = phase.title[session.language]
    if phase == found.phase:
        return badge(name, "flag", "blue")
    passed = place < found.checklist.phases.index(found.phase)
    return name if passed else f":gray[{name}]"


def _phase_form(session: Session, found: PilotGovernance) -> None:
    names = {one.id: one.title[session.language] for one in found.checklist.phases}
    following = found.next_phase or found.phase
    with st.form("phase-form", border=False):
        phase = st.selectbox(
            session.say(N_("Phase")),
            list(names),
            index=list(names).index(following.id),
            format_func=lambda id_: names[id_],
        )
        why = st.text_area(session.say(N_("Why, and who decided it")), max_chars=500)
        sent = st.form_submit_button(session.say(N_("Record")), icon=":material/check:")
    if sent:
        enter_phase(session.viewer, session.workspace, found.pilot.pilot.id, phase, why)
        done(session.say(N_("The pilot is in phase {phase} from now on."), phase=names[phase]))
