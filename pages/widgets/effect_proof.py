"""What a verdict rests on: its criteria, what would change it, the assumptions and the data."""

import streamlit as st

from core.language import percent
from core.language.text import N_
from experiments.decision import Criterion, Decision
from experiments.estimate import Estimate
from experiments.evaluation import KpiResult
from pages.widgets.explain_link import definition_link
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import criterion_badge, small, verdict_badge
from reports.wording import (
    count_text,
    criterion_measured,
    criterion_name,
    criterion_threshold,
    design_name,
    exclusion_name,
    question_text,
    ways_to_change,
)
from reports.words_criteria import CRITERIA, QUESTIONS
from workflows.overview import PilotView

ASSUMPTION_COLUMNS = 3


def criteria(session: Session, view: PilotView, decision: Decision) -> None:
    """Every criterion of the rule, and beside it what would lead to another verdict."""
    left, right = st.columns([1.75, 1], gap="small")
    with left, card(stretch=True):
        card_head(session.say(N_("Why this verdict")), verdict_badge(decision.verdict, session))
        st.table(
            _criterion_rows(session, view, decision), border="horizontal", hide_header=True, hide_index=True
        )
        small(session.say(N_("Thresholds come from the plan as it was locked.")))
    with right, card(stretch=True):
        card_head(session.say(N_("What would change the verdict")))
        ways = ways_to_change(view, session.language)
        if not ways:
            st.markdown(session.say(N_("Nothing that is foreseen in the plan.")))
        for verdict, way in ways:
            st.markdown(f"{verdict_badge(verdict, session)} {way}")


def _criterion_rows(session: Session, view: PilotView, decision: Decision) -> list[dict[str, str]]:
    rows = []
    for question in QUESTIONS:
        answers = [found for found in decision.criteria if CRITERIA[found.code].question == question]
        if answers:
            rows.append({"criterion": f"**{question_text(question, session.language)}**", "state": ""})
        rows += [_criterion_row(session, view, found) for found in answers]
    return rows


def _criterion_row(session: Session, view: PilotView, found: Criterion) -> dict[str, str]:
    language = session.language
    parts = [criterion_measured(found, view, language)]
    threshold = criterion_threshold(found, view, language)
    if threshold:
        parts.append(session.say(N_("asked: {threshold}"), threshold=threshold))
    under = " · ".join(part for part in parts if part)
    name = criterion_name(found, view, language)
    return {
        "criterion": f"{name}  \n:gray[{under}]" if under else name,
        "state": criterion_badge(found, session),
    }


def assumptions(session: Session, result: Estimate) -> None:
    """The design in words, and each assumption it cannot do without."""
    with card():
        card_head(session.say(N_("What this rests on")))
        st.markdown(design_name(result.design, session.language))
        if result.why.template:
            small(result.why.render(session.language))
        if result.method_note.template:
            small(result.method_note.render(session.language))
        columns = st.columns(min(ASSUMPTION_COLUMNS, max(1, len(result.assumptions))), gap="medium")
        for at, assumption in enumerate(result.assumptions):
            with columns[at % len(columns)]:
                st.markdown(assumption.render(session.language))
        for warning in result.warnings:
            small(":material/priority_high: " + warning.render(session.language))


def data_behind(session: Session, view: PilotView, found: KpiResult) -> None:
    """How many rows and persons, what was left out and why, and the fingerprints of plan and data."""
    language = session.language
    with card():
        card_head(session.say(N_("The data behind it")))
        parts = [
            session.say(N_("n = {count} rows"), count=count_text(found.n, language)),
            session.say(
                N_("{share} of the department-weeks hold data"),
                share=percent(found.completeness, 0, language),
            ),
        ]
        if found.patients is not None:
            parts.append(session.say(N_("{count} patients"), count=count_text(found.patients, language)))
        if found.staff is not None:
            parts.append(session.say(N_("{count} clinicians"), count=count_text(found.staff, language)))
        st.markdown(" · ".join(parts))
        left_out = [
            f"{exclusion_name(reason, language)}: {count_text(count, language)}"
            for reason, count in found.excluded.items()
            if count
        ]
        if left_out:
            st.markdown(session.say(N_("Left out: {reasons}."), reasons=", ".join(left_out)))
        small(
            session.say(
                N_("plan {plan} · version {version} of the KPI · data {cube} until {until}"),
                plan=view.evaluation.plan_sha256[:12],
                version=found.kpi_version,
                cube=view.evaluation.cube_version,
                until=view.data_until,
            )
        )
        definition_link(session, found.kpi, found.kpi_version)
