"""What a verdict rests on: its criteria, what would change it, the assumptions and the data."""

from collections.abc import Sequence

import streamlit as st

from core.language import percent
from core.language.text import N_
from experiments.decision import Criterion, Decision
from experiments.estimate import Estimate
from experiments.evaluation import PublishedResult
from experiments.evidence_grade import evidence_grade
from pages.widgets.explain_link import definition_link
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, criterion_badge, criterion_tone, small, verdict_badge
from reports.rows_left_out import reasons_left_out
from reports.wording import (
    count_text,
    criterion_measured,
    criterion_name,
    criterion_state,
    criterion_threshold,
    design_name,
    question_text,
    ways_to_change,
)
from reports.words_criteria import CRITERIA, QUESTIONS, Question, says_something
from reports.words_grade import grade_reasons, grade_text
from reports.words_terms import terms
from workflows.overview import PilotView

ASSUMPTION_COLUMNS = 3
ICONS = {"red": "close", "gray": "remove", "green": "check"}


def criteria(session: Session, view: PilotView, decision: Decision) -> None:
    """The five questions with what is not met, and folded every criterion; beside it what leads elsewhere."""
    left, right = st.columns([1.75, 1], gap="small")
    with left, card(stretch=True):
        card_head(session.say(N_("Why this verdict")), verdict_badge(decision.verdict, session))
        asked = [(question, _answers(decision, question)) for question in QUESTIONS]
        rows = [_question_row(session, view, question, answers) for question, answers in asked if answers]
        st.table(rows, border="horizontal", hide_header=True, hide_index=True)
        with st.expander(session.say(N_("All criteria")), type="compact"):
            each = [_criterion_row(session, view, found) for _, answers in asked for found in answers]
            st.table(each, border="horizontal", hide_header=True, hide_index=True)
        small(session.say(N_("Thresholds come from the plan as it was locked.")))
    with right, card(stretch=True):
        card_head(session.say(N_("What would change the verdict")))
        ways = ways_to_change(view, session.language)
        if not ways:
            st.markdown(session.say(N_("Nothing that is foreseen in the plan.")))
        for verdict, way in ways:
            st.markdown(f"{verdict_badge(verdict, session)} {way}")


def _answers(decision: Decision, question: Question) -> list[Criterion]:
    """The criteria that answer a question and have something to say."""
    found = [one for one in decision.criteria if CRITERIA[one.code].question == question]
    return [one for one in found if says_something(one)]


def _question_row(
    session: Session, view: PilotView, question: Question, answers: Sequence[Criterion]
) -> dict[str, str]:
    """A question with how many of its criteria are met, and under it those that are not."""
    tones = [criterion_tone(found) for found in answers]
    tone = next((tone for tone in ("red", "gray") if tone in tones), "green")
    words = session.say(N_("{met} of {count}"), met=tones.count("green"), count=len(tones))
    open_ = [
        f"{criterion_name(found, view, session.language)} ({criterion_state(found, session.language)})"
        for found, shade in zip(answers, tones, strict=True)
        if shade != "green"
    ]
    under = "  \n".join(f":gray[{each}]" for each in open_)
    name = f"**{question_text(question, session.language)}**"
    return {
        "criterion": f"{name}  \n{under}" if under else name,
        "state": badge(words, ICONS[tone], tone),
    }


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
    """The strength of the evidence and why, the assumptions, and folded how it was worked out."""
    language, grade = session.language, evidence_grade(result)
    with card():
        card_head(session.say(N_("What this rests on")))
        named = grade_text(grade.grade, language)
        why = " ".join(grade_reasons(grade, language))
        st.markdown(f"**{session.say(N_('Strength of the evidence: {grade}.'), grade=named)}** {why}")
        _in_rows([assumption.render(language) for assumption in result.assumptions])
        for warning in result.warnings:
            small(":material/priority_high: " + warning.render(language))
        with st.expander(session.say(N_("How it was worked out")), type="compact"):
            st.markdown(design_name(result.design, language))
            for text in (result.why, result.method_note):
                if text.template:
                    small(text.render(language))
        with st.expander(session.say(N_("What the words mean")), type="compact"):
            for term, meaning in terms(result.level, language):
                st.markdown(f"**{term}**  \n:gray[{meaning}]")


def _in_rows(texts: Sequence[str]) -> None:
    """Side by side, row by row, so that a phone keeps their order; rows as full as can be."""
    rows = -(-len(texts) // ASSUMPTION_COLUMNS) or 1
    beside = -(-len(texts) // rows) or 1
    for first in range(0, len(texts), beside):
        for column, text in zip(
            st.columns(beside, gap="medium"), texts[first : first + beside], strict=False
        ):
            column.markdown(text)


def data_behind(session: Session, view: PilotView, published: PublishedResult) -> None:
    """How many rows and persons, what was left out and why, and the fingerprints of plan and data."""
    found, language = published.result.value, session.language
    if found is None:
        return
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
        left_out = [f"{reason}: {rows}" for reason, rows in reasons_left_out(published.result, language)]
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
