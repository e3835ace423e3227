"""The one larger chart of the department page, for the KPI that somebody chooses, with its table."""

import streamlit as st

from core.language import date_text
from core.language.text import N_
from pages.widgets.charts import chart, table_below
from pages.widgets.explain_link import explain_link
from pages.widgets.kpi_card import latest_period
from pages.widgets.layout import card
from pages.widgets.session import Session
from pages.widgets.words import small
from reports.figure_tables import trend_rows
from reports.figure_trend import Moment, trend_figure
from reports.wording import label
from reports.words_department import direction_text, trend_sentence
from workflows.department import DepartmentView, KpiCard


def in_order(view: DepartmentView) -> tuple[KpiCard, ...]:
    """The cards, those first that the plans of the pilots here are about."""
    plans = view.pilots
    named = [plan.primary.kpi for plan in plans]
    named += [guardrail.kpi for plan in plans for guardrail in plan.guardrails]
    named += [plan.use.kpi for plan in plans if plan.use is not None]
    rank = {kpi: at for at, kpi in reversed(list(enumerate(named)))}
    return tuple(sorted(view.cards, key=lambda each: rank.get(each.kpi.id, len(named))))


def trend_card(session: Session, view: DepartmentView) -> None:
    """A heading to choose the KPI, a sentence, the chart, what happened and the table."""
    by_id = {each.kpi.id: each for each in in_order(view)}
    with card():
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            chosen = st.selectbox(
                session.say(N_("KPI in the chart")),
                list(by_id),
                format_func=lambda id_: label(by_id[id_].kpi, session.language),
                width=360,
            )
        _drawn(session, view, by_id[chosen])


def _drawn(session: Session, view: DepartmentView, each: KpiCard) -> None:
    kpi, language = each.kpi, session.language
    days = [period.start for period in each.periods]
    sentence = trend_sentence(kpi, each.series, language)
    st.markdown(sentence)
    moments = [
        *(Moment(day=event.day, word=event.word.render(language)) for event in view.events),
        *(
            Moment(day=pilot.starts[view.department], word=session.say(N_("start pilot")), is_start=True)
            for pilot in view.pilots
        ),
    ]
    figure = trend_figure(each.series, days, kpi, moments, session.mode, language)
    chart(figure, alt=f"{label(kpi, language)}. {sentence}", key="trend")
    parts = [kpi.question[language], direction_text(kpi, language)]
    parts += [f"{moment.word} {date_text(moment.day, language)}" for moment in moments]
    if any(item.suppressed for item in each.series):
        parts.append(session.say(N_("gap: too few persons to show")))
    small(" · ".join(part for part in parts if part))
    table_below(session, trend_rows(each.series, days, kpi, language))
    explain_link(session, kpi.id, view.department, latest_period(each))
