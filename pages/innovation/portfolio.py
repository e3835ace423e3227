"""All pilots on one scale: which to scale, extend or stop, and what asks for a decision first."""

from collections.abc import Callable, Sequence
from statistics import median

import streamlit as st

from core.language import percent
from core.language.text import N_
from experiments.decision import Verdict
from pages.widgets.large_number import large_number
from pages.widgets.layout import nothing_yet, page_head, waiting
from pages.widgets.page import Page
from pages.widgets.pilot_card import pilot_card
from pages.widgets.session import Session
from pages.widgets.viewing import viewed
from pages.widgets.words import small
from workflows.governance.standing import governances
from workflows.overview import PilotView, portfolio

DUE: tuple[Verdict, ...] = ("scale", "stop")
FILTERS: dict[str, Callable[[PilotView], bool]] = {
    N_("All"): lambda _: True,
    N_("Ready for a decision"): lambda view: _verdict(view) in DUE,
    N_("Running"): lambda view: _verdict(view) not in DUE,
}
URGENT, BY_NAME = N_("What asks for a decision first"), N_("By name")


def render(session: Session) -> None:
    """The whole page."""
    views = waiting(session, portfolio)
    if not views:
        page_head(session, session.say(N_("Portfolio")), "")
        nothing_yet(
            session.say(N_("No pilots yet")),
            session.say(N_("Register a pilot with its plan; from then on it stands here with its verdict.")),
            "meetlat pilots add PILOT.toml",
        )
        return
    viewed(session, "pilot", "")
    _head(session, views)
    _cards(session, views)
    chosen = _controls(session, views)
    governed = governances(session.viewer, session.workspace)
    for view in chosen:
        pilot_card(session, view, governed.get(view.pilot.pilot.id))
    if not chosen:
        st.markdown(session.say(N_("No pilot fits this choice.")))
    _key(session)


def _verdict(view: PilotView) -> Verdict | None:
    return view.decision.value.verdict if view.decision.value else None


def _head(session: Session, views: Sequence[PilotView]) -> None:
    until = max(view.data_until for view in views)
    departments = {name for view in views for name in view.pilot.pilot.starts}
    page_head(
        session,
        session.say(N_("Portfolio")),
        session.say(
            N_("Pilots: {pilots} · departments: {departments} · data until {until} · week {week}"),
            pilots=len(views),
            departments=len(departments),
            until=until,
            week=until.isocalendar().week,
        ),
        is_demo=any(view.is_demo for view in views),
    )


def _cards(session: Session, views: Sequence[PilotView]) -> None:
    decisions = [view.decision.value for view in views if view.decision.value]
    due = sum(decision.verdict in DUE for decision in decisions)
    guarded = [found.state for each in decisions for found in each.criteria if found.code == "guardrail"]
    past = sum(
        {"effect_excludes_zero", "effect_at_least_smallest_change"}
        <= {found.code for found in decision.criteria if found.state == "met"}
        for decision in decisions
    )
    of = N_("{part} of {whole}")
    crossed = guarded.count("not_met")
    with st.grid(4, min_column_width=220, border=True):
        large_number(
            session.say(N_("Ready for a decision")),
            session.say(of, part=due, whole=len(views)),
            session.say(N_("the decision is yours")),
        )
        large_number(
            session.say(N_("Effect past what matters")),
            session.say(of, part=past, whole=len(views)),
            session.say(N_("and certainly better")),
        )
        _use_metric(session, views)
        large_number(
            session.say(N_("Guardrails exceeded")),
            session.say(of, part=crossed, whole=len(guarded)),
            session.say(N_("{count} not shown to be safe yet"), count=guarded.count("undecided")),
        )


def _use_metric(session: Session, views: Sequence[PilotView]) -> None:
    pairs = [
        (result.result.value.use_value, result.threshold)
        for view in views
        for result in view.evaluation.by_role("use")
        if result.result.value and result.result.value.use_value is not None
    ]
    if not pairs:
        large_number(session.say(N_("Use, median")), "–", session.say(N_("not measured")))
        return
    enough = sum(share >= (needed or 0) for share, needed in pairs)
    large_number(
        session.say(N_("Use, median")),
        percent(median(share for share, _ in pairs), 0, session.language),
        session.say(N_("pays for itself: {part} of {whole}"), part=enough, whole=len(pairs)),
    )


def _controls(session: Session, views: Sequence[PilotView]) -> list[PilotView]:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        kept = st.segmented_control(
            session.say(N_("Which pilots")),
            list(FILTERS),
            default=next(iter(FILTERS)),
            format_func=session.say,
            required=True,
            label_visibility="collapsed",
        )
        order = st.selectbox(
            session.say(N_("Order")),
            (URGENT, BY_NAME),
            format_func=session.say,
            label_visibility="collapsed",
            width=280,
        )
    chosen = list(filter(FILTERS[kept], views))
    if order == BY_NAME:
        chosen.sort(key=lambda view: view.pilot.pilot.name(session.language))
    return chosen


def _key(session: Session) -> None:
    small(
        session.say(
            N_(
                ":material/check: met · :material/hourglass_empty: not shown yet · "
                ":material/close: exceeded · "
                ":material/remove: not assessed. Every effect stands on one scale: 0 is no effect, the "
                "dashed line is the smallest change that matters, in the green field it is worth the trouble."
            )
        )
    )


PAGE = Page(
    title=N_("Portfolio"),
    url_path="portfolio",
    section=N_("Innovation"),
    order=10,
    icon=":material/table_rows:",
    audience="see_pilots",
    render=render,
)
