"""New limits from a day on: a form that wants a reason, and the rebases that stand."""

import streamlit as st

from core.language import date_text
from core.language.text import N_
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.rebase import Rebase
from pages.widgets.answered import answered
from pages.widgets.session import Session
from pages.widgets.words import small
from reports.words_rebase import hides_sentence, rebase_sentence
from workflows.rebase import rebase, withdraw

KEPT = "rebase-kept"


def rebase_form(session: Session, found: ChartedKpi) -> None:
    """The rebases for everyone; the form and the buttons for who may decide."""
    may = session.viewer.may("rebase_charts")
    for one in found.rebases:
        _standing(session, one, may=may)
    kept = st.session_state.pop(KEPT, None)
    if kept:
        st.info(kept, icon=":material/info:")
    if may and found.chart.periods:
        with st.expander(session.say(N_("New limits")), icon=":material/restart_alt:", type="compact"):
            _form(session, found)


def _standing(session: Session, one: Rebase, *, may: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        small(rebase_sentence(one, session.language))
        if may and st.button(session.say(N_("Withdraw")), key=f"withdraw-{one.id}", type="tertiary"):
            with answered(session, "kpi", one.kpi):
                withdraw(session.viewer, session.workspace, one.id)
                st.rerun()


def _form(session: Session, found: ChartedKpi) -> None:
    small(
        session.say(
            N_(
                "Only when the work itself changed, the change held for eight points and twelve lie after "
                "it. Never to make a signal go away."
            )
        )
    )
    days = [period.start for period in dict.fromkeys(found.chart.periods)]
    with st.form(f"rebase-{found.chart.kpi.id}", border=False):
        day = st.selectbox(
            session.say(N_("From the period that begins on")),
            days,
            index=None,
            format_func=lambda one: date_text(one, session.language),
            placeholder=session.say(N_("Choose")),
            width=240,
        )
        reason = st.text_area(session.say(N_("Reason: what changed, and who knows of it")), max_chars=500)
        sent = st.form_submit_button(session.say(N_("Record new limits")))
    if not sent:
        return
    if day is None:
        st.error(session.say(N_("Choose from when on.")), icon=":material/info:")
        return
    with answered(session, "kpi", found.chart.kpi.id):
        one = rebase(session.viewer, session.workspace, found.chart.kpi.id, found.unit, day, reason)
        if one.hides_signal:
            st.session_state[KEPT] = hides_sentence(session.language)
        st.rerun()
