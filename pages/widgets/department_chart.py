"""The one larger chart of the department page, for the KPI that somebody chooses, with its table."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import streamlit as st

from core.language import date_text
from core.language.text import N_
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi, Event
from pages.widgets.answered import answered
from pages.widgets.charts import chart, table_below
from pages.widgets.explain_link import explain_link
from pages.widgets.kept import kept_department, kept_ruler
from pages.widgets.kpi_card import latest_period
from pages.widgets.layout import card, sentence_case
from pages.widgets.rebase_form import rebase_form
from pages.widgets.session import Session
from pages.widgets.words import small
from reports.before_after import before_after_rows
from reports.chart_table import chart_rows
from reports.figure_control_chart import control_chart_figure
from reports.figure_trend import Moment, trend_figure
from reports.wording import label
from reports.words_chart_trust import cautions, how_sure
from reports.words_department import direction_text
from reports.words_kpi_chart import chart_sentence
from reports.words_kpi_choice import base_words, chart_words, plotted_kpi
from workflows.department import DepartmentView, KpiCard
from workflows.kpi_chart import KpiChartRequest, chart_measured

View = Literal["course", "months", "residuals", "before_after"]
VIEWS: dict[View, str] = {
    "course": N_("Trend"),
    "months": N_("Month"),
    "residuals": N_("Residual"),
    "before_after": N_("Before/after"),
}


def in_order(view: DepartmentView) -> tuple[KpiCard, ...]:
    """The cards, those first that the plans of the pilots here are about, then those with a target."""
    plans = view.pilots
    named = [plan.primary.kpi for plan in plans]
    named += [guardrail.kpi for plan in plans for guardrail in plan.guardrails]
    named += [plan.use.kpi for plan in plans if plan.use is not None]
    rank = {kpi: at for at, kpi in reversed(list(enumerate(named)))}

    def place(each: KpiCard) -> tuple[int, bool]:
        return rank.get(each.kpi.id, len(named)), each.kpi.target is None

    return tuple(sorted(view.cards, key=place))


@st.fragment
def trend_card(session: Session, department: str) -> None:
    """A heading to choose the KPI, what to look at, a sentence, the chart, what happened and the table."""
    with answered(session, "department", department):
        _trend(session, department)


def _trend(session: Session, department: str) -> None:
    view = kept_department(session, department)
    by_id = {each.kpi.id: each for each in in_order(view)}
    with card():
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            chosen = by_id[
                st.selectbox(
                    session.say(N_("KPI in the chart")),
                    list(by_id),
                    format_func=lambda id_: label(by_id[id_].kpi, session.language),
                    width=360,
                )
            ]
            looked_at = _look(session, chosen)
        found = _found(view, chosen, looked_at)
        if looked_at == "before_after":
            _before_after(session, found)
        else:
            _drawn(session, view, found)
        if rows := chart_rows(found, session.language):
            table_below(session, rows[::-1])
        rebase_form(session, found)
        explain_link(session, chosen.kpi.id, view.department, latest_period(chosen))


def _look(session: Session, each: KpiCard) -> View:
    """What can be looked at, as far as it says something here."""
    views = list(_views(session, each))
    if len(views) == 1:
        return views[0]
    chosen: View | None = st.segmented_control(
        session.say(N_("View")),
        views,
        default=views[0],
        format_func=lambda view: session.say(VIEWS[view]),
        label_visibility="collapsed",
        key=f"view-{each.kpi.id}",
        required=True,
    )
    return chosen or views[0]


def _views(session: Session, each: KpiCard) -> Iterator[View]:
    found = each.charted.chart.charted
    yield "course"
    if not isinstance(found, ControlChart):
        return
    if each.every == "week":
        yield "months"
    if found.autocorrelation is not None and found.autocorrelation.flagged:
        yield "residuals"
    if before_after_rows(each.charted, session.language):
        yield "before_after"


def _found(view: DepartmentView, each: KpiCard, looked_at: View) -> ChartedKpi:
    if looked_at in ("course", "before_after"):
        return each.charted
    every = "month" if looked_at == "months" else each.every
    asked = KpiChartRequest(every=every, residual=looked_at == "residuals")
    return chart_measured(each.measured[every], view.around, asked)


def _drawn(session: Session, view: DepartmentView, found: ChartedKpi) -> None:
    kpi, language = found.chart.kpi, session.language
    sentence = chart_sentence(found, language)
    st.markdown(sentence)
    events = (*view.events, *kept_ruler(session, kpi.id, view.department))
    moments = [*_moments(session, view, found, events)]
    if found.drawn is None or found.drawn.value is None:
        _without_limits(session, found, moments, sentence)
    else:
        _with_limits(session, found, moments, sentence)
    for line in _notes(session, found, moments):
        small(line)
    _worked_out(session, found)


def _with_limits(session: Session, found: ChartedKpi, moments: list[Moment], sentence: str) -> None:
    if found.drawn is None or found.drawn.value is None:
        return
    shown = plotted_kpi(found.chart.kpi, found.chart.choice.plotted, residual=found.drawn.value.residual)
    live = found.chart.go_live
    figure = control_chart_figure(
        found.drawn,
        [period.start for period in found.chart.periods],
        shown,
        moments,
        session.mode,
        session.language,
        run_in=(live.start, live.settled) if live is not None else None,
    )
    if figure is not None:
        chart(figure, alt=f"{label(shown, session.language)}. {sentence}", key="trend")


def _without_limits(session: Session, found: ChartedKpi, moments: list[Moment], sentence: str) -> None:
    """The course with what each value may be off, where there is no control chart."""
    if all(item.value is None or item.value.value is None for item in found.series):
        return
    days, kpi = [period.start for period in found.periods], found.chart.kpi
    figure = trend_figure(found.series, days, kpi, moments, session.mode, session.language, is_uncertain=True)
    chart(figure, alt=f"{label(kpi, session.language)}. {sentence}", key="trend")


def _moments(
    session: Session, view: DepartmentView, found: ChartedKpi, events: tuple[Event, ...]
) -> Iterator[Moment]:
    for event in events:
        yield Moment(day=event.day, word=event.word.render(session.language))
    for pilot in view.pilots:
        yield Moment(day=pilot.starts[view.department], word=session.say(N_("start pilot")), is_start=True)
    for day in found.chart.shifted:
        yield Moment(day=day, word=session.say(N_("new limits")))


def _notes(session: Session, found: ChartedKpi, moments: list[Moment]) -> Iterator[str]:
    """The definition, on what the limits stand, what happened, and what asks for care."""
    kpi, language = found.chart.kpi, session.language
    parts = [kpi.question[language], direction_text(kpi, language), base_words(found, language)]
    parts += [f"{one.word} {date_text(one.day, language)}" for one in sorted(moments, key=_day)]
    yield " · ".join(part for part in parts if part)
    if said := " ".join(cautions(found, language)):
        yield said


def _worked_out(session: Session, found: ChartedKpi) -> None:
    """Folded, since it says nothing about care: the kind of chart, and how often it is wrong."""
    if not isinstance(found.chart.charted, ControlChart):
        return
    with st.expander(session.say(N_("How this is worked out")), type="compact"):
        small(f"{sentence_case(chart_words(found, session.language))}.")
        small(" ".join(how_sure(found, session.language)))


def _day(moment: Moment) -> date:
    return moment.day


def _before_after(session: Session, found: ChartedKpi) -> None:
    st.markdown(
        session.say(
            N_(
                "Before and after side by side. Other departments change too: what the tool did stands "
                "under Effect."
            )
        )
    )
    st.table(before_after_rows(found, session.language), border="horizontal", hide_index=True)
    small(chart_words(found, session.language))
