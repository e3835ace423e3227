"""One KPI of a department: the latest value, its change, its course, its target, n and date."""

from typing import Literal

import streamlit as st

from core.language import date_text, number
from core.language.text import N_
from core.period import Period
from pages.widgets.explain_link import explain_link
from pages.widgets.session import Session
from pages.widgets.spc_icons import spc_icons, state_colour
from pages.widgets.words import small
from reports.figure_trend import shown_value
from reports.wording import change_number, count_text, label
from reports.words_department import direction_text
from reports.words_quality import measured_note
from workflows.department import KpiCard


def kpi_card(session: Session, each: KpiCard, department: str) -> None:
    """The card; its cell already has the border."""
    kpi, language = each.kpi, session.language
    course = [shown_value(item) for item in each.series]
    with st.container(gap="xxsmall"):
        # A label of st.metric is cut off where it is longer than the card; this one wraps.
        st.markdown(f":small[{label(kpi, language)}]", help=kpi.question[language])
        st.metric(
            label(kpi, language),
            _value(session, each),
            delta=_change(session, each),
            delta_color=_colour(each),  # type: ignore[arg-type]
            delta_arrow=arrow(shown_change(each)),
            chart_data=[value * kpi.display_scale for value in course if value is not None] or None,
            label_visibility="collapsed",
        )
        small(" · ".join(part for part in (kpi.unit[language], direction_text(kpi, language)) if part))
        spc_icons(session, each.charted)
        _stands_on(session, each)
        shown = each.latest.value if each.latest is not None else None
        if note := measured_note(kpi, shown, language):
            small(note)
        explain_link(session, kpi.id, department, latest_period(each))


def latest_period(each: KpiCard) -> Period:
    """The period of the number on the card; the last one where there is none."""
    shown = each.latest.value if each.latest is not None else None
    if shown is not None:
        return shown.period
    both = zip(each.periods, each.series, strict=True)
    return next((period for period, one in both if one is each.latest), each.periods[-1])


def shown_change(each: KpiCard) -> float:
    """The change as the card rounds it: what is shown as 0 points nowhere."""
    return round((each.change or 0.0) * each.kpi.display_scale, each.kpi.digits)


def arrow(change: float) -> Literal["off", "up", "down"]:
    """The way that a change points."""
    return "up" if change > 0 else "down" if change < 0 else "off"


def _colour(each: KpiCard) -> str:
    """That of the chart's state; gray where the last weeks went the other way than it says."""
    colour, change = state_colour(each.charted), shown_change(each)
    better = change < 0 if each.kpi.direction == "lower" else change > 0
    return "gray" if change and better != (colour == "green") else colour


def _value(session: Session, each: KpiCard) -> str:
    latest, kpi = each.latest, each.kpi
    if latest is None:
        return "–"
    if latest.suppressed:
        return latest.mark
    if latest.value is None or latest.value.value is None:
        return "–"
    return number(latest.value.value * kpi.display_scale, kpi.digits, session.language)


def _change(session: Session, each: KpiCard) -> str | None:
    if each.change is None:
        return None
    change = change_number(each.change, each.kpi, "absolute", session.language)
    words = {
        "week": N_("{change} vs the 8 weeks before"),
        "month": N_("{change} vs the 2 months before"),
    }
    return session.say(words.get(each.every, words["week"]), change=change)


def _stands_on(session: Session, each: KpiCard) -> None:
    latest = each.latest
    if latest is None:
        small(session.say(N_("no data")))
    elif latest.suppressed or latest.value is None:
        small(session.say(N_("not shown: too few persons")))
    else:
        small(
            session.say(
                N_("n = {count} · until {until}"),
                count=count_text(latest.value.n, session.language),
                until=date_text(latest.value.period.end, session.language, style="short"),
            )
        )
