"""The items of one gate: how each stands on one line, and everything about it one click away."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from core.language import date_text
from core.language.text import N_
from governance.checklist import DONE, Gate, Status
from governance.checklist.history import Evidence
from pages.widgets.checklist_signing import BIAS_ITEM, change_form, choices, sign_form
from pages.widgets.dialogs import dialog_button
from pages.widgets.group_comparison import group_comparison
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card_head
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_checklist import evidence_text, function_text, signed_line
from reports.words_governance import record_text, source_text, status_word
from workflows.governance.signers import Powers
from workflows.governance.standing import ItemView, PilotGovernance

STATUS_LOOK: dict[Status, tuple[str, str]] = {
    "open": ("hourglass_empty", "gray"),
    "in_progress": ("pending", "blue"),
    "signed": ("check", "green"),
    "red": ("close", "red"),
    "not_applicable": ("remove", "green"),
}
TITLES: dict[Gate, str] = {"start": N_("Before the start"), "scale": N_("Before scaling")}
FIRST: dict[Status, int] = {"red": 0, "open": 1, "in_progress": 2, "signed": 3, "not_applicable": 3}


def items_card(
    session: Session,
    found: PilotGovernance,
    may: Powers,
    people: Mapping[str, Sequence[str]],
    gate: Gate,
) -> None:
    """Every item of a gate, what is not done first."""
    items = [one for one in found.items if one.item.gate == gate]
    finished = sum(one.status in DONE for one in items)
    complete = finished == len(items)
    with st.container(gap="xsmall"):
        card_head(
            session.say(TITLES[gate]),
            badge(
                session.say(N_("{part} of {whole} done"), part=finished, whole=len(items)),
                "check" if complete else "hourglass_empty",
                "green" if complete else "gray",
            ),
        )
        for one in sorted(items, key=lambda one: FIRST[one.status]):
            with _row(session, found, one) as row:
                _details(session, found, one, people)
                if one.item.id == BIAS_ITEM and row.open:
                    group_comparison(session, found.pilot.pilot.id)
                with st.container(horizontal=True, vertical_alignment="center"):
                    _buttons(session, found, one, may)


def _row(session: Session, found: PilotGovernance, one: ItemView) -> ExpanderContainer:
    """An item folded up; what takes seconds to count is counted for who opens it."""
    return st.expander(
        _label(session, found, one),
        key=f"item-{found.pilot.pilot.id}-{one.item.id}",
        on_change="rerun" if one.item.id == BIAS_ITEM else "ignore",
    )


def _label(session: Session, found: PilotGovernance, one: ItemView) -> str:
    language = session.language
    word = session.say(N_("ran out")) if one.has_expired else status_word(one.status, language)
    line = signed_line(one.item, one.status, one.newest, found.checklist, language)
    state = badge(word, *STATUS_LOOK[one.status])
    return f"{state} **{plain(one.item.title[language])}** :gray[{plain(line)}]"


def _details(
    session: Session,
    found: PilotGovernance,
    one: ItemView,
    people: Mapping[str, Sequence[str]],
) -> None:
    rows = [{"name": f"**{name}**", "text": text} for name, text in _lines(session, found, one, people)]
    st.table(
        rows, border="horizontal", hide_header=True, hide_index=True, alt=one.item.title[session.language]
    )


def _lines(
    session: Session, found: PilotGovernance, one: ItemView, people: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    language, say, item, newest = session.language, session.say, one.item, one.newest
    yield say(N_("What it asks")), plain(item.asks[language])
    yield say(N_("Evidence that is asked")), plain(item.evidence[language])
    signers = say(N_(" or ")).join(
        function_text(name, found.checklist, people, language) for name in item.signers
    )
    yield say(N_("Who signs")), plain(signers)
    yield say(N_("Evidence")), plain(evidence_text(newest.evidence if newest else None, language))
    if newest is not None and newest.signed_on is not None:
        yield say(N_("Signed on")), date_text(newest.signed_on, language)
    if newest is not None and newest.expires_on is not None:
        yield say(N_("Holds until")), date_text(newest.expires_on, language)
    yield say(N_("Where it comes from")), plain(source_text(item, language))
    history = "  \n".join(plain(record_text(record, found.checklist, language)) for record in one.records)
    if history:
        yield say(N_("What was recorded")), history


def _buttons(session: Session, found: PilotGovernance, one: ItemView, may: Powers) -> None:
    pilot, id_, title = found.pilot.pilot.id, one.item.id, one.item.title[session.language]
    functions = may.acts_for(one.item)
    if functions:
        dialog_button(
            session,
            session.say(N_("Sign again") if one.status in DONE else N_("Sign")),
            title,
            partial(sign_form, session, found, one, functions),
            key=f"sign-{pilot}-{id_}",
            icon=":material/draw:",
        )
    options = choices(one, functions) if may.sign else ()
    if options:
        withdraw = one.status in DONE and functions
        dialog_button(
            session,
            session.say(N_("Withdraw") if withdraw else N_("Report how it stands")),
            title,
            partial(change_form, session, found, one, options),
            key=f"change-{pilot}-{id_}",
            icon=":material/undo:" if withdraw else ":material/flag:",
        )
    _link(session, one.newest.evidence if one.newest else None)
    if may.sign and not functions:
        small(session.say(N_("You cannot sign this item: it is signed by another function.")))


def _link(session: Session, evidence: Evidence | None) -> None:
    if evidence is not None and evidence.is_link:
        st.link_button(session.say(N_("Open the evidence")), evidence.name, icon=":material/open_in_new:")
