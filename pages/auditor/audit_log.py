"""Who did what: the audit log with its filters, whether it is intact, and nothing of the data itself."""

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil

import streamlit as st

from core.language.numbers import date_text
from core.language.text import N_
from governance.audit import AuditRecord
from pages.widgets.kpi_lines import plain
from pages.widgets.layout import card, page_head
from pages.widgets.page import Page
from pages.widgets.session import Session
from pages.widgets.viewing import viewed
from pages.widgets.words import badge, small
from reports.words_audit import (
    OUTCOMES,
    TYPES,
    detail_words,
    event_words,
    local_time,
    object_words,
    outcome_words,
    type_words,
    verified_text,
)
from reports.words_names import person_name
from workflows.audit_log import AT_ONCE, FORMATS, Shown, Wanted, exported, people, shown, verify
from workflows.auditing import denials

OUTCOME_LOOK = {"0": ("check", "green"), "4": ("block", "orange"), "8": ("error", "red")}


def render(session: Session) -> None:
    """The whole page."""
    viewed(session, "log", "", "log_viewed")
    head = st.container()
    wanted = _filters(session)
    found = _leafed(session, wanted)
    with head:
        page_head(
            session,
            session.say(N_("Audit log")),
            session.say(N_("Events: {count} · who did what, and no data"), count=found.count),
            actions=partial(_export, session, wanted),
        )
        _verified(session)
    _table(session, found.records)


def _filters(session: Session) -> Wanted:
    language = session.language
    with st.grid(4, min_column_width=200):
        type_ = _one(session, N_("What"), list(TYPES), lambda name: type_words(name, language))
        user = _one(
            session,
            N_("Who"),
            people(session.viewer, session.workspace),
            lambda who: plain(person_name(who, language)),
        )
        outcome = _one(session, N_("Outcome"), list(OUTCOMES), lambda code: session.say(OUTCOMES[code]))
        days = st.date_input(session.say(N_("Days")), value=[], format="DD-MM-YYYY")
    first, last = days if len(days) == 2 else (None, None)
    zone = session.workspace.settings.timezone
    return Wanted(
        types=(type_,) if type_ else (), user=user, outcome=outcome, first=first, last=last, zone=zone
    )


def _one(session: Session, label: str, options: Sequence[str], words: Callable[[str], str]) -> str:
    chosen = st.selectbox(
        session.say(label),
        ("", *(one for one in options if one)),
        format_func=lambda one: words(one) if one else session.say(N_("All")),
    )
    return chosen or ""


def _leafed(session: Session, wanted: Wanted) -> Shown:
    """The newest events; the rest a page at a time."""
    found = shown(session.viewer, session.workspace, wanted)
    pages = ceil(found.count / AT_ONCE)
    if pages < 2:
        return found
    number = st.number_input(
        session.say(N_("Page (of {pages})"), pages=pages), min_value=1, max_value=pages, step=1, width=160
    )
    return shown(session.viewer, session.workspace, wanted, (int(number) - 1) * AT_ONCE)


def _verified(session: Session) -> None:
    """The chain and its anchors, when somebody asks."""
    with card(), st.container(horizontal=True, vertical_alignment="center"):
        small(session.say(N_("Every event is chained to the one before; anchors elsewhere prove the chain.")))
        asked = st.button(session.say(N_("Verify now")), icon=":material/verified_user:")
    if not asked:
        return
    with st.spinner(session.say(N_("Recomputing every hash ..."))):
        found = verify(session.viewer, session.workspace)
    say = st.success if found.intact else st.error
    timezone = session.workspace.settings.timezone
    lines = verified_text(found.events, found.anchored, found.faults, timezone)
    say("  \n".join(line.render(session.language) for line in lines))


def _export(session: Session, wanted: Wanted) -> None:
    with st.popover(session.say(N_("Export")), icon=":material/download:", width="content"):
        for name, media_type in FORMATS.items():
            st.download_button(
                name.upper(),
                data=partial(_content, session, name, wanted),
                file_name=f"audit-log.{name}",
                mime=media_type,
                on_click="ignore",
                key=f"export-log-{name}",
                width="stretch",
            )


def _content(session: Session, name: str, wanted: Wanted) -> bytes:
    with denials(session.viewer, session.workspace, "log"):
        return exported(session.viewer, session.workspace, name, wanted)


def _table(session: Session, records: Sequence[AuditRecord]) -> None:
    if not records:
        st.markdown(session.say(N_("No event fits this choice.")))
        return
    st.table([_row(session, one) for one in records], border="horizontal", hide_index=True)


def _row(session: Session, one: AuditRecord) -> dict[str, str]:
    event, language, say = one.event, session.language, session.say
    at = local_time(event, session.workspace.settings.timezone)
    look = OUTCOME_LOOK.get(event.event_outcome_indicator, ("question_mark", "gray"))
    about = [plain(object_words(event, language)), plain(detail_words(event, language))]
    who = plain(person_name(event.user_id, language)) or say(N_("nobody known"))
    under = " · ".join(part for part in about if part)
    what = event_words(event, language) + (f"  \n:small[:gray[{under}]]" if under else "")
    number = say(N_("no. {number}"), number=one.seq)
    return {
        say(N_("When")): f"{date_text(at.date(), language)} {at:%H:%M:%S}  \n:small[:gray[{number}]]",
        say(N_("What and who")): f"{what}  \n:gray[{who}]",
        say(N_("Outcome")): badge(outcome_words(event, language), *look),
    }


PAGE = Page(
    title=N_("Audit log"),
    url_path="audit-log",
    section=N_("Oversight"),
    order=90,
    icon=":material/policy:",
    audience="see_log",
    render=render,
)
