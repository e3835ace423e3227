"""One number explained: the answer, what it was counted from, and the SQL that counts it."""

import streamlit as st

from core.errors import InputError
from core.language import date_text
from core.language.text import N_
from core.period import Period, parse
from kpis.explanation import Explanation
from kpis.statement_text import DATABASES, Database
from pages.widgets.kpi_lines import lines_table, plain
from pages.widgets.layout import card, card_head, sentence_case
from pages.widgets.session import Session
from pages.widgets.viewing import asked_of_none, place_asked, viewed
from pages.widgets.words import badge, small
from reports.words_explanation import answer, number_lines, origin_lines
from workflows.department import departments
from workflows.explain import explain
from workflows.explainable import explainable

PRODUCTS: dict[Database, str] = {"duckdb": "DuckDB", "postgresql": "PostgreSQL", "mssql": "SQL Server"}
UNBROKEN = "\N{NO-BREAK SPACE}"
STATUS_LOOK = {
    "value": (N_("complete"), "check", "green"),
    "incomplete": (N_("not complete"), "hourglass_empty", "gray"),
    "no_data": (N_("no value"), "remove", "gray"),
    "suppressed": (N_("not shown"), "visibility_off", "gray"),
}


def number_card(session: Session, kpi: str) -> None:
    """Choose a department and a period; `kpi` is an id, or id@version."""
    with card():
        head = st.container()
        chosen = _chosen(session, kpi)
        if chosen is None:
            with head:
                card_head(session.say(N_("A number explained")))
            return
        viewed(session, "department", chosen[0], kpi=kpi)
        with st.spinner(session.say(N_("Counting what is new ..."))):
            found = explain(session.viewer, session.workspace, kpi, *chosen)
        word, icon, colour = STATUS_LOOK[found.status]
        with head:
            card_head(session.say(N_("A number explained")), badge(session.say(word), icon, colour))
        _explained(session, found)


def _explained(session: Session, found: Explanation) -> None:
    language = session.language
    said = answer(found, language)
    st.markdown(f"**{plain(said).replace('< ', '<' + UNBROKEN)}**")
    numbers, origin = number_lines(found, language), origin_lines(found, language)
    if found.status == "suppressed":
        small(session.say(N_("Its definition and its files are no secret and stand below.")))
    left, right = st.columns(2, gap="medium") if numbers else (None, st.container())
    if left is not None:
        with left:
            lines_table(numbers, alt=said)
    with right:
        lines_table(origin, alt=session.say(N_("Where the number comes from")))
    _statements(session, found)


def _statements(session: Session, found: Explanation) -> None:
    with st.expander(session.say(N_("The SQL that counts it")), icon=":material/code:", type="compact"):
        database = st.segmented_control(
            session.say(N_("Database")),
            DATABASES,
            default=DATABASES[0],
            format_func=lambda name: PRODUCTS[name],
            required=True,
            label_visibility="collapsed",
            key="statement-database",
        )
        for text in found.statements[database]:
            st.code(text, language="sql", height=360)
        small(session.say(N_("Sums stand in the unit of the columns; tables are the standard tables.")))


def _chosen(session: Session, kpi: str) -> tuple[str, Period] | None:
    """The department and the period, from the address or chosen here; None where there is nothing."""
    names = departments(session.viewer, session.workspace)
    if not names:
        asked_of_none(session, "department")
        st.markdown(session.say(N_("Load a file; its departments appear here.")))
        st.code("meetlat ingest FILE --mapping PRESET", language="shell")
        return None
    left, right = st.columns(2, gap="small")
    with left:
        department = st.selectbox(
            session.say(N_("Department")),
            names,
            index=place_asked(session, "department", names),
            format_func=sentence_case,
        )
    st.query_params["department"] = department
    with right:
        period = _period(session, kpi, department)
    if period is None:
        st.markdown(session.say(N_("There are no data of this KPI here; its definition stands below.")))
        return None
    st.query_params["period"] = period.label
    return department, period


def _period(session: Session, kpi: str, department: str) -> Period | None:
    found = explainable(session.viewer, session.workspace, kpi, department)
    asked = _asked_period()
    options = list(found.periods)
    if asked is not None and asked not in options:
        options.insert(0, asked)
    begin = asked or found.usual
    if begin is None:
        return None
    return st.selectbox(
        session.say(N_("Period")),
        options,
        index=options.index(begin),
        format_func=lambda period: _period_text(session, period),
    )


def _asked_period() -> Period | None:
    try:
        return parse(st.query_params.get("period", ""))
    except InputError:
        return None


def _period_text(session: Session, period: Period) -> str:
    ends = (date_text(day, session.language, style="short") for day in (period.start, period.end))
    return period.label if period.every == "day" else f"{period.label} ({' – '.join(ends)})"
