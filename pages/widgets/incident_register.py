"""The incidents with a pilot's tool: what is open and what it asks, one to report, one to judge."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.language import date_text
from core.language.text import N_
from governance.incidents import CATEGORIES, SEVERITIES, Asks, IncidentRecord
from pages.widgets.dialogs import dialog_button, done
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, card_head, sentence_case
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_governance import ASKS_WORDS, judgement_text
from workflows.governance.incidents import Happening, change, report
from workflows.governance.signers import Powers
from workflows.governance.standing import PilotGovernance

ASKS_LOOK: dict[Asks, tuple[str, str]] = {
    "nothing": ("info", "gray"),
    "review": ("hourglass_top", "orange"),
    "stop": ("report", "red"),
}


def incidents_card(session: Session, found: PilotGovernance, may: Powers) -> None:
    """The register, open ones first, and the buttons that the viewer may use."""
    say = session.say
    ordered = sorted(found.incidents, key=lambda one: (one.closed, -one.number))
    with card():
        card_head(say(N_("Incidents")), _how_many(session, ordered))
        if ordered:
            st.table(
                [_row(session, one, found.judged[one.number][:-1]) for one in ordered],
                border="horizontal",
                hide_header=True,
                hide_index=True,
                alt=say(N_("Incidents")),
            )
        else:
            st.markdown(say(N_("Nothing was reported; that says nothing about safety.")))
        with st.container(horizontal=True):
            _buttons(session, found, may, ordered)


def _how_many(session: Session, ordered: Sequence[IncidentRecord]) -> str:
    open_ = sum(not one.closed for one in ordered)
    if not open_:
        return ""
    return badge(session.say(N_("{count} open"), count=open_), "hourglass_empty", "gray")


def _row(session: Session, one: IncidentRecord, before: Sequence[IncidentRecord]) -> dict[str, str]:
    say = session.say
    state = (
        badge(say(N_("dealt with")), "check", "green")
        if one.closed
        else badge(say(ASKS_WORDS[one.asks]), *ASKS_LOOK[one.asks])
    )
    what = f"{say(SEVERITIES[one.severity][0])} · {say(CATEGORIES[one.category])}"
    where = f"{date_text(one.day, session.language)} · {sentence_case(one.department)}"
    done_ = say(N_("Done about it: {action}"), action=one.action) if one.action else ""
    why = say(N_("Judged: {why}"), why=one.why) if one.why else ""
    told = "  \n".join(plain(part) for part in (one.happened, done_, why) if part)
    earlier = "".join(
        f"  \n:gray[:small[{plain(judgement_text(each, session.language))}]]" for each in before
    )
    return {
        "which": f"**{one.number}**",
        "state": f"{state}  \n:gray[:small[{plain(where)}]]",
        "what": f"**{sentence_case(what)}**  \n{told}{earlier}",
    }


def _buttons(
    session: Session, found: PilotGovernance, may: Powers, ordered: Sequence[IncidentRecord]
) -> None:
    say, pilot = session.say, found.pilot.pilot.id
    if may.report:
        dialog_button(
            session,
            say(N_("Report an incident")),
            say(N_("Report an incident")),
            partial(_report_form, session, found),
            key=f"report-{pilot}",
            icon=":material/add_alert:",
        )
    if may.judge and ordered:
        dialog_button(
            session,
            say(N_("Judge or close")),
            say(N_("Judge or close an incident")),
            partial(_judge_form, session, pilot, ordered),
            key=f"judge-{pilot}",
            icon=":material/gavel:",
        )


def _report_form(session: Session, found: PilotGovernance) -> None:
    say = session.say
    small(
        say(N_("Say what happened without naming a patient. Severe harm or death stops the pilot at once."))
    )
    with st.form("report-form", border=False):
        department = st.selectbox(
            say(N_("Department")), list(found.pilot.pilot.starts), format_func=sentence_case
        )
        day = st.date_input(
            say(N_("Day on which it happened")),
            session.workspace.today(),
            max_value=session.workspace.today(),
            format="DD-MM-YYYY",
        )
        category = st.selectbox(
            say(N_("What kind")), list(CATEGORIES), format_func=lambda name: say(CATEGORIES[name])
        )
        severity = st.radio(
            say(N_("Harm to the patient")),
            list(SEVERITIES),
            format_func=lambda name: say(SEVERITIES[name][0]),
            horizontal=True,
        )
        happened = st.text_area(say(N_("What happened")), max_chars=1_000)
        action = st.text_input(say(N_("What was done about it (may stay empty)")), max_chars=1_000)
        sent = st.form_submit_button(say(N_("Report")), icon=":material/add_alert:")
    if sent and severity is not None:
        what = Happening(
            day=day,
            department=department,
            category=category,
            severity=severity,
            happened=happened,
            action=action,
        )
        made = report(session.viewer, session.workspace, found.pilot.pilot.id, what)
        done(say(N_("Recorded as incident {number}."), number=made.number))


def _judge_form(session: Session, pilot: str, ordered: Sequence[IncidentRecord]) -> None:
    say, known = session.say, {one.number: one for one in ordered}
    number = st.selectbox(
        say(N_("Incident")),
        list(known),
        format_func=lambda one: (
            f"{one} · {date_text(known[one].day, session.language)} · {known[one].happened}"
        ),
    )
    one = known[number]
    with st.form(f"judge-form-{number}", border=False):
        severity = st.radio(
            say(N_("Harm to the patient")),
            list(SEVERITIES),
            index=list(SEVERITIES).index(one.severity),
            format_func=lambda name: say(SEVERITIES[name][0]),
            horizontal=True,
        )
        action = st.text_input(
            say(N_("What was done about it (may stay empty)")), one.action, max_chars=1_000
        )
        closed = st.checkbox(say(N_("It is dealt with")), value=one.closed)
        why = st.text_area(say(N_("Why, so that others can follow it")), max_chars=1_000)
        sent = st.form_submit_button(say(N_("Record")), icon=":material/check:")
    if sent:
        change(
            session.viewer,
            session.workspace,
            pilot,
            number,
            why,
            severity=severity,
            action=action,
            closed=closed,
        )
        done(say(N_("Recorded: incident {number}."), number=number))
