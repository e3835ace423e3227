"""The effect of one pilot: the plain answer, then the proof, then the method."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.language import number
from core.language.text import N_
from experiments.estimate import Estimate, NotEstimable, Reason
from experiments.evaluation import PublishedResult
from experiments.evidence_grade import evidence_grade
from experiments.panel import Scale
from kpis.kpi import Kpi
from pages.widgets.demo_truth import demo_truth
from pages.widgets.effect_charts import checks, methods_and_checks, over_time
from pages.widgets.effect_firmness import designs, firmness
from pages.widgets.effect_proof import assumptions, criteria, data_behind
from pages.widgets.export import export_menu
from pages.widgets.large_number import large_number
from pages.widgets.layout import card, card_head, nothing_yet, page_head, waiting
from pages.widgets.page import Page
from pages.widgets.session import Session
from pages.widgets.viewing import asked_of_none, place_asked, viewed
from pages.widgets.words import small, verdict_badge
from reports.report import not_measured
from reports.wording import (
    better_sign,
    change_number,
    change_unit,
    effect_text,
    headline,
    inference_name,
    interval_text,
    label,
    p_text,
    role_name,
)
from reports.words_department import direction_text
from reports.words_grade import grade_in_short, grade_word
from workflows.overview import PilotView, analysed


def render(session: Session) -> None:
    """The whole page."""
    views = {view.pilot.pilot.id: view for view in waiting(session, analysed)}
    if not views:
        asked_of_none(session, "pilot")
        page_head(session, session.say(N_("Effect")), "")
        nothing_yet(
            session.say(N_("No pilots yet")),
            session.say(N_("Register a pilot with its plan; from then on its effect stands here.")),
            "meetlat pilots add PILOT.toml",
        )
        return
    head = st.container()
    view, published = _choice(session, views)
    viewed(session, "pilot", view.pilot.pilot.id)
    with head:
        _head(session, view)
    _answer(session, view)
    _result(session, view, published)


def _head(session: Session, view: PilotView) -> None:
    plan = view.pilot
    page_head(
        session,
        session.say(N_("Effect: {name}"), name=plan.pilot.name(session.language)),
        session.say(
            N_(
                "{treated} pilot departments against {compared} for comparison · plan v{version} · "
                "data until {until}"
            ),
            treated=len(plan.pilot.starts),
            compared=len(plan.pilot.comparison),
            version=plan.version,
            until=view.data_until,
        ),
        is_demo=view.is_demo,
        actions=partial(export_menu, session, view),
    )


def _choice(session: Session, views: dict[str, PilotView]) -> tuple[PilotView, PublishedResult]:
    ids = list(views)
    left, right = st.columns(2, gap="small")
    with left:
        pilot = st.selectbox(
            session.say(N_("Pilot")),
            ids,
            index=place_asked(session, "pilot", ids),
            format_func=lambda id_: views[id_].pilot.pilot.name(session.language),
        )
    st.query_params["pilot"] = pilot
    view = views[pilot]
    results = {found.kpi: found for found in view.evaluation.results}
    with right:
        kpi = st.selectbox(
            session.say(N_("KPI")),
            list(results),
            format_func=lambda id_: " · ".join(
                (label(view.kpis[id_], session.language), role_name(results[id_].role, session.language))
            ),
            key=f"kpi-{pilot}",
        )
    return view, results[kpi]


def _answer(session: Session, view: PilotView) -> None:
    decision = view.decision.value
    with card():
        if decision is not None:
            st.markdown(verdict_badge(decision.verdict, session))
        st.markdown(f"**{headline(view, session.language)}**")
        if decision is not None:
            small(session.say(N_("This is what Meetlat concludes; the decision is people's.")))


def _result(session: Session, view: PilotView, published: PublishedResult) -> None:
    found, kpi, pilot = published.result.value, view.kpis[published.kpi], view.pilot.pilot
    refused = not_measured(view)
    if refused is not None:
        _not_yet(session, view, refused)
        return
    if found is None:
        _suppressed(session, published, kpi)
        return
    if isinstance(found.result, Estimate):
        _four_cards(session, published, kpi, found.result)
        demo_truth(session, view, published, kpi, found.result)
    elif isinstance(found.result, NotEstimable):
        _why_not(session, found.result, kpi)
    over_time(session, published, kpi, pilot)
    if published.role == "primary" and view.decision.value is not None:
        criteria(session, view, view.decision.value)
    if isinstance(found.result, NotEstimable) and found.result.checks:
        checks(session, found.result.checks, kpi, found.scale)
    if isinstance(found.result, Estimate):
        methods_and_checks(session, published, kpi, found.result)
        firmness(session, published, kpi)
    designs(session, view, published, kpi)
    if isinstance(found.result, Estimate):
        assumptions(session, found.result)
    data_behind(session, view, published)


def _suppressed(session: Session, published: PublishedResult, kpi: Kpi) -> None:
    with card():
        card_head(label(kpi, session.language))
        st.markdown(f"### {published.result.mark}")
        st.markdown(
            session.say(
                N_("Not shown: fewer persons stand behind this number than may be shown ({mark})."),
                mark=published.result.mark,
            )
        )


def _not_yet(session: Session, view: PilotView, refused: Reason) -> None:
    with card():
        card_head(session.say(N_("Before the start")))
        st.markdown(refused.remedy.render(session.language))
    if view.decision.value is not None:
        criteria(session, view, view.decision.value)


def _why_not(session: Session, result: NotEstimable, kpi: Kpi) -> None:
    with card():
        card_head(session.say(N_("Cannot be estimated yet")))
        for reason in result.reasons:
            st.markdown(
                f"**{reason.message.render(session.language)}** {reason.remedy.render(session.language)}"
            )
        if result.smallest_detectable is not None:
            smallest = effect_text(
                result.smallest_detectable, kpi, result.scale, session.language, signed=False
            )
            st.markdown(
                session.say(N_("With these data an effect of {size} or more could be seen."), size=smallest)
            )


def _four_cards(session: Session, published: PublishedResult, kpi: Kpi, result: Estimate) -> None:
    language = session.language
    interval = interval_text(result.interval, kpi, result.scale, language, level=result.level)
    freedom = result.degrees_of_freedom
    with st.grid(4, min_column_width=220, border=True):
        large_number(
            _with_unit(session, N_("Effect"), kpi, result.scale),
            _amount(session, result.effect, kpi, result.scale),
            (interval, direction_text(kpi, language)),
        )
        large_number(*_threshold(session, published, kpi))
        large_number(
            session.say(N_("Test against no effect")),
            p_text(result.p_value, language),
            (
                inference_name(result.inference, language),
                session.say(N_("{df} degrees of freedom"), df=number(freedom, 1, language))
                if freedom
                else "",
            ),
        )
        large_number(*_evidence(session, result))


def _amount(session: Session, change: float, kpi: Kpi, scale: Scale) -> str:
    """A change for a large figure: with % on the relative scale, else without the unit, which is too long."""
    write = effect_text if scale == "relative" else change_number
    return write(change, kpi, scale, session.language)


def _with_unit(session: Session, name: str, kpi: Kpi, scale: Scale) -> str:
    word = session.say(name)
    return word if scale == "relative" else f"{word}, {change_unit(kpi, scale, session.language)}"


def _threshold(session: Session, published: PublishedResult, kpi: Kpi) -> tuple[str, str, Sequence[str]]:
    names = {"primary": N_("Smallest change that matters"), "guardrail": N_("May not get worse by")}
    if published.threshold is None or published.role not in names:
        return session.say(N_("Threshold")), "–", [session.say(N_("none in the plan"))]
    side = better_sign(kpi) or 1
    size = published.threshold * (side if published.role == "primary" else -side)
    return (
        session.say(names[published.role]),
        _amount(session, size, kpi, published.scale),
        [session.say(N_("locked in the plan"))],
    )


def _evidence(session: Session, result: Estimate) -> tuple[str, str, Sequence[str]]:
    found = evidence_grade(result)
    word = f"{found.grade} · {grade_word(found.grade, session.language)}"
    return session.say(N_("Strength of the evidence")), word, grade_in_short(found, session.language)


PAGE = Page(
    title=N_("Effect"),
    url_path="effect",
    section=N_("Analysis"),
    order=30,
    icon=":material/insights:",
    audience="see_effects",
    render=render,
)
