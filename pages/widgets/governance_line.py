"""A pilot's governance on one line: what stops it, what runs out, its phase, and the way to its checklist."""

import streamlit as st

from core.language.text import N_
from governance.incidents import asking
from pages.widgets.session import Session
from pages.widgets.words import badge
from reports.words_checklist import due_sentence
from workflows.governance.standing import PilotGovernance

ADDRESS = "checklist"


def governance_line(session: Session, found: PilotGovernance, *, with_name: bool = False) -> None:
    """Badges where something asks for attention, the phase, and a link for who may open the checklist."""
    say, language = session.say, session.language
    name = f"{found.pilot.pilot.name(language)} · " if with_name else ""
    phase = say(N_("Phase: {phase}"), phase=found.phase.title[language])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badges = governance_badges(session, found)
        if badges:
            st.markdown(" ".join(badges), width="content")
        st.markdown(f":gray[:small[{name}{phase}]]", width="content")
        page = session.links.get(ADDRESS)
        if page is not None:
            st.page_link(
                page,
                label=f":gray[:small[{say(N_('To the checklist'))}]]",
                icon=":material/checklist:",
                query_params={"pilot": found.pilot.pilot.id},
            )


def governance_badges(session: Session, found: PilotGovernance) -> list[str]:
    """What asks for attention, the worst first."""
    say, gates = session.say, found.gates
    badges = []
    stopping, reviewed = asking(found.incidents, "stop"), asking(found.incidents, "review")
    if stopping:
        one, more = N_("incident {numbers} stops the pilot"), N_("incidents {numbers} stop the pilot")
        words = say(more if len(stopping) > 1 else one, numbers=", ".join(stopping))
        badges.append(badge(words, "report", "red"))
    if reviewed:
        one, more = N_("incident {numbers} is under review"), N_("incidents {numbers} are under review")
        words = say(more if len(reviewed) > 1 else one, numbers=", ".join(reviewed))
        badges.append(badge(words, "hourglass_top", "orange"))
    if gates.red:
        badges.append(badge(say(N_("{count} on red"), count=len(gates.red)), "close", "red"))
    if not gates.may_be_measured:
        badges.append(badge(say(N_("not measured yet")), "hourglass_empty", "gray"))
    if found.due:
        badges.append(
            badge(due_sentence(found.due, session.language).rstrip("."), "event_upcoming", "orange")
        )
    return badges
