"""One pilot in the portfolio: verdict, effect, guardrails, use, gates and the next step."""

import streamlit as st

from core.language import percent
from core.language.text import N_
from experiments.decision import Criterion, Decision, Verdict
from experiments.estimate import Estimate, NotEstimable
from experiments.evaluation import KpiResult
from experiments.evidence_grade import evidence_grade
from kpis.kpi import Kpi
from pages.widgets.bars import effect_bar, use_bar
from pages.widgets.governance_line import governance_line
from pages.widgets.layout import card
from pages.widgets.session import Session
from pages.widgets.words import badge, small, state_badge, verdict_badge
from reports.figures import matters_label
from reports.palette import Palette, palette
from reports.report import not_measured
from reports.wording import (
    better_sign,
    effect_text,
    headline,
    interval_text,
    item_names,
    label,
    ways_to_change,
)
from workflows.baseline import in_words
from workflows.governance.standing import PilotGovernance
from workflows.overview import PilotView

GATES = ("governance_red", "gate_start", "gate_scale")


def pilot_card(session: Session, view: PilotView, governed: PilotGovernance | None = None) -> None:
    """The bordered card of one pilot. governed: how its checklist stands, where the viewer may see that."""
    with card(gap="small"):
        _line_one(session, view)
        st.markdown(headline(view, session.language))
        if governed is not None:
            governance_line(session, governed)
        if view.baseline is not None:
            small(":material/hourglass_empty: " + in_words(view.baseline).render(session.language))
        effect, guardrails, use, gates = st.columns([3.2, 2.3, 1.8, 2.7], gap="medium")
        with effect, st.container(gap="xsmall"):
            _effect(session, view)
        with guardrails, st.container(gap="xsmall"):
            _guardrails(session, view)
        with use, st.container(gap="xsmall"):
            _use(session, view)
        with gates, st.container(gap="xsmall"):
            _gates(session, view)


def colour_of(verdict: Verdict | None, colours: Palette) -> str:
    """The state colour of a verdict."""
    by_verdict = {"scale": colours.green, "extend": colours.blue, "stop": colours.red}
    return by_verdict.get(verdict or "", colours.gray)


def _line_one(session: Session, view: PilotView) -> None:
    decision, plan = view.decision.value, view.pilot.pilot
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        verdict = decision.verdict if decision else "cannot_tell"
        st.markdown(verdict_badge(verdict, session), width="content")
        st.subheader(plan.name(session.language), anchor=False, width="content")
        count = len(plan.starts)
        scope = N_("{count} departments · {vendor}") if plan.vendor else N_("{count} departments")
        st.markdown(f":gray[{session.say(scope, count=count, vendor=plan.vendor)}]", width="stretch")
        if "effect" in session.links:
            _button(session, plan.id, due=verdict in ("scale", "stop"))


def _button(session: Session, pilot: str, *, due: bool) -> None:
    words = session.say(N_("See the evidence"))
    filled = due and session.mode == "light"
    text = f"**:blue[{words}]**" if due and not filled else words
    if st.button(
        text,
        key=f"open-{pilot}",
        type="primary" if filled else "secondary",
        icon=":material/arrow_forward:",
        icon_position="right",
    ):
        st.switch_page(session.links["effect"], query_params={"pilot": pilot})


def _effect(session: Session, view: PilotView) -> None:
    published = view.evaluation.primary
    kpi = view.kpis[published.kpi]
    small(session.say(N_("Effect")) + " · " + label(kpi, session.language))
    found = published.result.value
    if found is None:
        st.markdown(f"**{published.result.mark}**")
        small(session.say(N_("Not shown: too few persons stand behind it.")))
    elif isinstance(found.result, Estimate):
        _estimated(session, view, found, found.result, kpi)
    elif not_measured(view) is not None:
        st.markdown(f"**{session.say(N_('Not measured yet'))}**")
    else:
        st.markdown(f"**{session.say(N_('Cannot be estimated yet'))}**")
        if isinstance(found.result, NotEstimable):
            small(found.result.reasons[0].message.render(session.language))


def _estimated(session: Session, view: PilotView, found: KpiResult, result: Estimate, kpi: Kpi) -> None:
    effect = effect_text(result.effect, kpi, result.scale, session.language)
    interval = interval_text(result.interval, kpi, result.scale, session.language, level=result.level)
    grade = session.say(N_("evidence {grade}"), grade=evidence_grade(result).grade)
    together = grade.replace(" ", "\N{NO-BREAK SPACE}")
    st.markdown(f"**{effect}** :gray[:small[{interval} · {together}]]")
    size, sign = found.threshold, better_sign(kpi)
    if not size or not sign:
        return
    matters = matters_label(size, kpi, result.scale, session.language)
    verdict = view.decision.value.verdict if view.decision.value else None
    effect_bar(
        session,
        effect=sign * result.effect / size,
        interval=(sign * result.interval[0] / size, sign * result.interval[1] / size),
        colour=colour_of(verdict, palette(session.mode)),
        matters=matters,
        spoken=f"{label(kpi, session.language)}: {effect}, {interval}, {matters}",
    )


def _guardrails(session: Session, view: PilotView) -> None:
    small(session.say(N_("Guardrails")))
    decision = view.decision.value
    found = [each for each in decision.criteria if each.code == "guardrail"] if decision else []
    if not found:
        st.markdown(session.say(N_("None in the plan")))
    if found:
        st.markdown(" ".join(_guardrail(session, view, each) for each in found))


def _guardrail(session: Session, view: PilotView, found: Criterion) -> str:
    return state_badge(found.state, label(view.kpis[found.about], session.language))


def _use(session: Session, view: PilotView) -> None:
    plan = view.pilot.pilot.use
    results = view.evaluation.by_role("use")
    if plan is None or not results:
        small(session.say(N_("Use")))
        st.markdown(session.say(N_("not measured")))
        return
    needed = session.say(N_("pays from {needed}"), needed=percent(plan.break_even, 0, session.language))
    small(session.say(N_("Use")))
    found = results[0].result
    share = found.value.use_value if found.value else None
    if share is None:
        st.markdown(f"**{found.mark or session.say(N_('no data'))}**")
        return
    words = percent(share, 0, session.language)
    enough = share >= plan.break_even
    state = badge(
        session.say(N_("enough") if enough else N_("too little")),
        "check" if enough else "close",
        "green" if enough else "red",
    )
    st.markdown(f"**{words}** {state}")
    use_bar(session, share=share, needed=plan.break_even, spoken=f"{words}, {needed}")
    small(needed)


def _gates(session: Session, view: PilotView) -> None:
    small(session.say(N_("Governance and next step")))
    decision = view.decision.value
    if decision is None:
        return
    gates = [each for each in decision.criteria if each.code in GATES]
    blocked = next((each for each in gates if each.state == "not_met"), None)
    if blocked is None:
        st.markdown(badge(session.say(N_("all signed")), "check", "green"))
    else:
        _blocked(session, blocked)
    step = _next_step(session, view, decision)
    if step:
        small(f":material/subdirectory_arrow_right: {step}")


def _blocked(session: Session, blocked: Criterion) -> None:
    red = blocked.code == "governance_red"
    count = len(blocked.about.split())
    words = session.say(N_("{count} on red") if red else N_("{count} open"), count=count)
    st.markdown(badge(words, "close" if red else "hourglass_empty", "red" if red else "gray"))
    names = item_names(blocked.about, session.language)
    small(names if count <= 2 else f"{item_names(' '.join(blocked.about.split()[:2]), session.language)} …")


def _next_step(session: Session, view: PilotView, decision: Decision) -> str:
    if decision.verdict == "scale":
        return session.say(N_("Put the decision to scale before the steering group"))
    if decision.verdict == "stop":
        return session.say(N_("Prepare the decision to stop and tell the users"))
    ways = ways_to_change(view, session.language)
    scale = [way for verdict, way in ways if verdict == "scale"]
    # The last way to scale is the one that takes more weeks or departments.
    chosen = scale[-1:] if decision.verdict == "extend" else [way for _, way in ways[:1]]
    return session.say(N_("Scale: {way}"), way=chosen[0]) if chosen and scale else ""
